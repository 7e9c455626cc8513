using System.Numerics;

namespace BioLearn.ML.Networks;

/// <summary>
/// A layer without weights that passes on what it reads, plus what it adds: h = φ(read + adds). For additions that stand on their own,
/// such as those of residual networks with activations before the weights.
/// </summary>
public sealed record Identity : LayerSpec
{
    /// <summary>Activation of the sum. Default: linear.</summary>
    public Activation Activation { get; init; } = Activation.Linear;

    /// <inheritdoc/>
    public override LayerParts Resolve(TensorShape input) => new() { Synapses = new PassingSynapses(input), Activation = Activation };
}

/// <summary>No weights: every unit reads one input as it is.</summary>
internal sealed class PassingSynapses(TensorShape shape) : Synapses("passing", shape, shape, 0, 0)
{
    public override SynapticMap<T> CreateMap<T>(int capacity, int threads) => new PassingMap<T>();

    public override string WriteOnnx(IOnnxNodes writer, string input, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases) => input;
}

/// <summary>Copies up and down; nothing meets.</summary>
internal sealed class PassingMap<T> : SynapticMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Up(Parameter<T> weights, Parameter<T> biases, Signal<T> x, Signal<T> a, bool learning) => x.Span.CopyTo(a.Span);

    public override void Down(Parameter<T> feedback, Signal<T> above, Signal<T> below) => above.Span.CopyTo(below.Span);

    public override void Meet(Signal<T> post, Signal<T> pre, T coefficient, Span<T> into, T keep)
    {
    }
}
