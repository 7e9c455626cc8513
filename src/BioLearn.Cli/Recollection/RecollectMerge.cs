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
        List<IReadOnlyList<ManifestLine>> parts = [.. shards.Select(shard => Read(shard, folder))];
        ManifestHeader header = parts[0][0].Run!;
        for (int i = 1; i < parts.Count; i++)
        {
            if (Text(parts[i][0].Run!) != Text(header))
                throw new UsageException($"--merge: {shards[i].FolderIn(folder)} was made with other options than {shards[0].FolderIn(folder)}");
        }
        IReadOnlyList<ManifestPicture> pictures = Interleaved([.. parts.Select(part => part.Select(line => line.Picture).OfType<ManifestPicture>().ToArray())]);
        using var manifest = Manifest.Open(folder, header, overwrite: true, _ => false);
        foreach (var picture in pictures)
            manifest.Add(picture);
        int threads = settings.Threads ?? Environment.ProcessorCount;
        IReadOnlyList<ManifestPicture> done = IdentificationPass.Run(folder, pictures, threads, cancellation);
        SheetPicture.Write(folder, header, done);
        ManifestSummary[] summaries = [.. parts.Select(part => part[^1].Summary!)];
        ManifestSummary summary = new()
        {
            Pictures = done.Count,
            Failed = done.Count(picture => picture.Error != null),
            Batch = summaries[0].Batch,
            Threads = summaries[0].Threads,
            Seconds = Math.Round(summaries.Sum(one => one.Seconds), 1),
        };
        manifest.Finish(done, summary);
        MeasuresFile.Write(folder, header, done);
        await ReportWriter.WriteAsync(await ReportWriter.Prepare(), folder, header, done, CommandText.Of(settings));
        new RecollectSummary(console).Tell(done, header, summary);
        console.MarkupLine($"{shards.Count} shares; report: [link]{Printable.Escape(Path.GetFullPath(Path.Combine(folder, ReportWriter.FileName)))}[/]");
        return summary.Failed > 0 ? ExitCodes.SomeFailed : ExitCodes.Success;
    }

    private static IReadOnlyList<ManifestLine> Read(RecollectShard shard, string folder)
    {
        string file = Path.Combine(shard.FolderIn(folder), Manifest.FileName);
        IReadOnlyList<ManifestLine> lines = File.Exists(file) ? Manifest.Read(file) : [];
        return lines.Count > 0 && lines[^1].Summary is not null ? lines
            : throw new UsageException($"--merge: the share {shard.Index} of {shard.Of} is not finished; biolearn recollect --index {shard.Index} --of {shard.Of} goes on with it");
    }

    /// <summary>The order of the input: the shares took turns.</summary>
    private static List<ManifestPicture> Interleaved(ManifestPicture[][] parts)
    {
        List<ManifestPicture> all = [];
        for (int turn = 0; parts.Any(part => turn < part.Length); turn++)
            all.AddRange(parts.Where(part => turn < part.Length).Select(part => part[turn]));
        return all;
    }

    private static string Text(ManifestHeader header) => JsonSerializer.Serialize(new ManifestLine { Run = header }, ManifestJson.Default.ManifestLine);
}
