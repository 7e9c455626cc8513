using BioLearn.Cli.Instructed.Data;
using BioLearn.Cli.Instructed.Report;
using BioLearn.Cli.Terminal;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Instructed;

/// <summary><c>biolearn instruct train</c>: a network that answers the question it is asked; model, curve and report out.</summary>
internal sealed class InstructTrainCommand(IAnsiConsole console) : AsyncCommand<InstructTrainSettings>
{
    private const int MostSkippedShown = 5;

    /// <summary>All that a training leaves in its folder, but the pictures.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        InstructedModel.FileName, AskedForm.FileName, InstructedCheckpoint.CurvesFile, InstructedCheckpoint.RecordFile, Summary.ResultsFile, Summary.GatesFile,
        InstructedReport.FileName, InstructedReport.GatesPicture, InstructedReport.OverlapPicture, InstructedReport.PlacesPicture, InstructedReport.CurvePicture,
    ];

    public override async Task<int> ExecuteAsync(CommandContext context, InstructTrainSettings settings, CancellationToken cancellation)
    {
        string path = Path.Combine(settings.Out, InstructedModel.FileName);
        if (File.Exists(path) && !settings.Overwrite && !settings.Resume)
            throw new UsageException($"{path} holds a model: --resume goes on with its training, --overwrite begins anew, --out names another folder");
        using var folder = OutputFolder.Take("--out", settings.Out, Files);
        List<string> skipped = [];
        var data = settings.OpenData(new GivenOptions(context, settings), skipped.Add, cancellation);
        settings.CheckFor(data);
        foreach (string problem in skipped.Take(MostSkippedShown))
            console.MarkupLine($"[yellow]skipped[/] {Printable.Escape(problem)}");
        if (skipped.Count > MostSkippedShown)
            console.MarkupLine($"[yellow]skipped[/] {skipped.Count - MostSkippedShown} more");

        InstructedTraining training = new(settings, data, warning => console.MarkupLine($"[yellow]{Printable.Escape(warning)}[/]"));
        using InstructedCheckpoint checkpoint = new(settings, data, training, folder);
        console.MarkupLine($"[bold]{Printable.Escape(data.Title)}[/]: {data.Training.Count} to learn from, {data.Test.Count} to be tested on; {data.Instructions.Count} instructions: {Printable.Escape(Named(data.Instructions))}");
        if (checkpoint.Saved > 0)
            console.MarkupLine($"[grey]{checkpoint.Saved} of {settings.EpochsFor(data)} epochs already done[/]");
        InstructBoard board = new(console, data.Instructions, settings.EpochsFor(data));
        Summary summary = new(settings, data, training);
        Results results;
        try
        {
            board.Show(() => checkpoint.Train(board.Epoch, cancellation));
            if (checkpoint.Epochs.Count < settings.EpochsFor(data))
                console.MarkupLine($"[yellow]after epoch {checkpoint.Epochs.Count} the training left the finite numbers; the model before that is kept. A smaller --learning-rate helps[/]");
            results = Tested(summary, checkpoint.Model!, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            console.MarkupLine(checkpoint.Saved > 0
                ? $"[yellow]stopped[/]: {checkpoint.Saved} of {settings.EpochsFor(data)} epochs are saved; the same command with --resume{(settings.Overwrite ? " in the place of --overwrite" : "")} goes on from there"
                : "[yellow]stopped[/] before the first epoch was done: nothing was saved");
            throw;
        }
        await summary.WriteAsync(settings.Out, checkpoint.Model!, results, checkpoint.Epochs);
        Print(data, results);
        console.MarkupLine($"Report: [link]{Printable.Escape(Path.GetFullPath(folder[InstructedReport.FileName]))}[/]");
        if (data.Input.IsPicture)
            console.MarkupLine($"[grey]Ask it yourself: biolearn instruct ask {Printable.Escape(Path.Combine(settings.Out, Summary.PictureFolder, "1.png"))} --model {Printable.Escape(settings.Out)}[/]");
        return skipped.Count > 0 ? ExitCodes.SomeFailed : ExitCodes.Success;
    }

    private Results Tested(Summary summary, InstructedModel model, CancellationToken cancellation)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
            return summary.Test(model, _ => { }, cancellation);
        return console.Status().Start("asking", status => summary.Test(model, what => status.Status($"asking: {Printable.Escape(what)}"), cancellation));
    }

    private void Print(InstructedData data, Results results)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("right answers");
        table.AddColumn(new TableColumn("%").RightAligned());
        foreach (var (name, accuracy) in data.Instructions.Zip(results.Accuracy).Take(data.Instructions.Count <= 4 ? 4 : 0))
            Row($"asked \"{name}\"", accuracy);
        Row("all questions", results.Average);
        if (results.Wrong is { } wrong)
        {
            Row("another instruction: to the question asked", wrong.Asked);
            Row("another instruction: to the question meant", wrong.Meant);
        }
        string kept = results.PerTask ? ", output layer of the instruction kept" : "";
        Row("random gates" + kept, results.OverQuestions(results.RandomGates));
        Row("all gates open" + kept, results.OverQuestions(results.AllOpen));
        if (results.Singles is { } singles)
            Row("a network for each instruction", results.OverQuestions(singles));
        Row("the most frequent answer", results.MostFrequent);
        console.Write(table);
        foreach (string dead in results.Gates.Dead)
            console.MarkupLine($"[yellow]{Printable.Escape($"'{dead}' opens no unit of some layer: every row gets the same answer")}[/]");

        void Row(string what, double share) => table.AddRow(Printable.Escape(what), Verdict.Percent(share).Replace(" %", "", StringComparison.Ordinal));
    }

    private static string Named(IReadOnlyList<string> names) => names.Count <= 6 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(4))} ...";
}
