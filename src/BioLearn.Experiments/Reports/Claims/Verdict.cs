namespace BioLearn.Experiments.Reports;

/// <summary>What became of a claim.</summary>
public enum Verdict
{
    /// <summary>Our numbers clear its bar.</summary>
    Reproduced,

    /// <summary>They do not.</summary>
    NotReproduced,

    /// <summary>They say the opposite.</summary>
    Reversed,

    /// <summary>Trials are missing.</summary>
    NotYetRun,
}
