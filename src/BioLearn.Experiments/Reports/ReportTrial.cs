using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Reports;

/// <summary>A finished trial, as a report sees it.</summary>
/// <param name="Identity">Its identity.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Seed">Name of its seed.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Rows">What it noted; empty where only what metrics come to was kept.</param>
/// <param name="CpuSeconds">What it cost; 0 where nobody noted it.</param>
public sealed record ReportTrial(string Identity, GridMap Settings, string Seed, TrialOutcome Outcome, IReadOnlyList<TrialRow> Rows, double CpuSeconds)
{
    /// <summary>What metrics come to, by their text, in the place of <see cref="Rows"/>; null where the rows are there.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<(int Iteration, double Value)>>? Kept { get; init; }
}
