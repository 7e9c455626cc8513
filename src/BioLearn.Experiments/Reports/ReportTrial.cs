using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Reports;

/// <summary>A finished trial, as a report sees it.</summary>
/// <param name="Identity">Its identity.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Seed">Name of its seed.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Rows">What it noted.</param>
/// <param name="CpuSeconds">What it cost; 0 where nobody noted it.</param>
public sealed record ReportTrial(string Identity, GridMap Settings, string Seed, TrialOutcome Outcome, IReadOnlyList<TrialRow> Rows, double CpuSeconds);
