using System.Numerics;
using BioLearn.Kernels.Plastic;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Neuromodulation;

/// <summary>
/// A recurrent network that decides itself when to learn:
/// <code>
/// y(t)   = tanh( V u(t) + b + (W + α∘H(t)) y(t-1) )
/// H(t+1) = rule( H(t), m(t), y(t), y(t-1) )                                   constant or simple modulation
/// H(t+1) = rule( H(t), m(t), 1, E(t) ),  E(t+1) = (1-η) E(t) + η y(t) y(t-1)ᵀ retroactive modulation
/// </code>
/// Matrices are [target, source]; H(1) = E(1) = 0. <see cref="ModulatedPass{T}"/> runs it and takes gradients back.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ModulatedNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes a network whose parameters are zero, but for the rate η.</summary>
    /// <param name="options">Shape and rules.</param>
    /// <param name="rule">A trace rule of one's own in place of the one that the options' bound names.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ModulatedNetwork(ModulatedNetworkOptions options, TraceRule<T>? rule = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        Input = new("i2h", options.Neurons, options.Inputs);
        Weights = new("w", options.Neurons, options.Neurons);
        Alpha = new("alpha", options.Neurons, options.Neurons);
        Rate = new(options.Modulation == Modulation.Retroactive ? "etaet" : "eta", 1, 1);
        Rate.Values[0] = T.CreateChecked(options.Rate);
        if (options.Modulation != Modulation.None)
            Modulator = new(options.FanOut ? "h2mod" : "h2DA", options.Neurons, options.FanOut);
        Rule = rule ?? TraceRule<T>.Bounded(options.Bound, options.ClipValue);
        Parameters =
        [
            Input.Weights, Input.Bias, Weights, Alpha,
            .. options.Modulation == Modulation.Simple ? Array.Empty<ParameterTensor<T>>() : [Rate],
            .. Modulator?.Parameters ?? [],
        ];
    }

    /// <summary>Shape and rules.</summary>
    public ModulatedNetworkOptions Options { get; }

    /// <summary>V and b, [N, inputs] and [1, N].</summary>
    public Projection<T> Input { get; }

    /// <summary>W, [N, N].</summary>
    public ParameterTensor<T> Weights { get; }

    /// <summary>α, [N, N].</summary>
    public ParameterTensor<T> Alpha { get; }

    /// <summary>η of the trace, or of the eligibility trace.</summary>
    public ParameterTensor<T> Rate { get; }

    /// <summary>What gates plasticity; null where the rate does.</summary>
    public Modulator<T>? Modulator { get; }

    /// <summary>How the trace takes up activity, or an eligibility.</summary>
    public TraceRule<T> Rule { get; }

    /// <summary>How the eligibility trace takes up activity.</summary>
    public TraceRule<T> EligibilityRule { get; } = TraceRule<T>.Of(new HebbRule<T>());

    /// <summary>All that an optimizer trains.</summary>
    public IReadOnlyList<ParameterTensor<T>> Parameters { get; }

    /// <summary>Number of neurons N.</summary>
    public int Neurons => Options.Neurons;

    /// <summary>Elements from one row of a matrix, or of a state, to the next: N, padded.</summary>
    public int Stride => Weights.Stride;
}
