using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Plastic;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.FeedForward;

/// <summary>Which gradient trains the network.</summary>
public enum FeedForwardGradient
{
    /// <summary>The true gradient.</summary>
    Exact,

    /// <summary>
    /// The published program's: it takes 1 - tanh(y)² for the slope where y is already a tanh, leaves out what the hidden
    /// bias does through the trace, and adds 1e-8 to the softmax's denominator.
    /// </summary>
    AsCoded,
}

/// <summary>
/// Runs a <see cref="FeedForwardNetwork{T}"/> through an episode, forwards and backwards. The loss is the sum over scored steps of -Σ t ln z
/// (softmax) or Σ (z - t)² (identity).
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class FeedForwardPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FeedForwardNetwork<T> _network;
    private readonly FeedForwardGradient _gradient;
    private readonly int _steps;
    private readonly int _matrix;
    private readonly TraceRule<T> _rule;
    private readonly T[] _traces;
    private readonly T[] _rates;
    private readonly T[] _ones;
    private readonly T[] _fixedPart;
    private readonly T[] _plasticPart;
    private readonly T[] _hiddenGradient;
    private readonly T[] _error;
    private readonly T[] _outputError;
    private readonly T[] _traceGradient;
    private readonly T[] _unusedRates;
    private readonly T[] _unusedInputs;

    /// <summary>Room for episodes.</summary>
    /// <param name="network">The network; one pass serves one thread.</param>
    /// <param name="steps">Steps of an episode.</param>
    /// <param name="decay">The trace's decay g, in [0, 1].</param>
    /// <param name="gradient">Which gradient.</param>
    /// <param name="rule">A trace rule of one's own, gated by 1 - g; null for Hebb's.</param>
    public FeedForwardPass(FeedForwardNetwork<T> network, int steps, T decay, FeedForwardGradient gradient, TraceRule<T>? rule = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        _rule = rule ?? TraceRule<T>.Of(new HebbRule<T>());
        (_network, _steps, _gradient) = (network, steps, gradient);
        int hidden = network.Hidden;
        _matrix = hidden * network.Weights.Stride;
        _traces = new T[(steps + 1) * _matrix];
        _rates = Enumerable.Repeat(T.One - decay, hidden).ToArray();
        _ones = Enumerable.Repeat(T.One, hidden).ToArray();
        _fixedPart = new T[hidden];
        _plasticPart = new T[hidden];
        _hiddenGradient = new T[hidden];
        _error = new T[hidden];
        _outputError = new T[network.Outputs];
        _traceGradient = new T[_matrix];
        _unusedRates = new T[hidden];
        _unusedInputs = new T[network.Weights.Stride];
    }

    /// <summary>Responses and errors of an episode; returns the sum of the errors.</summary>
    public T Forward(FeedForwardEpisode<T> episode)
    {
        Trace(0).Clear();
        T loss = T.Zero;
        for (int step = 0; step < _steps; step++)
        {
            var hidden = episode.Hidden(step);
            TraceSweeps.Excite(_network.Weights.Values, _network.Alpha.Values, Trace(step), episode.PaddedInput(step), _fixedPart, _plasticPart);
            for (int i = 0; i < hidden.Length; i++)
                hidden[i] = T.Tanh(_fixedPart[i] + _plasticPart[i] + _network.Bias.Values[i]);
            Respond(hidden, episode.Output(step));
            _rule.Update(Trace(step), Trace(step + 1), _rates, hidden, episode.PaddedInput(step));
            episode.Errors[step] = episode.IsScored[step] ? Error(episode.Output(step), episode.Target(step)) : T.Zero;
            loss += episode.Errors[step];
        }

        return loss;
    }

    /// <summary>Adds the gradients of an episode that has run.</summary>
    public void Backward(FeedForwardEpisode<T> episode)
    {
        _traceGradient.AsSpan().Clear();
        for (int step = _steps - 1; step >= 0; step--)
        {
            var hidden = episode.Hidden(step);
            var input = episode.PaddedInput(step);
            _hiddenGradient.AsSpan().Clear();
            if (episode.IsScored[step])
                PassOutput(episode.Output(step), episode.Target(step), hidden);
            if (_gradient == FeedForwardGradient.AsCoded)
                AddBiasGradient(hidden);

            _rule.Backward(Trace(step), _traceGradient, _rates, hidden, input, _unusedRates, _hiddenGradient, _unusedInputs);
            for (int i = 0; i < hidden.Length; i++)
                _error[i] = Slope(hidden[i]) * _hiddenGradient[i];
            if (_gradient == FeedForwardGradient.Exact)
                AddBiasGradient(hidden);
            TraceSweeps.Backward(_network.Weights.Values, _network.Alpha.Values, Trace(step), input, _error, _ones, _traceGradient, _network.Alpha.Gradient, _unusedInputs);
            TraceSweeps.AddOuter(_error, input, _network.Weights.Gradient);
        }
    }

    private void Respond(ReadOnlySpan<T> hidden, Span<T> output)
    {
        for (int k = 0; k < output.Length; k++)
        {
            T drive = _network.Output == FeedForwardOutput.Identity ? hidden[k] : TensorPrimitives.Dot(_network.OutputWeights.Row(k), hidden);
            output[k] = drive + _network.OutputBias.Values[k];
        }

        if (_network.Output == FeedForwardOutput.Identity)
            return;
        TensorPrimitives.Exp(output, output);
        T sum = TensorPrimitives.Sum<T>(output) + (_gradient == FeedForwardGradient.AsCoded ? T.CreateChecked(1e-8) : T.Zero);
        TensorPrimitives.Divide(output, sum, output);
    }

    private T Error(ReadOnlySpan<T> output, ReadOnlySpan<T> target)
    {
        T error = T.Zero;
        for (int k = 0; k < output.Length; k++)
        {
            if (_network.Output == FeedForwardOutput.Identity)
                error += (output[k] - target[k]) * (output[k] - target[k]);
            else if (target[k] != T.Zero)
                error -= target[k] * T.Log(output[k]);
        }

        return error;
    }

    private void PassOutput(ReadOnlySpan<T> output, ReadOnlySpan<T> target, ReadOnlySpan<T> hidden)
    {
        TensorPrimitives.Subtract(output, target, _outputError);
        if (_network.Output == FeedForwardOutput.Identity)
        {
            TensorPrimitives.Add(_outputError, _outputError, _outputError);
            _outputError.CopyTo(_hiddenGradient, 0);
        }

        for (int k = 0; k < output.Length; k++)
        {
            T error = _outputError[k];
            _network.OutputBias.Gradient[k] += error;
            if (_network.Output == FeedForwardOutput.Identity)
                continue;
            TensorPrimitives.MultiplyAdd(hidden, error, _network.OutputWeights.GradientRow(k), _network.OutputWeights.GradientRow(k));
            TensorPrimitives.MultiplyAdd<T>(_network.OutputWeights.Row(k), error, _hiddenGradient, _hiddenGradient);
        }
    }

    private void AddBiasGradient(ReadOnlySpan<T> hidden)
    {
        for (int i = 0; i < hidden.Length; i++)
            _network.Bias.Gradient[i] += (T.One - hidden[i] * hidden[i]) * _hiddenGradient[i];
    }

    private T Slope(T hidden)
    {
        T y = _gradient == FeedForwardGradient.AsCoded ? T.Tanh(hidden) : hidden;
        return T.One - y * y;
    }

    /// <summary>H(step) of the episode that ran last, step 0..n, [hidden, stride].</summary>
    public ReadOnlySpan<T> TraceOf(int step) => Trace(step);

    private Span<T> Trace(int step) => _traces.AsSpan(step * _matrix, _matrix);
}
