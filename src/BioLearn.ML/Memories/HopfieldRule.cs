namespace BioLearn.ML.Memories;

/// <summary>How a <see cref="HopfieldMemory"/> stores its patterns ξ of N elements.</summary>
public enum HopfieldRule
{
    /// <summary>W = (1/N) Σ ξ ξ' with a zero diagonal (Hopfield 1982): about 0.14 N random patterns.</summary>
    Hebb,

    /// <summary>Storkey (1997), one pattern after the other, each less what the network already expects: more patterns, and correlated ones.</summary>
    Storkey,

    /// <summary>The projection onto the patterns with a zero diagonal (Personnaz, Guyon and Dreyfus 1985): linearly independent patterns, however correlated.</summary>
    PseudoInverse,

    /// <summary>Modern Hopfield network (Ramsauer et al. 2020): q ← M' softmax(β M q), for patterns of any numbers, exponentially many.</summary>
    Modern,
}
