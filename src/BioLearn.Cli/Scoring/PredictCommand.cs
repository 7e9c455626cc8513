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
        bool sure = scores.AreSure;
        if (settings.Out is { } file)
        {
            SafeFile.WriteText(file, Csv(data));
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
                cells.Add(scores.Probabilities[i] is { Length: > 0 } row ? FormattableString.Invariant($"{row.Max():0.000}") : "");
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

    private static string Csv(ScoredData data)
    {
        Scores scores = data.Scores;
        string[] own = ["row", .. data.Files is null ? Array.Empty<string>() : ["file"], .. data.Truth is null ? Array.Empty<string>() : ["label"], "predicted"];
        // A class may have the name of a column.
        CsvText csv = new([.. own, .. scores.AreSure ? scores.Classes.Select(name => own.Contains(name) ? $"probability of {name}" : name) : []]);
        for (int i = 0; i < scores.Answers.Count; i++)
        {
            IEnumerable<object> probabilities = !scores.AreSure ? [] : scores.Probabilities[i] is { Length: > 0 } row ? row.Select(p => (object)p) : scores.Classes.Select(_ => (object)"");
            csv.Row([i + 1, .. data.Files is { } files ? [files[i]] : Array.Empty<object>(), .. data.Truth is { } truth ? [truth[i]] : Array.Empty<object>(), scores.Answers[i], .. probabilities]);
        }
        return csv.ToString();
    }
}
