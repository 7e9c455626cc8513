using System.Numerics;
using System.Numerics.Tensors;

namespace BioLearn.ML.Recurrent;

/// <summary>How learning signals reach the units in e-prop.</summary>
public enum LearningSignal
{
    /// <summary>Through the readout's own weights: the gradient but for what a unit does to others by the recurrent weights.</summary>
    Symmetric,

    /// <summary>Through fixed random weights B.</summary>
    Random,

    /// <summary>Through weights B that begin random and take the readout's own updates and decay, so that they become its weights.</summary>
    Adaptive,
}

/// <summary>
/// Eligibility propagation (e-prop, Bellec et al. 2020) of leaky rate units, on one sequence at a time. With the readout's decay κ
/// (<see cref="LeakyRecurrentNetwork{T}.ReadoutDecay"/>) and the hidden state h itself:
/// <code>
/// y_t = κ y_{t−1} + W_out h_t + b_out
/// ε_t = ∂h_t/∂h_{t−1} ε_{t−1} + ∂h_t/∂W = (1 − α) ε_{t−1} + α φ'(u_t) ⊗ [h_{t−1}; x_t; 1]      eligibility, other units held fixed
/// ē_t = κ ē_{t−1} + ε_t        z̄_t = κ z̄_{t−1} + [h_t; 1]                                    as the readout sees them
/// ∂L/∂W_ij ≈ Σ_t (e_t B)_i ē_t,ij        ∂L/∂W_out = Σ_t e_t ⊗ z̄_t
/// </code>
/// With symmetric signals the first sum is backpropagation through time without the paths from unit to unit. With κ = 0 and random signals it
/// is RFLO.
/// </summary>
/// <remarks>
/// Bellec, Scherr, Subramoney, Hajek, Salaj, Legenstein and Maass, "A solution to the learning dilemma for recurrent networks of spiking
/// neurons", Nature Communications 11 (2020). The regularization of firing rates has no counterpart in rate units and is left out.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class EligibilityPropagation<T> : OnlineRecurrentRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LearningSignal _signal;
    private readonly double _decay;
    private readonly T _readoutDecay;
    private readonly T[] _trace;
    private readonly T[] _filtered;
    private readonly T[] _read;
    private readonly T[] _feedbackGradient;

    /// <summary>No gradients, at the start of a sequence.</summary>
    /// <param name="network">What is taught; one rule serves one thread.</param>
    /// <param name="signal">How learning signals reach the units.</param>
    /// <param name="decay">Share by which readout and feedback shrink at each step of the optimizer while signals are adaptive, in [0, 1).</param>
    public EligibilityPropagation(LeakyRecurrentNetwork<T> network, LearningSignal signal, double decay = 0)
        : base(network)
    {
        Guard.Defined(signal);
        Guard.Fraction(decay);
        (_signal, _decay) = (signal, decay);
        _readoutDecay = T.CreateChecked(network.ReadoutDecay);
        _trace = new T[network.Weights.Values.Length];
        _filtered = network.ReadoutDecay == 0 ? _trace : new T[_trace.Length];
        _read = new T[network.Units + 1];
        _feedbackGradient = new T[signal == LearningSignal.Adaptive ? network.Feedback.Values.Length : 0];
    }

    /// <summary>ε, [units, units + inputs + 1].</summary>
    public ReadOnlySpan<T> EligibilityTrace => _trace;

    /// <summary>ē, the eligibility as the readout sees it, [units, units + inputs + 1].</summary>
    public ReadOnlySpan<T> FilteredEligibilityTrace => _filtered;

    /// <inheritdoc/>
    public override Span<T> FeedbackGradient => _feedbackGradient;

    /// <inheritdoc/>
    public override double WeightDecay => _signal == LearningSignal.Adaptive ? _decay : 0;

    /// <inheritdoc/>
    public override void Start()
    {
        base.Start();
        _trace.AsSpan().Clear();
        _filtered.AsSpan().Clear();
        _read.AsSpan().Clear();
    }

    /// <inheritdoc/>
    public override void Learn(ReadOnlySpan<T> error)
    {
        Project(error, _signal == LearningSignal.Symmetric);
        LearnReadout(error, _read);
        LearnUnits(_filtered);
        int units = Network.Units;
        for (int k = 0; k < error.Length && _feedbackGradient.Length > 0; k++)
        {
            Span<T> feedback = _feedbackGradient.AsSpan(k * units, units);
            TensorPrimitives.MultiplyAdd(_read.AsSpan(0, units), error[k], feedback, feedback);
        }
    }

    /// <inheritdoc/>
    protected override void Remember()
    {
        AdvanceTraces(_trace);
        if (!ReferenceEquals(_filtered, _trace))
            TensorPrimitives.MultiplyAdd(_filtered, _readoutDecay, _trace, _filtered);
        TensorPrimitives.MultiplyAdd(_read, _readoutDecay, State.Read, _read);
    }
}
