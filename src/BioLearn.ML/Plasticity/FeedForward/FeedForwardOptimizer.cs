using System.Numerics;
using BioLearn.Kernels.Elementwise;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.FeedForward;

/// <summary>Steps of the feed-forward programs: RMSprop with clipped steps, then weights (not biases) decay.</summary>
/// <param name="LearningRate">Step in units of the gradient's root mean square.</param>
/// <param name="LargestStep">Bound of every step.</param>
/// <param name="L1">Taken from the magnitude of every weight.</param>
/// <param name="L2">Share taken from every weight.</param>
internal sealed record FeedForwardOptimizerOptions(double LearningRate, double LargestStep, double L1, double L2);

/// <summary>Trains a feed-forward network's parameters, as <see cref="ClippedRmsProp{T}"/> moves them.</summary>
internal sealed class FeedForwardOptimizer<T>(FeedForwardNetwork<T> network, FeedForwardOptimizerOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<ParameterTensor<T>, T[]> _meanSquares = network.Parameters.ToDictionary(p => p, p => new T[p.Values.Length]);
    private bool _isFirst = true;

    /// <summary>One step down the gradients, which are cleared.</summary>
    public void Step()
    {
        var rule = new ClippedRmsProp<T>(T.CreateChecked(options.LearningRate), T.CreateChecked(options.LargestStep), _isFirst);
        foreach (var (parameter, meanSquares) in _meanSquares)
        {
            OptimizerSweep.Step(rule, parameter.Values, parameter.Gradient, meanSquares, default, T.Zero);
            parameter.Gradient.Clear();
            if (!parameter.IsBias)
                WeightShrinkage.Apply(parameter.Values, T.CreateChecked(options.L1), T.CreateChecked(options.L2));
        }

        _isFirst = false;
    }
}
