using System.Numerics;

namespace BioLearn.ML.Recurrent;

/// <summary>
/// Random feedback local online learning (RFLO, Murray 2019) on one sequence at a time: every synapse keeps an eligibility trace
/// P_t = (1 − α) P_{t−1} + α φ'(u_t) ⊗ [h_{t−1}; x_t; 1], and the error that arrives through B turns it into a change:
/// ∂L/∂W_ij ≈ (e B)_i P_ij. The readout follows e ⊗ [h_t; 1]. Nothing looks into the past or the future.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="network">What is taught; one rule serves one thread.</param>
public sealed class RandomFeedbackLocalOnline<T>(LeakyRecurrentNetwork<T> network) : OnlineRecurrentRule<T>(network)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _trace = new T[network.Weights.Values.Length];

    /// <summary>Whether the error comes down through the readout's own weights instead of B.</summary>
    public bool SymmetricFeedback { get; init; }

    /// <summary>P, [units, units + inputs + 1].</summary>
    public ReadOnlySpan<T> EligibilityTrace => _trace;

    /// <inheritdoc/>
    public override void Start()
    {
        base.Start();
        _trace.AsSpan().Clear();
    }

    /// <inheritdoc/>
    public override void Learn(ReadOnlySpan<T> error)
    {
        Project(error, SymmetricFeedback);
        LearnReadout(error, State.Read);
        LearnUnits(_trace);
    }

    /// <inheritdoc/>
    protected override void Remember() => AdvanceTraces(_trace);
}
