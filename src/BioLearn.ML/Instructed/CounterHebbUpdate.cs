using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Instructed;

/// <summary>
/// What synapses of the top-down network learn, once those of the bottom-up network have: the same products, and biases the mean of the
/// bottom-up activity at their unit. With update noise, every weight tensor's update is multiplied by a number of its own.
/// </summary>
internal static class CounterHebbUpdate
{
    public static void Teach<T>(LearningContext<T> step, TopDownNetwork<T> topDown, CounterHebb rule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool moves = rule.TopDown != TopDownWeights.FeedbackAlignment;
        for (int l = 1; l <= step.Depth; l++)
        {
            Layer layer = step.Layer(l);
            if (!layer.HasWeights)
                continue;
            if (rule.UpdateNoise > 0)
                Disturb(step, topDown, rule, l, moves);
            else if (moves && topDown.Own(l) is { } own)
                step.LearnLike(own, step.Weights(l));
            if (moves && topDown.Biases(l) is { } biases)
                step.LearnBiases(biases, step.Clean.ReadBy(l));
        }
    }

    private static void Disturb<T>(LearningContext<T> step, TopDownNetwork<T> topDown, CounterHebb rule, int layer, bool moves)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> gradient = step.Gradient(step.Weights(layer)).Span;
        T up = Factor("update noise W"), down = topDown.Own(layer) is null ? T.One : Factor("update noise V");
        if (moves && topDown.Own(layer) is { } own)
            TensorPrimitives.Multiply(gradient, down, step.Gradient(own).Span);
        TensorPrimitives.Multiply(gradient, up, gradient);

        T Factor(string stream)
        {
            Signal<T> drawn = step.Scratch(stream, layer, 1).Take(1);
            step.Normal(stream, layer, drawn);
            return T.One + (T.CreateChecked(rule.UpdateNoise) * drawn.Span[0]);
        }
    }
}
