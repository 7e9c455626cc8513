using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Normalization;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>
/// Batch normalization (Ioffe and Szegedy 2015): y = γ (x − μ) / √(σ² + ε) + β, then the activation. Learning steps take μ and σ² of the
/// mini-batch, channel by channel over samples and space, and running means follow them; predictions take the running means.
/// </summary>
/// <remarks>
/// A mini-batch with a single number a channel (one row of a vector) has no variance: it is normalized by the running means, which it
/// leaves alone. The running variance is of the unbiased estimate, n / (n − 1).
/// </remarks>
public sealed record BatchNormalization : LayerSpec
{
    /// <summary>Batch normalization without an activation.</summary>
    public BatchNormalization()
    {
    }

    /// <summary>Batch normalization with an activation behind it.</summary>
    /// <param name="activation">φ.</param>
    public BatchNormalization(Activation activation) => Activation = activation;

    /// <summary>Activation behind the normalization. Default: linear.</summary>
    public Activation Activation { get; init; } = Activation.Linear;

    /// <summary>ε; above 0. Default: 1e-5.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>Share of the newest mini-batch in the running means, in (0, 1]. Default: 0.1.</summary>
    public double Momentum { get; init; } = 0.1;

    /// <inheritdoc/>
    public override LayerParts Resolve(TensorShape input)
    {
        Require(Epsilon > 0, $"Epsilon is {Epsilon}; it must be above 0");
        Require(Momentum is > 0 and <= 1, $"Momentum is {Momentum}; it must be in (0, 1]");
        return new LayerParts { Normalization = new ChannelNormalization(input, Epsilon, Momentum), Activation = Activation };
    }
}

/// <summary>Keeps gain γ, shift β, running mean and running variance of every channel.</summary>
internal sealed class ChannelNormalization(TensorShape units, double epsilon, double momentum) : Normalization(units)
{
    public double Epsilon => epsilon;

    public double Momentum => momentum;

    public override IReadOnlyList<NormalizationTensor> Tensors { get; } =
    [
        new("gain", ParameterRole.Gain, units.Channels, 1),
        new("shift", ParameterRole.Shift, units.Channels, 0),
        new("running mean", ParameterRole.RunningStatistic, units.Channels, 0),
        new("running variance", ParameterRole.RunningStatistic, units.Channels, 1),
    ];

    public override Normalization TopDown(TensorShape input) => new ChannelNormalization(input, epsilon, momentum);

    public override NormalizationState<T> CreateState<T>(int capacity) => new BatchStatistics<T>(this);

    public override string WriteOnnx(IOnnxNodes writer, string input, IReadOnlyList<float[]> tensors) => writer.Node(
        "BatchNormalization",
        [input, .. Tensors.Zip(tensors, (t, values) => writer.Constant(t.Name.Replace(' ', '_'), values, values.Length))],
        ("epsilon", (float)epsilon));
}

/// <summary>Statistics of the last mini-batch and the normalized sums, which the way back needs.</summary>
internal sealed class BatchStatistics<T>(ChannelNormalization normalization) : NormalizationState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _channels = normalization.Units.Channels, _area = normalization.Units.Height * normalization.Units.Width;
    private readonly NativeBuffer<T> _mean = new(normalization.Units.Channels), _variance = new(normalization.Units.Channels), _inverse = new(normalization.Units.Channels);
    private readonly NativeBuffer<T> _credit = new(normalization.Units.Channels), _product = new(normalization.Units.Channels), _scale = new(normalization.Units.Channels);
    private Signal<T> _normalized;
    private bool _ofBatch;

    private int Count => _normalized.Batch * _area;

    public override void Forward(IReadOnlyList<Parameter<T>> tensors, Signal<T> sums, Signal<T> normalized, bool learning)
    {
        _normalized = sums;
        _ofBatch = learning && Count > 1;
        if (_ofBatch)
            Measure(sums);
        ReadOnlySpan<T> mean = _ofBatch ? _mean.Span : tensors[2].Numbers, variance = _ofBatch ? _variance.Span : tensors[3].Numbers;
        T epsilon = T.CreateChecked(normalization.Epsilon);
        for (int c = 0; c < _channels; c++)
            _inverse.Span[c] = T.One / T.Sqrt(variance[c] + epsilon);
        ChannelSweep.Normalize(sums.Span, sums.Batch, mean, _inverse.Span, tensors[0].Numbers, tensors[1].Numbers, normalized.Span);
    }

    /// <summary>δ_x = γ/√(σ² + ε) · (δ − mean δ − x̂ · mean (δ x̂)); the means vanish where the statistics were not the batch's.</summary>
    public override void Back(IReadOnlyList<Parameter<T>> tensors, Signal<T> credit, Signal<T> below)
    {
        ChannelSweep.SumAndProduct<T>(credit.Span, _normalized.Span, credit.Batch, _credit.Span, _product.Span);
        T share = _ofBatch ? T.One / T.CreateChecked(Count) : T.Zero;
        TensorPrimitives.Multiply(_credit.Span, share, _credit.Span);
        TensorPrimitives.Multiply(_product.Span, share, _product.Span);
        TensorPrimitives.Multiply(tensors[0].Numbers, _inverse.Span, _scale.Span);
        ChannelSweep.Back<T>(credit.Span, _normalized.Span, credit.Batch, _scale.Span, _credit.Span, _product.Span, below.Span);
    }

    public override void Learn(LearningContext<T> step, IReadOnlyList<Parameter<T>> tensors, Signal<T> credit)
    {
        Span<T> gain = step.Gradient(tensors[0]).Span, shift = step.Gradient(tensors[1]).Span;
        ChannelSweep.SumAndProduct<T>(credit.Span, _normalized.Span, credit.Batch, shift, gain);
        T share = T.One / T.CreateChecked(credit.Batch);
        TensorPrimitives.Multiply(gain, share, gain);
        TensorPrimitives.Multiply(shift, share, shift);
    }

    public override void Follow(IReadOnlyList<Parameter<T>> tensors)
    {
        if (!_ofBatch)
            return;
        T newest = T.CreateChecked(normalization.Momentum), kept = T.One - newest;
        T unbiased = newest * T.CreateChecked(Count / (Count - 1.0));
        Span<T> mean = tensors[2].Values, variance = tensors[3].Values;
        for (int c = 0; c < _channels; c++)
        {
            mean[c] = (kept * mean[c]) + (newest * _mean.Span[c]);
            variance[c] = (kept * variance[c]) + (unbiased * _variance.Span[c]);
        }
    }

    protected override void Dispose(bool disposing)
    {
        foreach (NativeBuffer<T> buffer in (ReadOnlySpan<NativeBuffer<T>>)[_mean, _variance, _inverse, _credit, _product, _scale])
            buffer.Dispose();
    }

    /// <summary>μ and σ² of the batch, in two passes: the second subtracts the mean, so that large offsets cost no digits.</summary>
    private void Measure(Signal<T> sums)
    {
        T share = T.One / T.CreateChecked(Count);
        ChannelSweep.Sum<T>(sums.Span, sums.Batch, _mean.Span);
        TensorPrimitives.Multiply(_mean.Span, share, _mean.Span);
        ChannelSweep.SumOfSquares<T>(sums.Span, sums.Batch, _mean.Span, _variance.Span);
        TensorPrimitives.Multiply(_variance.Span, share, _variance.Span);
    }
}
