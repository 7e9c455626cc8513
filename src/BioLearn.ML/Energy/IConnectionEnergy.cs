namespace BioLearn.ML.Energy;

/// <summary>
/// The energy that a connection between two groups of units has: any expression of presynaptic states, weights and postsynaptic states.
/// <see cref="EnergyNetwork"/> lets states and weights descend the sum of all of them.
/// </summary>
public interface IConnectionEnergy
{
    /// <summary>The energy, summed over the samples; adds its slopes to those that others left there.</summary>
    /// <param name="connection">States, weights, and where the slopes go.</param>
    /// <returns>The energy.</returns>
    double Evaluate(in ConnectionStates connection);
}

/// <summary>What meets in a connection.</summary>
public readonly ref struct ConnectionStates
{
    /// <summary>Samples.</summary>
    public int Samples { get; init; }

    /// <summary>Presynaptic states, [samples, pre].</summary>
    public ReadOnlySpan<double> Pre { get; init; }

    /// <summary>Postsynaptic states, [samples, post].</summary>
    public ReadOnlySpan<double> Post { get; init; }

    /// <summary>Weights, [post, pre].</summary>
    public ReadOnlySpan<double> Weights { get; init; }

    /// <summary>Receives, added to what is there, ∂E/∂pre, [samples, pre].</summary>
    public Span<double> PreSlope { get; init; }

    /// <summary>Receives, added to what is there, ∂E/∂post, [samples, post]. May be the same memory as <see cref="PreSlope"/>: a group that is connected to itself.</summary>
    public Span<double> PostSlope { get; init; }

    /// <summary>Receives, added to what is there, ∂E/∂W, [post, pre]; empty where nobody asks.</summary>
    public Span<double> WeightSlope { get; init; }

    /// <summary>Presynaptic units.</summary>
    public int PreUnits => Pre.Length / Samples;

    /// <summary>Postsynaptic units.</summary>
    public int PostUnits => Post.Length / Samples;
}
