using System.Numerics;
using BioLearn.Kernels.Relaxation;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>From a network to the layers that relaxation kernels work on.</summary>
internal static class StackedNetwork
{
    /// <summary>
    /// Weights above the first layer up to which a sweep for each sample is faster than products for all of them. Few samples learn from
    /// wide layers too, as long as all of them read no more than this in a step: they read each weight once where products read it twice.
    /// Predictions must not depend on how many rows are scored at once, so those of wide layers are left to products.
    /// </summary>
    private const long MostBytes = 48 << 10, MostBytesRead = 4 << 20;

    private const int MostLayers = 256;

    /// <summary>Whether a network is fully connected, has one activation throughout, and upper weights small enough for its mini-batch.</summary>
    /// <param name="step">The mini-batch.</param>
    /// <param name="fewSamples">Samples up to which the rule's sweep is faster in wide layers too.</param>
    public static bool Fits<T>(LearningContext<T> step, int fewSamples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        NetworkSpec spec = step.Spec;
        if (spec.Graph.Length < 2)
            return false;
        Span<int> widths = stackalloc int[Math.Min(spec.Graph.Length + 1, MostLayers)];
        if (widths.Length < spec.Graph.Length + 1)
            return false;
        foreach (Layer layer in spec.Graph)
        {
            if (!layer.IsFullyConnected || !layer.IsPlain || !layer.Activation.HasKernel || (layer.Index < spec.Graph.Length && layer.Activation != spec.Graph[0].Activation))
                return false;
            widths[layer.Index] = layer.Units.Size;
        }
        long bytes = StackedLayers<T>.Bytes(widths);
        return bytes <= MostBytes || (step.IsLearning && step.Batch <= fewSamples && bytes * step.Batch <= MostBytesRead);
    }

    /// <summary>Units of the input and of every layer.</summary>
    public static int[] Widths(NetworkSpec spec) => [spec.Input.Size, .. spec.Graph.Select(l => l.Units.Size)];

    /// <summary>The weights above the first layer, and their present biases.</summary>
    public static void Take<T>(LearningContext<T> step, StackedLayers<T> layers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int l = 2; l <= step.Depth; l++)
            layers.Take(l, step.Weights(l).Values, step.Biases(l).Values);
    }
}
