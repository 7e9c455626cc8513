using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Recurrent;

/// <summary>
/// The rule's original, forward-mode gradient (real-time recurrent learning): exact for any number of steps, O(N⁴) time a
/// step and O(N⁴) memory. The oracle of <see cref="RecurrentBackward{T}"/>; useful up to about 16 neurons.
/// With b the target and a the source of the parameter differentiated, s = y_a for W and H_ba y_a for α:
/// <code>
/// Q[k,j,b,a] ← λ Q[k,j,b,a] + η ( J[k,b,a] y_j(t-2) + y_k(t-1) J'[j,b,a] )      dH_kj
/// J[k,b,a]   ← (1 - y_k²) ( Σ_j (W_kj + α_kj H_kj) J[j,b,a] + Σ_j α_kj y_j(t-1) Q[k,j,b,a] + δ(k=b) s )      dy_k
/// </code>
/// </summary>
internal sealed class RecurrentRtrl<T> : IGradientEngine<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PlasticRecurrentNetwork<T> _network;
    private readonly RecurrentGradients<T> _gradients;
    private readonly Sensitivity _toWeights;
    private readonly Sensitivity _toAlpha;
    private readonly T[] _trace;

    public RecurrentRtrl(PlasticRecurrentNetwork<T> network, RecurrentGradients<T> gradients)
    {
        var options = network.Options;
        if (options.Rule != PlasticityRule.Hebb || options.InputMode != InputMode.Additive || options.LearnRate || options.Sharing != PlasticitySharing.Free)
            throw new NotSupportedException("real-time recurrent learning covers the Hebb rule with additive input, a fixed rate and free coefficients: choose BackpropagationThroughTime");
        (_network, _gradients) = (network, gradients);
        _toWeights = new(network.Neurons);
        _toAlpha = new(network.Neurons);
        _trace = new T[network.Neurons * network.Neurons];
    }

    /// <summary>dy_k/dW_ba at the step reached, [k, b, a].</summary>
    public ReadOnlySpan<T> OutputToWeights => _toWeights.Outputs;

    /// <summary>dy_k/dα_ba at the step reached, [k, b, a].</summary>
    public ReadOnlySpan<T> OutputToAlpha => _toAlpha.Outputs;

    /// <summary>H at the step reached, [N, N].</summary>
    public ReadOnlySpan<T> Trace => _trace;

    /// <summary>Adds the gradients of an episode whose outputs and output gradients are known.</summary>
    public void Run(PlasticEpisode<T> episode)
    {
        Begin();
        for (int step = 1; step <= episode.Steps; step++)
        {
            Step(episode, step);
            var error = episode.OutputGradient(step);
            for (int k = 0; k < _network.Neurons; k++)
            {
                if (error[k] == T.Zero)
                    continue;
                _toWeights.AddTo(_gradients.Weights, _network.Stride, k, error[k]);
                _toAlpha.AddTo(_gradients.Alpha, _network.Stride, k, error[k]);
            }
        }
    }

    public void Begin()
    {
        _trace.AsSpan().Clear();
        _toWeights.Clear();
        _toAlpha.Clear();
    }

    /// <summary>One step of the recursion; y(step) must be known.</summary>
    public void Step(PlasticEpisode<T> episode, int step)
    {
        int n = _network.Neurons;
        var source = episode.Output(step - 1);
        var before = episode.Output(step - 2);
        T rate = _network.Rate;
        _toWeights.UpdateTrace(source, before, rate);
        _toAlpha.UpdateTrace(source, before, rate);
        for (int k = 0; k < n; k++)
        {
            for (int j = 0; j < n; j++)
                _trace[k * n + j] = (T.One - rate) * _trace[k * n + j] + rate * source[k] * before[j];
        }

        _toWeights.UpdateOutputs(_network, _trace, source, episode.Output(step), toAlpha: false);
        _toAlpha.UpdateOutputs(_network, _trace, source, episode.Output(step), toAlpha: true);
    }

    /// <summary>How outputs and trace change with every element of one parameter matrix.</summary>
    private sealed class Sensitivity(int n)
    {
        private readonly int _square = n * n;
        private readonly T[] _trace = new T[checked(n * n * n * n)];
        private T[] _outputs = new T[n * n * n];
        private T[] _before = new T[n * n * n];
        private T[] _next = new T[n * n * n];

        public ReadOnlySpan<T> Outputs => _outputs;

        public void Clear()
        {
            _trace.AsSpan().Clear();
            _outputs.AsSpan().Clear();
            _before.AsSpan().Clear();
        }

        public void UpdateTrace(ReadOnlySpan<T> source, ReadOnlySpan<T> before, T rate)
        {
            for (int k = 0; k < n; k++)
            {
                for (int j = 0; j < n; j++)
                {
                    var q = _trace.AsSpan((k * n + j) * _square, _square);
                    TensorPrimitives.Multiply(q, T.One - rate, q);
                    TensorPrimitives.MultiplyAdd(Of(_outputs, k), rate * before[j], q, q);
                    TensorPrimitives.MultiplyAdd(Of(_before, j), rate * source[k], q, q);
                }
            }
        }

        public void UpdateOutputs(PlasticRecurrentNetwork<T> network, ReadOnlySpan<T> trace, ReadOnlySpan<T> source, ReadOnlySpan<T> output, bool toAlpha)
        {
            for (int k = 0; k < n; k++)
            {
                var next = _next.AsSpan(k * _square, _square);
                var weights = network.Weights.Row(k);
                var alpha = network.Alpha.Row(k);
                next.Clear();
                for (int j = 0; j < n; j++)
                {
                    TensorPrimitives.MultiplyAdd(Of(_outputs, j), weights[j] + alpha[j] * trace[k * n + j], next, next);
                    TensorPrimitives.MultiplyAdd(_trace.AsSpan((k * n + j) * _square, _square), alpha[j] * source[j], next, next);
                    next[k * n + j] += toAlpha ? trace[k * n + j] * source[j] : source[j];
                }

                TensorPrimitives.Multiply(next, T.One - output[k] * output[k], next);
            }

            (_outputs, _before, _next) = (_next, _outputs, _before);
        }

        public void AddTo(Span<T> gradients, int stride, int output, T error)
        {
            for (int b = 0; b < n; b++)
            {
                var gradient = gradients.Slice(b * stride, n);
                TensorPrimitives.MultiplyAdd(Of(_outputs, output).Slice(b * n, n), error, gradient, gradient);
            }
        }

        private ReadOnlySpan<T> Of(T[] jacobian, int k) => jacobian.AsSpan(k * _square, _square);
    }
}
