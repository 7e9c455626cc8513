using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Terminal;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Scoring;

/// <summary>The command line of <c>biolearn evaluate</c>.</summary>
internal sealed class EvaluateSettings : ScoreSettings
{
    [CommandOption("-o|--out <FOLDER>")]
    [Description("Where tables and pictures go")]
    [DefaultValue("evaluated")]
    public string Out { get; init; } = "evaluated";
}

/// <summary><c>biolearn evaluate</c>: how good a saved model's answers are.</summary>
internal sealed class EvaluateCommand(IAnsiConsole console) : Command<EvaluateSettings>
{
    private const int MostClassesShown = 25;

    public override int Execute(CommandContext context, EvaluateSettings settings, CancellationToken cancellation)
    {
        ScoredData.ModelPath(settings.Model);
        using var folder = OutputFolder.Take("--out", settings.Out, EvaluationFiles.All);
        var data = ScoredData.Of(settings, needsTruth: true, cancellation).Judged();
        foreach (string note in data.Notes)
            console.MarkupLine($"[yellow]{Printable.Escape(note)}[/]");
        string[] files;
        if (data.Scores.Kind == AnswerKind.Classes)
        {
            var figures = ClassFigures.Of(data.Truth!, data.Scores);
            Show(figures);
            files = EvaluationFiles.Write(folder, figures, data);
        }
        else
        {
            var figures = NumberFigures.Of(data.Numbers(), [.. data.Scores.Probabilities.Select(row => (double)row[0])]);
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"{figures.Truth.Count} rows of {Printable.Escape(data.Place)}: R² [bold]{figures.RSquared:0.0000}[/], root mean squared error {figures.Rmse:g5}, mean absolute error {figures.Mae:g5}, predicted less true {figures.Bias:g3}"));
            files = EvaluationFiles.Write(folder, figures, data);
        }
        EvaluationFiles.DeleteOthers(folder, files);
        console.MarkupLine($"{string.Join(", ", files)} in [link]{Printable.Escape(Path.GetFullPath(settings.Out))}[/]");
        return ExitCodes.Success;
    }

    private void Show(ClassFigures figures)
    {
        string loss = double.IsNaN(figures.LogLoss) ? "the model gives no probabilities" : string.Create(CultureInfo.InvariantCulture, $"log-loss {figures.LogLoss:0.0000}, calibration error {figures.CalibrationError:0.0000}");
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"{figures.Rows} rows: accuracy [bold]{100 * figures.Accuracy:0.00} %[/], mean F1 {figures.MacroF1:0.0000}, {loss}"));
        var table = new Table().Border(TableBorder.Simple).AddColumn("class").AddColumn(new TableColumn("rows").RightAligned()).AddColumn(new TableColumn("precision").RightAligned())
            .AddColumn(new TableColumn("recall").RightAligned()).AddColumn(new TableColumn("F1").RightAligned()).AddColumn("taken most often for");
        foreach (var (c, figure) in figures.Figures.Index().Take(MostClassesShown))
        {
            int worst = Enumerable.Range(0, figures.Classes.Count).Where(other => other != c).MaxBy(other => figures.Confusion[c, other]);
            int times = figures.Classes.Count > 1 ? figures.Confusion[c, worst] : 0;
            table.AddRow(Printable.Escape(figure.Name), $"{figure.Rows}", Share(figure.Precision), Share(figure.Recall), Share(figure.F1), times == 0 ? "" : $"{Printable.Escape(figures.Classes[worst])} ({times})");
        }
        console.Write(table);
        if (figures.Classes.Count > MostClassesShown)
            console.MarkupLine($"and {figures.Classes.Count - MostClassesShown} classes more in {EvaluationFiles.Classes}");
    }

    private static string Share(double share) => double.IsNaN(share) ? "-" : share.ToString("0.000", CultureInfo.InvariantCulture);
}
