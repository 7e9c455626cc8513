using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Recurrent;

/// <summary>
/// Random feedback local online learning (RFLO, Murray 2019) on one sequence at a time: every synapse keeps an eligibility trace
/// P_t = (1 − α) P_{t−1} + α φ'(u_t) ⊗ [h_{t−1}; x_t; 1], and the error that arrives through B turns it into a change:
/// ∂L/∂W_ij ≈ (e B)_i P_ij. The readout follows e ⊗ [h_t; 1]. Nothing looks into the past or the future.
/// </summary>
internal sealed class RandomFeedbackLocalOnline<T>(LeakyRecurrentNetwork<T> network)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LeakyRecurrentState<T> _state = new(network);
    private readonly T[] _projected = new T[network.Units];
    private readonly T[] _trace = new T[network.Weights.Values.Length];
    private readonly T[] _gradient = new T[network.Weights.Values.Length];
    private readonly T[] _readoutGradient = new T[network.Readout.Values.Length];

    /// <summary>The units.</summary>
    public LeakyRecurrentState<T> State => _state;

    /// <summary>e B, the error as it arrived at the units.</summary>
    public ReadOnlySpan<T> ProjectedError => _projected;

    /// <summary>Gradient of [W_rec | W_in | b], summed over the errors since <see cref="ClearGradients"/>.</summary>
    public Span<T> Gradient => _gradient;

    /// <summary>Gradient of [W_out | b_out].</summary>
    public Span<T> ReadoutGradient => _readoutGradient;

    /// <summary>Whether the error comes down through the readout's own weights instead of B.</summary>
    public bool SymmetricFeedback { get; init; }

    public void ClearGradients()
    {
        _gradient.AsSpan().Clear();
        _readoutGradient.AsSpan().Clear();
    }

    /// <summary>Forgets the past: a new sequence.</summary>
    public void Start()
    {
        _state.Start();
        _trace.AsSpan().Clear();
    }

    /// <summary>One time step: the units, their output and, for learning, the traces.</summary>
    /// <param name="input">x_t.</param>
    /// <param name="learning">Whether traces are kept.</param>
    public void Advance(ReadOnlySpan<T> input, bool learning)
    {
        _state.Advance(input);
        _state.ReadOut();
        if (!learning)
            return;
        T leak = T.CreateChecked(network.Leak);
        ReadOnlySpan<T> sources = _state.Sources;
        for (int i = 0; i < network.Units; i++)
        {
            T activity = _state.Activity[i];
            Span<T> trace = _trace.AsSpan(i * sources.Length, sources.Length);
            TensorPrimitives.Multiply(trace, T.One - leak, trace);
            TensorPrimitives.MultiplyAdd(sources, leak * (T.One - (activity * activity)), trace, trace);
        }
    }

    /// <summary>Adds to the gradients what the error of this time step teaches.</summary>
    /// <param name="error">e = ∂ℓ/∂y_t.</param>
    public void Learn(ReadOnlySpan<T> error)
    {
        _projected.AsSpan().Clear();
        ReadOnlySpan<T> read = _state.Read;
        for (int k = 0; k < error.Length; k++)
        {
            ReadOnlySpan<T> feedback = SymmetricFeedback ? LeakyRecurrentState<T>.Row(network.Readout, k)[..network.Units] : LeakyRecurrentState<T>.Row(network.Feedback, k);
            TensorPrimitives.MultiplyAdd(feedback, error[k], _projected, _projected);
            Span<T> readout = _readoutGradient.AsSpan(k * read.Length, read.Length);
            TensorPrimitives.MultiplyAdd(read, error[k], readout, readout);
        }
        int width = _state.Sources.Length;
        for (int i = 0; i < network.Units; i++)
        {
            Span<T> gradient = _gradient.AsSpan(i * width, width);
            TensorPrimitives.MultiplyAdd(_trace.AsSpan(i * width, width), _projected[i], gradient, gradient);
        }
    }
}
