using System.Globalization;
using System.Text;
using BioLearn.Experiments;
using BioLearn.Experiments.Grids;

namespace BioLearn.Cli.Naming.Sweeping;

/// <summary>A sweep as a grid file.</summary>
internal static class SweepGrid
{
    /// <summary>Name of the grid's copy in the folder of results.</summary>
    public const string Name = "sweep";

    public static Experiment Of(IReadOnlyList<SweepRange> ranges, string subject)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $$"""
            name: {{SweepTrial.Task}}
            task: {{SweepTrial.Task}}
            select: {over: subject, metric: {{SweepRun.Measures[2]}}, best: max}
            trial:
              subject: '{{subject.Replace("'", "''", StringComparison.Ordinal)}}'
              parameters:

            """);
        foreach (SweepRange range in ranges)
            text.Append(CultureInfo.InvariantCulture, $"    {range.Parameter}: {{grid: [{string.Join(", ", range.Values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}]}}\n");
        return new(GridFile.Parse(text.ToString(), Name), new TrialCatalog().Add<SweepTrial>(SweepTrial.Task));
    }

    /// <summary>The combination that a trial stands for.</summary>
    public static SweepPoint PointOf(Trial trial) =>
        SweepPoint.Of(((GridMap)trial.Settings["parameters"]!).Entries.ToDictionary(entry => entry.Key, entry => Convert.ToDouble(((GridScalar)entry.Value).Value, CultureInfo.InvariantCulture)));
}
