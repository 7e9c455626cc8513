using System.ComponentModel;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Hosting;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Scoring;

/// <summary>The command line of <c>biolearn predict</c>.</summary>
internal sealed class PredictSettings : ScoreSettings
{
    [CommandOption("-o|--out <CSV>")]
    [Description("File for all answers with their probabilities. Default: the first rows at the terminal")]
    public string? Out { get; init; }
}

/// <summary><c>biolearn predict</c>: what a saved model says of rows.</summary>
internal sealed class PredictCommand(IAnsiConsole console) : Command<PredictSettings>
{
    private const int Shown = 20;

    public override int Execute(CommandContext context, PredictSettings settings, CancellationToken cancellation)
    {
        OutputFile.Check("--out", settings.Out, settings.Data, ScoredData.ModelPath(settings.Model));
        var data = ScoredData.Of(settings, needsTruth: false, cancellation);
        foreach (string note in data.Notes)
            console.MarkupLine($"[yellow]{Printable.Escape(note)}[/]");
        var scores = data.Scores;
        bool sure = scores.Kind == AnswerKind.Classes && scores.Probabilities.Any(row => row.Length > 0);
        if (settings.Out is { } file)
        {
            CsvText csv = new(["row", .. data.Files is null ? Array.Empty<string>() : ["file"], .. data.Truth is null ? Array.Empty<string>() : ["label"], "predicted", .. sure ? scores.Classes : Array.Empty<string>()]);
            for (int i = 0; i < scores.Answers.Count; i++)
                csv.Row([i + 1, .. data.Files is { } files ? [files[i]] : Array.Empty<object>(), .. data.Truth is { } truth ? [truth[i]] : Array.Empty<object>(), scores.Answers[i], .. sure ? scores.Probabilities[i].Select(p => (object)p) : Array.Empty<object>()]);
            SafeFile.WriteText(file, csv.ToString());
        }
        var table = new Table().Border(TableBorder.Simple).AddColumn(data.Files is null ? "row" : "picture").AddColumn("predicted");
        if (sure)
            table.AddColumn(new TableColumn("probability").RightAligned());
        if (data.Truth is not null)
            table.AddColumn("label");
        for (int i = 0; i < Math.Min(Shown, scores.Answers.Count); i++)
        {
            List<string> cells = [data.Files is { } names ? Printable.Escape(names[i]) : $"{i + 1}", Printable.Escape(scores.Answers[i])];
            if (sure)
                cells.Add(FormattableString.Invariant($"{scores.Probabilities[i].Max():0.000}"));
            if (data.Truth is { } truth)
                cells.Add(Printable.Escape(truth[i]));
            table.AddRow([.. cells]);
        }
        console.Write(table);
        if (scores.Answers.Count > Shown)
            console.MarkupLine(settings.Out is null ? $"and {scores.Answers.Count - Shown} more: --out FILE.csv has them all" : $"and {scores.Answers.Count - Shown} more");
        if (settings.Out is not null)
            console.MarkupLine($"{scores.Answers.Count} rows in [link]{Printable.Escape(Path.GetFullPath(settings.Out))}[/]");
        return ExitCodes.Success;
    }
}
