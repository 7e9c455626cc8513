namespace BioLearn.Experiments;

/// <summary>How a trial ended that has a result.</summary>
public enum TrialOutcome
{
    /// <summary>It ran to its end.</summary>
    Finished,

    /// <summary>Its numbers left the finite ones; what was noted until then is its result.</summary>
    Diverged,
}
