using System.Text.Json;
using BioLearn.Cli.Recollection.Report;
using BioLearn.Cli.Terminal;
using Spectre.Console;

namespace BioLearn.Cli.Recollection;

/// <summary><c>biolearn recollect --merge</c>: the manifests of all shares as one, each picture told from its neighbours, one report.</summary>
internal sealed class RecollectMerge(IAnsiConsole console, RecollectSettings settings)
{
    /// <exception cref="UsageException">Shares are missing or unfinished, or were made with different options.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        string folder = settings.Out;
        IReadOnlyList<RecollectShard> shards = RecollectShard.FoundIn(folder);
        using var output = OutputFolder.Take("--out", folder, Manifest.FileName, ReportWriter.FileName);
        List<ManifestFile> parts = [];
        try
        {
            parts.AddRange(shards.Select(shard => Read(shard, folder)));
            return await MergeAsync(shards, parts, cancellation);
        }
        finally
        {
            foreach (ManifestFile part in parts)
                part.Dispose();
        }
    }

    private async Task<int> MergeAsync(IReadOnlyList<RecollectShard> shards, List<ManifestFile> parts, CancellationToken cancellation)
    {
        string folder = settings.Out;
        ManifestHeader header = parts[0].Header!;
        for (int i = 1; i < parts.Count; i++)
        {
            if (Text(parts[i].Header!) != Text(header))
                throw new UsageException($"--merge: {shards[i].FolderIn(folder)} was made with other options than {shards[0].FolderIn(folder)}");
        }
        using var manifest = Manifest.Open(folder, header, overwrite: true, _ => false);
        List<string> ids = [];
        foreach (var picture in Interleaved(parts))
        {
            manifest.Add(picture);
            ids.Add(picture.Id);
        }
        StoredPictures all = manifest.InOrder(ids);
        RunFigures figures = new(header);
        ManifestSummary summary = null!;
        StoredPictures done = manifest.Finish(figures.Counting(IdentificationPass.Run(folder, all, settings.Threads ?? Environment.ProcessorCount, cancellation)), () => summary = new()
        {
            Pictures = figures.Pictures,
            Failed = figures.Failed,
            Batch = parts[0].Summary!.Batch,
            Threads = parts[0].Summary!.Threads,
            Seconds = Math.Round(parts.Sum(part => part.Summary!.Seconds), 1),
        });
        SheetPicture.Write(folder, header, done);
        MeasuresFile.Write(folder, header, done);
        await ReportWriter.WriteAsync(await ReportWriter.Prepare(), folder, header, done, figures, CommandText.Of(settings));
        new RecollectSummary(console).Tell(figures, header, summary);
        console.MarkupLine($"{shards.Count} shares; report: [link]{Printable.Escape(Path.GetFullPath(Path.Combine(folder, ReportWriter.FileName)))}[/]");
        return summary.Failed > 0 ? ExitCodes.SomeFailed : ExitCodes.Success;
    }

    private static ManifestFile Read(RecollectShard shard, string folder)
    {
        string file = Path.Combine(shard.FolderIn(folder), Manifest.FileName);
        ManifestFile? part = File.Exists(file) ? ManifestFile.Read(file) : null;
        if (part is { Header: not null, Summary: not null })
            return part;
        part?.Dispose();
        throw new UsageException($"--merge: the share {shard.Index} of {shard.Of} is not finished; biolearn recollect --index {shard.Index} --of {shard.Of} goes on with it");
    }

    /// <summary>The order of the input: the shares took turns.</summary>
    private static IEnumerable<ManifestPicture> Interleaved(List<ManifestFile> parts)
    {
        for (int turn = 0; parts.Any(part => turn < part.Pictures.Count); turn++)
        {
            foreach (ManifestFile part in parts.Where(part => turn < part.Pictures.Count))
                yield return part.Pictures[turn];
        }
    }

    private static string Text(ManifestHeader header) => JsonSerializer.Serialize(new ManifestLine { Run = header }, ManifestJson.Default.ManifestLine);
}
