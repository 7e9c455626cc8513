namespace BioLearn.ML.Naming;

/// <summary>Whose connections are weakened while a name is taught.</summary>
public enum NamingRule
{
    /// <summary>
    /// Those of the taught name itself, once for every other name, between which it is strengthened: what the published program does. With
    /// many names weakening outweighs; keep <c>DepressionRate</c> times the number of other names below <c>PotentiationRate</c>.
    /// </summary>
    AsCoded,

    /// <summary>Those of the other names to the active features, once each: what the rule describes. Serves any number of names.</summary>
    AsIntended,
}

/// <summary>How the connections to a name become its score.</summary>
public enum NamingReadOut
{
    /// <summary>Σ n M: the active features' connections, as they are.</summary>
    Plain,

    /// <summary>
    /// Σ n (M - M₀) / |M - M₀|: what was learned, at equal length for every name (heterosynaptic normalization). It takes away the advantage of
    /// the name whose example activated more features.
    /// </summary>
    Normalized,
}

/// <summary>How a feature becomes a number of active steps.</summary>
public enum FeatureCoding
{
    /// <summary><see cref="Counts"/> if every training value is a whole number from 0 to 255, otherwise <see cref="Rate"/>.</summary>
    Automatic,

    /// <summary>The feature is the number of active steps (spike counts); it is rounded, and not below 0.</summary>
    Counts,

    /// <summary>floor(steps · x / largest x of the row); features at or below 0 are silent.</summary>
    Rate,
}
