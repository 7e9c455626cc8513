using System.Diagnostics;
using System.Globalization;
using BioLearn.Cli.Models;
using BioLearn.Cli.Recollection.Report;
using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Recollection;

/// <summary><c>biolearn recollect</c>: pictures in, recollections, manifest and report out.</summary>
internal sealed class RecollectCommand(IAnsiConsole console) : AsyncCommand<RecollectSettings>
{
    public override async Task<int> ExecuteAsync(CommandContext context, RecollectSettings settings, CancellationToken cancellation)
    {
        if (settings.Merge)
            return await new RecollectMerge(console, settings).RunAsync(cancellation);
        var clock = Stopwatch.StartNew();
        var pictures = InputPicture.Name(InputFiles.FindPictures(settings.Pictures is [] ? [BundledPhotographs] : settings.Pictures.Select(Bundled)));
        var shard = settings.Shard();
        // A share has its manifest in a folder of its own; its pictures lie beside those of the others.
        string journal = shard?.FolderIn(settings.Out) ?? settings.Out;
        pictures = shard?.PartOf(pictures) ?? pictures;
        if (pictures.Count == 0)
            throw new UsageException($"--of {settings.Of}: there are fewer pictures than shares; this one has none");
        using var output = OutputFolder.Take("--out", journal, Manifest.FileName, ReportWriter.FileName);
        var threads = settings.Threads ?? Environment.ProcessorCount;
        using var choice = ModelChoice.Load(settings, pictures.Count < threads ? threads / pictures.Count : 1);
        var columns = RecollectionColumn.Create(settings, choice.Model, choice.Classes);

        var folder = settings.Out;
        foreach (var part in (string[])["originals", "recollections"])
            Directory.CreateDirectory(Path.Combine(folder, part));
        var wanted = pictures.ToDictionary(picture => picture.Id, StringComparer.Ordinal);
        using var manifest = Manifest.Open(journal, Header(settings, choice, columns), settings.Overwrite, picture => IsStillValid(picture, folder, wanted, columns));
        InputPicture[] left = [.. pictures.Where(picture => !manifest.Has(picture.Id))];
        Announce(pictures.Count, left.Length, choice, columns, folder, settings.Preprocessing);

        // The first pictures are decoded, and the report's template is read, while the way back is planned.
        var page = ReportWriter.Prepare();
        var planning = new PlanningView(console, columns);
        var network = Task.Run(() => new RecollectionNetwork(choice.Model, choice.Preprocessing, columns, !settings.NoControls, settings.Seed, planning.Planned, cancellation), cancellation);
        var view = new ProgressView(console, "recollecting", pictures.Count, pictures.Count - left.Length);
        var jobClock = Stopwatch.StartNew();
        var job = new RecollectionJob(network, choice.Preprocessing, columns, choice.Classes, manifest, folder, settings.Batch, threads);
        try
        {
            await view.RunAsync(() => job.RunAsync(left, _ => view.Step(), cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            TellStopped();
            throw;
        }
        finally
        {
            // A plan that is not ready when the run is stopped is not waited for: the process ends without it.
            await network.ContinueWith(done => done.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default)
                .WaitAsync(cancellation.IsCancellationRequested ? TimeSpan.FromMilliseconds(100) : Timeout.InfiniteTimeSpan, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        var rate = left.Length / jobClock.Elapsed.TotalSeconds;
        foreach (var reason in (await network).LeftOut)
            console.MarkupLine($"[yellow]control left out[/]: {Printable.Escape(reason)}");

        StoredPictures all = manifest.InOrder(pictures.Select(picture => picture.Id));
        var figures = new RunFigures(manifest.Header);
        ManifestSummary summary = null!;
        StoredPictures done = Finish();
        if (shard is null)
        {
            SheetPicture.Write(folder, manifest.Header, done);
            MeasuresFile.Write(folder, manifest.Header, done);
            await ReportWriter.WriteAsync(await page, folder, manifest.Header, done, figures, CommandText.Of(settings));
        }
        new RecollectSummary(console).Tell(figures, manifest.Header, summary);
        console.MarkupLine(shard is null
            ? $"report: [link]{Printable.Escape(Path.GetFullPath(Path.Combine(folder, ReportWriter.FileName)))}[/]"
            : $"share {shard.Index} of {shard.Of} is done; with all of them, biolearn recollect --merge --out {Printable.Escape(folder)} makes the report");
        return figures.Failed > 0 ? ExitCodes.SomeFailed : ExitCodes.Success;

        StoredPictures Finish()
        {
            try
            {
                return manifest.Finish(figures.Counting(shard is null ? IdentificationPass.Run(folder, all, threads, cancellation) : all), () => summary = new()
                {
                    Pictures = figures.Pictures,
                    Failed = figures.Failed,
                    Batch = settings.Batch,
                    Threads = threads,
                    Seconds = Math.Round(clock.Elapsed.TotalSeconds, 1),
                    PicturesPerSecond = left.Length > 0 ? Math.Round(rate, 2) : null,
                    MeanMilliseconds = figures.MeanMilliseconds,
                });
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                TellStopped();
                throw;
            }
        }

        void TellStopped() => console.MarkupLine(
            $"[yellow]stopped[/]: {pictures.Count(picture => manifest.Has(picture.Id))} of {pictures.Count} pictures are done; the same command goes on from here");
    }

    private static string BundledPhotographs { get; } = Path.Combine(AppContext.BaseDirectory, "photos");

    /// <summary>A bundled photograph goes by its name alone, where there is no such file.</summary>
    private static string Bundled(string picture) =>
        Path.GetFileName(picture) == picture && !Path.Exists(picture) && Path.Combine(BundledPhotographs, picture) is var bundled && File.Exists(bundled) ? bundled : picture;

    private static ManifestHeader Header(RecollectSettings settings, ModelChoice choice, IReadOnlyList<RecollectionColumn> columns) => new()
    {
        Model = choice.Name,
        ModelSha256 = choice.Sha256,
        Preprocessing = PreprocessingText.Describe(choice.Preprocessing),
        Columns = [.. columns.Select(column => new ManifestColumn(column.Id, column.Title, column.Cue.ToString(), column.Variant, column.Options.ToString(), UsesSwitches(column, choice.Model), column.Note))],
        Seed = settings.Seed,
        Controls = !settings.NoControls,
    };

    private static bool UsesSwitches(RecollectionColumn column, CnnModel model) =>
        column.Options.Unpooling is Unpooling.Switches or Unpooling.Sum && column.Cue.PassesMaxPools(model);

    /// <summary>The picture is unchanged and all that was made of it is there, whole.</summary>
    private static bool IsStillValid(ManifestPicture done, string folder, Dictionary<string, InputPicture> pictures, IReadOnlyList<RecollectionColumn> columns) =>
        pictures.TryGetValue(done.Id, out var picture) && picture.Path == done.Source && picture.Bytes == done.Bytes && picture.Modified == done.Modified
        && done.Original == RecollectionJob.OriginalFile(done.Id)
        && PngFile.IsWhole(Path.Combine(folder, done.Original))
        && (done.Recollections ?? []).Select(recollection => (recollection?.Column, recollection?.File))
            .SequenceEqual(columns.Select(column => ((string?)column.Id, (string?)RecollectionJob.RecollectionFile(done.Id, column))))
        && done.Recollections!.All(recollection => PngFile.IsWhole(Path.Combine(folder, recollection.File)));

    private void Announce(int all, int left, ModelChoice choice, IReadOnlyList<RecollectionColumn> columns, string folder, string? preprocessing)
    {
        if (columns[0].Cue == RecollectionStory.FirstCue(choice.Model) && RecollectionStory.WhyNotTheClass(choice.Model) is { } why)
            console.MarkupLine($"[yellow]note[/]: {Printable.Escape(why)}");
        if (!choice.Model.Card.IsRead && preprocessing is null)
            console.MarkupLine($"[grey]no card beside the file says how it takes pictures; assumed: {Printable.Escape(PreprocessingText.Describe(choice.Preprocessing))} (--preprocessing says another)[/]");
        var each = columns.Count == 1 ? "" : $", {columns.Count} recollections each";
        console.MarkupLine($"[bold]{Printable.Escape(choice.Name)}[/]: {all} picture{(all == 1 ? "" : "s")}{each}, into {Printable.Escape(folder)}");
        if (left < all)
            console.MarkupLine($"[grey]{all - left} already done, {left} to do[/]");
    }
}
