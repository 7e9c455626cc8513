using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Reports;

/// <summary>One side of a claim at one point: a rule at one depth.</summary>
/// <param name="Name">Of the side; empty where there is one only.</param>
/// <param name="Published">The published number; NaN for none.</param>
/// <param name="PublishedError">Standard error of the published number; NaN for unknown.</param>
/// <param name="Ours">Our numbers.</param>
public sealed record ClaimSide(string Name, double Published, double PublishedError, SampleSummary Ours)
{
    /// <summary>Our number of each seed, in the seeds' order; none of a fit, which is one number for all.</summary>
    public IReadOnlyList<double> Values { get; init; } = [];

    /// <summary>Seeds that the numbers are of, diverged ones counted in: where trials of several settings come together, fewer than the numbers.</summary>
    public int Seeds { get; init; }
}

/// <summary>A claim at one point.</summary>
/// <param name="Label">The value of 'along'; empty where the claim has one point.</param>
/// <param name="Sides">One, or those of an ordering.</param>
/// <param name="Comparisons">Between neighbouring sides, the later one minus the earlier one; empty where there is one side.</param>
/// <param name="Verdict">Of this point.</param>
public sealed record ClaimPoint(string Label, IReadOnlyList<ClaimSide> Sides, IReadOnlyList<PairedComparison> Comparisons, Verdict Verdict)
{
    /// <summary>Ours minus the published number; of an ordering the difference of the first two sides.</summary>
    public double Difference => Comparisons.Count > 0 ? Comparisons[0].Difference : Sides[0].Ours.Mean - Sides[0].Published;
}

/// <summary>A claim beside our numbers.</summary>
/// <param name="Text">What is claimed.</param>
/// <param name="Source">Where it was published; empty for unknown.</param>
/// <param name="Bar">What our numbers have to clear, in words.</param>
/// <param name="Metric">What is measured, in words.</param>
/// <param name="Along">The setting that its points differ in; empty for none.</param>
/// <param name="Points">Its points.</param>
/// <param name="Absent">Published points that no trial of this grid has: the claim is open there.</param>
/// <param name="Verdict">Of all points together, those that are absent counted in.</param>
/// <param name="Seeds">Seeds that it rests on: the fewest of a point.</param>
/// <param name="Missing">Trials that are not done yet.</param>
/// <param name="CpuSeconds">What its trials cost, those of settings that were not chosen counted in.</param>
/// <param name="Figure">Name of the picture that shows it; null for none.</param>
/// <param name="Note">What a reader should know; null for nothing.</param>
public sealed record ClaimResult(string Text, string Source, string Bar, string Metric, string Along, IReadOnlyList<ClaimPoint> Points, IReadOnlyList<string> Absent, Verdict Verdict, int Seeds, int Missing, double CpuSeconds, string? Figure, string? Note);
