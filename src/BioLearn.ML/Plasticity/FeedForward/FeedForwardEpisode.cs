using System.Numerics;

namespace BioLearn.ML.Plasticity.FeedForward;

/// <summary>Inputs, targets and responses of one episode of steps 0..n-1.</summary>
internal sealed class FeedForwardEpisode<T>
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

    public FeedForwardEpisode(FeedForwardNetwork<T> network, int steps)
    {
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

    public int Steps { get; }

    /// <summary>Whether the step's error counts; false while the network is shown what to learn.</summary>
    public bool[] IsScored { get; }

    /// <summary>Loss of each step, 0 where it does not count.</summary>
    public T[] Errors { get; }

    public Span<T> Input(int step) => _inputs.AsSpan(step * _inputStride, _inputCount);

    /// <summary>The input with its padding of zeros.</summary>
    public Span<T> PaddedInput(int step) => _inputs.AsSpan(step * _inputStride, _inputStride);
    public Span<T> Target(int step) => _targets.AsSpan(step * _outputCount, _outputCount);
    public Span<T> Hidden(int step) => _hidden.AsSpan(step * _hiddenCount, _hiddenCount);
    public Span<T> Output(int step) => _outputs.AsSpan(step * _outputCount, _outputCount);
}
