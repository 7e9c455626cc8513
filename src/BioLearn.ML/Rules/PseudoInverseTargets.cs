using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>Targets that come down linear networks through the pseudo-inverses of their weights: e_{l-1} = W_l⁺ e_l, e = h − t.</summary>
internal static class PseudoInverseTargets
{
    public static void RequireLinear(NetworkSpec network)
    {
        foreach (Layer layer in network.Graph)
        {
            if (!layer.IsFullyConnected || (layer.Index < network.Graph.Length && layer.Activation != Activation.Linear))
                throw new ArgumentException($"Target propagation by pseudo-inverses trains fully connected linear layers alone: {layer}.", nameof(network));
        }
    }

    public static void Learn<T>(LearningContext<T> step, double targetStepSize)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Multiply(step.Delta(step.Depth).Span, T.CreateChecked(targetStepSize), step.Delta(step.Depth).Span);
        for (int l = step.Depth; l > 1; l--)
        {
            Parameter<T> weights = step.Weights(l);
            T[] inverse = [.. PseudoInverse.Of(weights.View).Select(T.CreateChecked)];
            Gemm.NT(step.Delta(l).Matrix, new ReadOnlyMatrixSpan<T>(inverse, weights.Columns, weights.Rows), step.Delta(l - 1).Matrix, T.One, T.Zero);
        }
        step.LearnAll();
    }
}
