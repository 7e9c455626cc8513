using System.Numerics;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.FeedForward;

/// <summary>
/// RMSprop as the feed-forward programs have it: the first gradient fills the mean square whole, steps are clipped, and
/// weights (not biases) decay afterwards.
/// <code>
/// q ← q + .01 (g² - q), at first q ← g²       p ← p - clip( lr g / √(q + 1e-8), ±c )      p ← p - L1 sign(p) - L2 p
/// </code>
/// </summary>
internal sealed class ClippedRmsProp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ParameterTensor<T>[] _parameters;
    private readonly int _weights;
    private readonly T[][] _meanSquares;
    private readonly ClippedRmsPropOptions _options;
    private bool _isFirst = true;

    /// <param name="weights">Parameters that decay.</param>
    /// <param name="biases">Parameters that do not.</param>
    /// <param name="options">Rates and limits.</param>
    public ClippedRmsProp(ParameterTensor<T>[] weights, ParameterTensor<T>[] biases, ClippedRmsPropOptions options)
    {
        _parameters = [.. weights, .. biases];
        _weights = weights.Length;
        _options = options;
        _meanSquares = [.. _parameters.Select(p => new T[p.Values.Length])];
    }

    /// <summary>One step down the gradients.</summary>
    public void Step()
    {
        T gain = _isFirst ? T.One : T.CreateChecked(.01);
        T rate = T.CreateChecked(_options.LearningRate), limit = T.CreateChecked(_options.LargestStep), epsilon = T.CreateChecked(1e-8);
        for (int p = 0; p < _parameters.Length; p++)
        {
            var values = _parameters[p].Values;
            var gradient = _parameters[p].Gradient;
            var q = _meanSquares[p];
            for (int i = 0; i < values.Length; i++)
            {
                q[i] += gain * (gradient[i] * gradient[i] - q[i]);
                values[i] -= T.Clamp(rate * gradient[i] / T.Sqrt(q[i] + epsilon), -limit, limit);
            }

            if (p < _weights)
                Decay(values);
        }

        _isFirst = false;
    }

    private void Decay(Span<T> values)
    {
        T l1 = T.CreateChecked(_options.L1), l2 = T.CreateChecked(_options.L2);
        foreach (ref T value in values)
            value -= l1 * (value == T.Zero ? T.Zero : T.CopySign(T.One, value)) + l2 * value;
    }
}

/// <summary>Options of <see cref="ClippedRmsProp{T}"/>.</summary>
internal sealed record ClippedRmsPropOptions(double LearningRate, double LargestStep, double L1, double L2);
