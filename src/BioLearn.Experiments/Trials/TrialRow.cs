namespace BioLearn.Experiments;

/// <summary>What a trial noted at one iteration.</summary>
/// <param name="Iteration">From 0 or 1, as the trial counts; never falls within a trial.</param>
/// <param name="Values">Metrics by name, in the order noted. NaN and infinities are kept: a diverged run is a result.</param>
public sealed record TrialRow(int Iteration, IReadOnlyList<KeyValuePair<string, double>> Values);
