namespace BioLearn.ML.Instructed;

/// <summary>How the weights of the top-down network begin and move, beside those of the bottom-up network.</summary>
public enum TopDownWeights
{
    /// <summary>The same weights serve both directions ("symmetric"): Counter-Hebb learning then is backpropagation.</summary>
    Shared,

    /// <summary>Weights of their own, drawn of their own; both networks get the same updates ("asymmetric").</summary>
    Separate,

    /// <summary>Weights of their own that begin equal, and so stay equal up to noise and decay.</summary>
    EqualStart,

    /// <summary>Weights of their own that begin equal up to a relative noise ("weakly symmetric").</summary>
    NoisyStart,

    /// <summary>Weights of their own, drawn of their own, that never move: feedback alignment.</summary>
    FeedbackAlignment,
}

/// <summary>What carries the error down.</summary>
public enum TopDownCredit
{
    /// <summary>The top-down network, which learns with the bottom-up one.</summary>
    CounterHebb,

    /// <summary>
    /// Backpropagation through the bottom-up network: the gradient, through batch normalization too. The top-down network, where it has weights
    /// of its own, then only carries instructions and does not learn.
    /// </summary>
    Backpropagation,
}
