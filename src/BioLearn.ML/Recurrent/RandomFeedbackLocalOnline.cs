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
    private readonly T[] _sources = new T[network.Units + network.Inputs + 1];
    private readonly T[] _hidden = new T[network.Units + 1];
    private readonly T[] _slope = new T[network.Units];
    private readonly T[] _drive = new T[network.Units];
    private readonly T[] _output = new T[network.Outputs];
    private readonly T[] _projected = new T[network.Units];
    private readonly T[] _trace = new T[network.Weights.Values.Length];
    private readonly T[] _gradient = new T[network.Weights.Values.Length];
    private readonly T[] _readoutGradient = new T[network.Readout.Values.Length];

    /// <summary>h_t.</summary>
    public ReadOnlySpan<T> Hidden => _hidden.AsSpan(0, network.Units);

    /// <summary>u_t, what the units received.</summary>
    public ReadOnlySpan<T> Drive => _drive;

    /// <summary>y_t.</summary>
    public ReadOnlySpan<T> Output => _output;

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
        _hidden.AsSpan().Clear();
        _hidden[^1] = T.One;
        _trace.AsSpan().Clear();
    }

    /// <summary>One time step: the units, their output and, for learning, the traces.</summary>
    /// <param name="input">x_t.</param>
    /// <param name="learning">Whether traces are kept.</param>
    public void Advance(ReadOnlySpan<T> input, bool learning)
    {
        Span<T> sources = _sources;
        Hidden.CopyTo(sources);
        input.CopyTo(sources[network.Units..]);
        sources[^1] = T.One;
        T leak = T.CreateChecked(network.Leak);
        for (int i = 0; i < network.Units; i++)
        {
            _drive[i] = TensorPrimitives.Dot(Row(network.Weights, i), sources);
            T activity = T.Tanh(_drive[i]);
            _hidden[i] += leak * (activity - _hidden[i]);
            _slope[i] = leak * (T.One - (activity * activity));
        }
        for (int k = 0; k < network.Outputs; k++)
            _output[k] = TensorPrimitives.Dot(Row(network.Readout, k), _hidden);
        for (int i = 0; learning && i < network.Units; i++)
        {
            Span<T> trace = _trace.AsSpan(i * sources.Length, sources.Length);
            TensorPrimitives.Multiply(trace, T.One - leak, trace);
            TensorPrimitives.MultiplyAdd(sources, _slope[i], trace, trace);
        }
    }

    /// <summary>Adds to the gradients what the error of this time step teaches.</summary>
    /// <param name="error">e = ∂ℓ/∂y_t.</param>
    public void Learn(ReadOnlySpan<T> error)
    {
        _projected.AsSpan().Clear();
        for (int k = 0; k < error.Length; k++)
        {
            ReadOnlySpan<T> feedback = SymmetricFeedback ? Row(network.Readout, k)[..network.Units] : Row(network.Feedback, k);
            TensorPrimitives.MultiplyAdd(feedback, error[k], _projected, _projected);
            Span<T> readout = _readoutGradient.AsSpan(k * _hidden.Length, _hidden.Length);
            TensorPrimitives.MultiplyAdd(_hidden, error[k], readout, readout);
        }
        int width = _sources.Length;
        for (int i = 0; i < network.Units; i++)
        {
            Span<T> gradient = _gradient.AsSpan(i * width, width);
            TensorPrimitives.MultiplyAdd(_trace.AsSpan(i * width, width), _projected[i], gradient, gradient);
        }
    }

    private static ReadOnlySpan<T> Row(Parameter<T> parameter, int row) => parameter.Values.Slice(row * parameter.Columns, parameter.Columns);
}
