using System.Numerics;

namespace BioLearn.ML.Plasticity.FeedForward;

/// <summary>Inputs, targets and responses of one episode of steps 0..n-1 of a <see cref="FeedForwardNetwork{T}"/>; rows are views to write to and to read.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class FeedForwardEpisode<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _inputs;
    private readonly T[] _targets;
    private readonly T[] _hidden;
    private readonly T[] _outputs;
    private readonly int _inputCount;
    private readonly int _inputStride;
    private readonly int _hiddenCount;
    private readonly int _outputCount;

    /// <summary>Room for an episode; everything is zero.</summary>
    /// <param name="network">The network.</param>
    /// <param name="steps">n, at least 1.</param>
    public FeedForwardEpisode(FeedForwardNetwork<T> network, int steps)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        Steps = steps;
        (_inputCount, _hiddenCount, _outputCount) = (network.Inputs, network.Hidden, network.Outputs);
        _inputStride = network.Weights.Stride;
        _inputs = new T[steps * _inputStride];
        _targets = new T[steps * _outputCount];
        _hidden = new T[steps * _hiddenCount];
        _outputs = new T[steps * _outputCount];
        IsScored = new bool[steps];
        Errors = new T[steps];
    }

    /// <summary>n.</summary>
    public int Steps { get; }

    /// <summary>Whether the step's error counts; false while the network is shown what to learn.</summary>
    public bool[] IsScored { get; }

    /// <summary>Loss of each step, 0 where it does not count.</summary>
    public T[] Errors { get; }

    /// <summary>x(step), [inputs].</summary>
    public Span<T> Input(int step) => _inputs.AsSpan(step * _inputStride, _inputCount);

    /// <summary>The input with its padding of zeros.</summary>
    internal Span<T> PaddedInput(int step) => _inputs.AsSpan(step * _inputStride, _inputStride);

    /// <summary>What z(step) should be, [outputs].</summary>
    public Span<T> Target(int step) => _targets.AsSpan(step * _outputCount, _outputCount);

    /// <summary>y(step), [hidden].</summary>
    public Span<T> Hidden(int step) => _hidden.AsSpan(step * _hiddenCount, _hiddenCount);

    /// <summary>z(step), [outputs].</summary>
    public Span<T> Output(int step) => _outputs.AsSpan(step * _outputCount, _outputCount);
}
