namespace BioLearn.Experiments;

/// <summary>The result of a trial.</summary>
/// <param name="Identity">The trial's identity.</param>
/// <param name="Configuration">JSON: what the identity is computed from.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Rows">What it noted.</param>
public sealed record TrialRecord(string Identity, string Configuration, TrialOutcome Outcome, IReadOnlyList<TrialRow> Rows);
