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

    /// <exception cref="InvalidDataException">A cell is no number; the message has file, line and column.</exception>
    public static ReportTrial Trial(Trial trial, string[] head, (int Line, string[] Cells) row, string file, int fixedCells)
    {
        Dictionary<string, IReadOnlyList<(int Iteration, double Value)>> kept = [];
        for (int i = fixedCells; i < head.Length; i++)
        {
            if (!kept.TryAdd(head[i], [.. row.Cells[i].Split(';', StringSplitOptions.RemoveEmptyEntries).Select(text => Point(text, i))]))
                throw new InvalidDataException($"{file}: the column '{head[i]}' stands twice");
        }
        return new(trial.Identity, trial.Settings, trial.Seed, row.Cells[1] == SettingName.Of(nameof(TrialOutcome.Diverged)) ? TrialOutcome.Diverged : TrialOutcome.Finished, [], Parsed(row.Cells[2], 2)) { Kept = kept };

        (int, double) Point(string text, int column)
        {
            int colon = text.IndexOf(':', StringComparison.Ordinal), iteration = 0;
            if (colon >= 0 && !int.TryParse(text.AsSpan(0, colon), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out iteration))
                throw Wrong(text, column);
            return (iteration, colon == text.Length - 1 ? double.NaN : Parsed(text[(colon + 1)..], column));
        }

        double Parsed(string text, int column) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw Wrong(text, column);

        InvalidDataException Wrong(string text, int column) => new(FormattableString.Invariant($"{file}, line {row.Line}, column '{head[column]}': '{text}' is no number: the file is damaged"));
    }

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("G7", CultureInfo.InvariantCulture);
}
