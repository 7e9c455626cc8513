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
/// </summary>
internal sealed class ModulatedNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ModulatedNetwork(ModulatedNetworkOptions options)
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
        Rule = options.Bound switch
        {
            TraceBound.Decay => TraceRule<T>.Of(new HebbRule<T>()),
            TraceBound.None => TraceRule<T>.Of(new AdditiveRule<T>()),
            TraceBound.Soft => TraceRule<T>.Of(new SoftClipRule<T>()),
            _ => TraceRule<T>.Of(new ClipRule<T>(T.CreateChecked(options.ClipValue))),
        };
        Parameters =
        [
            Input.Weights, Input.Bias, Weights, Alpha,
            .. options.Modulation == Modulation.Simple ? Array.Empty<ParameterTensor<T>>() : [Rate],
            .. Modulator?.Parameters ?? [],
        ];
    }

    public ModulatedNetworkOptions Options { get; }
    public Dense<T> Input { get; }
    public ParameterTensor<T> Weights { get; }
    public ParameterTensor<T> Alpha { get; }

    /// <summary>η of the trace, or of the eligibility trace.</summary>
    public ParameterTensor<T> Rate { get; }
    public Modulator<T>? Modulator { get; }
    public TraceRule<T> Rule { get; }

    /// <summary>How the eligibility trace takes up activity.</summary>
    public TraceRule<T> EligibilityRule { get; } = TraceRule<T>.Of(new HebbRule<T>());
    public ParameterTensor<T>[] Parameters { get; }
    public int Neurons => Options.Neurons;
    public int Stride => Weights.Stride;
}
