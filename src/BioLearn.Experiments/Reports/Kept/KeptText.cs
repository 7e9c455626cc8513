using System.Globalization;
using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Reports;

/// <summary>
/// Cells of kept records: a number of seven digits, nothing where a trial has none, a curve as <c>iteration:value</c> with semicolons between.
/// </summary>
internal static class KeptText
{
    public static string Of(Metric metric, ReportTrial trial) => metric.IsCurve
        ? string.Join(';', metric.Curve(trial).Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.Iteration}:{Number(point.Value)}")))
        : Number(metric.Of(trial));

    public static ReportTrial Trial(Trial trial, string[] metrics, string[] cells, string file)
    {
        Dictionary<string, IReadOnlyList<(int Iteration, double Value)>> kept = [];
        int fixedCells = cells.Length - metrics.Length;
        try
        {
            for (int i = 0; i < metrics.Length; i++)
                kept.Add(metrics[i], [.. cells[fixedCells + i].Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Point)]);
            return new(trial.Identity, trial.Settings, trial.Seed, cells[1] == SettingName.Of(nameof(TrialOutcome.Diverged)) ? TrialOutcome.Diverged : TrialOutcome.Finished, [], double.Parse(cells[2], CultureInfo.InvariantCulture)) { Kept = kept };
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"{file}, trial {trial.Identity}: {e.Message}", e);
        }
    }

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("G7", CultureInfo.InvariantCulture);

    private static (int, double) Point(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return (colon < 0 ? 0 : int.Parse(text.AsSpan(0, colon), CultureInfo.InvariantCulture), colon == text.Length - 1 ? double.NaN : double.Parse(text.AsSpan(colon + 1), CultureInfo.InvariantCulture));
    }
}
