using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Hosting;
using BioLearn.Plots;

namespace BioLearn.Cli.Scoring;

/// <summary>Tables and pictures of <c>biolearn evaluate</c>.</summary>
internal static class EvaluationFiles
{
    public const string Classes = "classes.csv";
    private const string Confusion = "confusion.csv", ConfusionPicture = "confusion.png", Calibration = "calibration.csv", CalibrationPicture = "calibration.png", Errors = "predicted.png", Summary = "summary.csv";

    private static readonly string[] LeftOut = ["rows_without_answer", "rows_without_label"];

    /// <summary>All files that an evaluation may write.</summary>
    public static IReadOnlyList<string> All => [Summary, Classes, Confusion, ConfusionPicture, Calibration, CalibrationPicture, Errors];

    /// <summary>Takes away what an earlier evaluation left in the folder and this one has not written.</summary>
    public static void DeleteOthers(OutputFolder folder, IReadOnlyList<string> written)
    {
        foreach (string file in All.Except(written))
            File.Delete(folder[file]);
    }

    /// <summary>Writes what classes come to.</summary>
    /// <returns>The files.</returns>
    public static string[] Write(OutputFolder folder, ClassFigures figures, ScoredData data)
    {
        CsvText summary = new(["rows", "accuracy", "mean_f1", "log_loss", "calibration_error", .. LeftOut]);
        summary.Row(figures.Rows, figures.Accuracy, figures.MacroF1, figures.LogLoss, figures.CalibrationError, data.WithoutAnswer, data.WithoutTruth);
        SafeFile.WriteText(folder[Summary], summary.ToString());
        CsvText classes = new(["class", "rows", "answers", "right", "precision", "recall", "f1"]);
        foreach (var figure in figures.Figures)
            classes.Row(figure.Name, figure.Rows, figure.Found, figure.Right, figure.Precision, figure.Recall, figure.F1);
        SafeFile.WriteText(folder[Classes], classes.ToString());
        CsvText confusion = new(["true class", .. figures.Classes]);
        double[,] shares = new double[figures.Classes.Count, figures.Classes.Count];
        for (int row = 0; row < figures.Classes.Count; row++)
        {
            int own = row;
            confusion.Row([figures.Classes[row], .. Enumerable.Range(0, figures.Classes.Count).Select(c => (object)figures.Confusion[own, c])]);
            for (int column = 0; column < figures.Classes.Count; column++)
                shares[row, column] = figures.Figures[row].Rows == 0 ? double.NaN : (double)figures.Confusion[row, column] / figures.Figures[row].Rows;
        }
        SafeFile.WriteText(folder[Confusion], confusion.ToString());
        new HeatMap(figures.Classes, figures.Classes, shares) { Title = "Share of the rows of a class (left) by answer (below)" }.Save(folder[ConfusionPicture]);
        if (figures.Reliability.Count == 0)
            return [Summary, Classes, Confusion, ConfusionPicture];
        CsvText bins = new(["from", "to", "rows", "sure", "right"]);
        foreach (var bin in figures.Reliability)
            bins.Row(bin.From, bin.To, bin.Rows, bin.Sure, bin.Right);
        SafeFile.WriteText(folder[Calibration], bins.ToString());
        new Chart { Title = "How sure, and how often right", X = new("probability of the answer"), Y = new("share of right answers") }
            .Curve("as sure as right", [new(0, 0), new(1, 1)], new() { Dashed = true })
            .Points("answers", figures.Reliability.Select(bin => new PlotPoint(bin.Sure, bin.Right))).Save(folder[CalibrationPicture]);
        return [Summary, Classes, Confusion, ConfusionPicture, Calibration, CalibrationPicture];
    }

    /// <summary>Writes what numbers come to.</summary>
    /// <returns>The files.</returns>
    public static string[] Write(OutputFolder folder, NumberFigures figures, ScoredData data)
    {
        CsvText summary = new(["rows", "r_squared", "rmse", "mae", "bias", .. LeftOut]);
        summary.Row(figures.Truth.Count, figures.RSquared, figures.Rmse, figures.Mae, figures.Bias, data.WithoutAnswer, data.WithoutTruth);
        SafeFile.WriteText(folder[Summary], summary.ToString());
        CsvText tenths = new(["rows", "predicted", "true"]);
        foreach (var tenth in figures.Calibration)
            tenths.Row(tenth.Rows, tenth.Predicted, tenth.True);
        SafeFile.WriteText(folder[Calibration], tenths.ToString());
        PlotPoint[] equal = [.. new[] { figures.Truth.Concat(figures.Predicted).Min(), figures.Truth.Concat(figures.Predicted).Max() }.Select(v => new PlotPoint(v, v))];
        new Chart { Title = "Tenths of the rows by predicted number", X = new("mean predicted"), Y = new("mean true") }
            .Curve("equal", equal, new() { Dashed = true }).Points("tenths", figures.Calibration.Select(tenth => new PlotPoint(tenth.Predicted, tenth.True))).Save(folder[CalibrationPicture]);
        new Chart { Title = "Rows", X = new("true"), Y = new("predicted") }
            .Dots("rows", figures.Truth.Zip(figures.Predicted, (t, p) => new PlotPoint(t, p))).Curve("equal", equal, new() { Dashed = true }).Save(folder[Errors]);
        return [Summary, Calibration, CalibrationPicture, Errors];
    }
}
