using System.Numerics;
using BioLearn.Kernels.Random;

namespace BioLearn.ML.Networks;

/// <summary>
/// Depth-µP: first weights and rates that keep activities, and what a step changes in them, of one size at any width and depth, so that rates carry over from
/// small networks to deep ones (Yang et al. 2024; for predictive coding Innocenti, Achour and Buckley 2025, µPC). The published parameterization multiplies
/// weights drawn from N(0, 1) by a_l: 1 / √fan-in in what reads the input, 1 / √fan-in in hidden layers, 1 / √(fan-in · L) where they add
/// to a residual stream, and 1 / fan-in in the output layer, L being the number of layers with weights. Here the weights themselves are a_l times as large, and
/// their rates are scaled so that every step changes what they do by as much: by a_l² for plain descent and its kin, by a_l for optimizers that normalize gradients.
/// </summary>
public static class DepthScaling
{
    /// <summary>The multiplier a_l of every layer.</summary>
    /// <param name="network">The network's description.</param>
    /// <returns>One number a layer, from the first; 1 where a layer has no weights.</returns>
    public static IReadOnlyList<double> Multipliers(NetworkSpec network)
    {
        ArgumentNullException.ThrowIfNull(network);
        int depth = network.Graph.Count(l => l.HasWeights);
        return
        [
            .. network.Graph.Select(l =>
                !l.HasWeights ? 1
                : l.Index == network.Graph.Length ? 1.0 / l.FanIn
                : 1 / Math.Sqrt(l.FanIn * (l.Adds.IsEmpty ? 1.0 : depth))),
        ];
    }

    /// <summary>Draws a network's weights anew and scales them and their rates. Biases and side tensors stay as they are.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="network">The network, before its first step; weights come from its streams "W/l".</param>
    /// <param name="optimizer">The optimizer that will move them.</param>
    public static void Apply<T>(Network<T> network, OptimizerKind optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        IReadOnlyList<double> multipliers = Multipliers(network.Spec);
        bool normalizes = optimizer is OptimizerKind.Adam or OptimizerKind.AdamW or OptimizerKind.RmsProp;
        foreach (Layer layer in network.Spec.Graph.Where(l => l.HasWeights))
        {
            Parameter<T> weights = network.Weights(layer.Index);
            double a = multipliers[layer.Index - 1];
            network.Stream(weights.Key).FillNormal(weights.Values, T.Zero, T.CreateChecked(a));
            weights.LearningRateScale = normalizes ? a : a * a;
        }
    }
}
