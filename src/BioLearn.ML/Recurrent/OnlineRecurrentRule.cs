using System.Numerics;
using System.Numerics.Tensors;

namespace BioLearn.ML.Recurrent;

/// <summary>
/// A rule that teaches a <see cref="LeakyRecurrentNetwork{T}"/> while a sequence runs: at every step <see cref="Advance"/>, then
/// <see cref="Learn"/> with the error of the outputs wherever there is one. A rule of one's own derives from this, for a loop of one's own or,
/// through <see cref="OnlineRecurrentOptions.CreateRule"/>, for the trainers.
/// </summary>
/// <example>
/// <code>
/// rule.ClearGradients();
/// rule.Start();                                            // a new sequence
/// foreach (double[] x in sequence)
/// {
///     rule.Advance(x, learning: true);
///     error[0] = rule.State.Output[0] - target;
///     rule.Learn(error);
/// }
/// // rule.Gradient, rule.ReadoutGradient: take a step
/// </code>
/// </example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class OnlineRecurrentRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _gradient;
    private readonly T[] _readoutGradient;
    private readonly T[] _projected;

    /// <summary>No gradients, at the start of a sequence.</summary>
    /// <param name="network">What is taught; one rule serves one thread.</param>
    protected OnlineRecurrentRule(LeakyRecurrentNetwork<T> network)
    {
        ArgumentNullException.ThrowIfNull(network);
        Network = network;
        State = new(network);
        _gradient = new T[network.Weights.Values.Length];
        _readoutGradient = new T[network.Readout.Values.Length];
        _projected = new T[network.Units];
    }

    /// <summary>What is taught.</summary>
    public LeakyRecurrentNetwork<T> Network { get; }

    /// <summary>The units, at the step reached.</summary>
    public LeakyRecurrentState<T> State { get; }

    /// <summary>Gradient of [W_rec | W_in | b], [units, units + inputs + 1], summed over the errors since <see cref="ClearGradients"/>.</summary>
    public Span<T> Gradient => _gradient;

    /// <summary>Gradient of [W_out | b_out], [outputs, units + 1].</summary>
    public Span<T> ReadoutGradient => _readoutGradient;

    /// <summary>Gradient of B, [outputs, units]; empty if the feedback does not learn.</summary>
    public virtual Span<T> FeedbackGradient => [];

    /// <summary>Share by which the weights of readout and feedback shrink before a step of the optimizer.</summary>
    public virtual double WeightDecay => 0;

    /// <summary>The error as it last arrived at the units, [units].</summary>
    public ReadOnlySpan<T> ProjectedError => _projected;

    /// <summary>All gradients become zero.</summary>
    public virtual void ClearGradients()
    {
        _gradient.AsSpan().Clear();
        _readoutGradient.AsSpan().Clear();
        FeedbackGradient.Clear();
    }

    /// <summary>Forgets the past: a new sequence.</summary>
    public virtual void Start() => State.Start();

    /// <summary>One time step: the units, their output and, for learning, what the rule remembers.</summary>
    /// <param name="input">x_t, [inputs].</param>
    /// <param name="learning">Whether errors will follow.</param>
    public void Advance(ReadOnlySpan<T> input, bool learning)
    {
        State.Advance(input);
        State.ReadOut();
        if (learning)
            Remember();
    }

    /// <summary>Adds to the gradients what the error of this time step teaches.</summary>
    /// <param name="error">e = ∂ℓ/∂y_t, [outputs].</param>
    public abstract void Learn(ReadOnlySpan<T> error);

    /// <summary>Takes up the step that the units have just made: eligibility traces.</summary>
    protected abstract void Remember();

    /// <summary>Brings an error down: <see cref="ProjectedError"/> becomes e B, or e W_out.</summary>
    /// <param name="error">e, [outputs].</param>
    /// <param name="symmetric">Whether it comes down through the readout's own weights instead of B.</param>
    protected void Project(ReadOnlySpan<T> error, bool symmetric)
    {
        _projected.AsSpan().Clear();
        for (int k = 0; k < error.Length; k++)
        {
            ReadOnlySpan<T> feedback = LeakyRecurrentState<T>.Row(symmetric ? Network.Readout : Network.Feedback, k)[..Network.Units];
            TensorPrimitives.MultiplyAdd(feedback, error[k], _projected, _projected);
        }
    }

    /// <summary>Gradient of the readout += e zᵀ.</summary>
    /// <param name="error">e, [outputs].</param>
    /// <param name="read">z, [units + 1].</param>
    protected void LearnReadout(ReadOnlySpan<T> error, ReadOnlySpan<T> read)
    {
        for (int k = 0; k < error.Length; k++)
        {
            Span<T> readout = _readoutGradient.AsSpan(k * read.Length, read.Length);
            TensorPrimitives.MultiplyAdd(read, error[k], readout, readout);
        }
    }

    /// <summary>Gradient of each unit's synapses += (e B)_i times its traces.</summary>
    /// <param name="traces">[units, units + inputs + 1].</param>
    protected void LearnUnits(ReadOnlySpan<T> traces)
    {
        int width = State.Sources.Length;
        for (int i = 0; i < Network.Units; i++)
        {
            Span<T> gradient = _gradient.AsSpan(i * width, width);
            TensorPrimitives.MultiplyAdd(traces.Slice(i * width, width), _projected[i], gradient, gradient);
        }
    }

    /// <summary>P ← (1 − α) P + α φ'(u_t) ⊗ [h_{t−1}; x_t; 1]: how h_t depends on each synapse, what others did to its sources left out.</summary>
    /// <param name="traces">P, [units, units + inputs + 1].</param>
    protected void AdvanceTraces(Span<T> traces)
    {
        T leak = T.CreateChecked(Network.Leak);
        ReadOnlySpan<T> sources = State.Sources;
        for (int i = 0; i < Network.Units; i++)
        {
            T activity = State.Activity[i];
            Span<T> trace = traces.Slice(i * sources.Length, sources.Length);
            TensorPrimitives.Multiply(trace, T.One - leak, trace);
            TensorPrimitives.MultiplyAdd(sources, leak * (T.One - (activity * activity)), trace, trace);
        }
    }
}
