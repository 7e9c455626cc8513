using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Diagnostics;

/// <summary>
/// Target alignment (Song et al. 2024): how straight one learning step moves the output towards the target, mean over samples of
/// cos(y_after − y_before, t − y_before). 1 is straight; steps for other weights interfere below that.
/// </summary>
internal static class TargetAlignment
{
    /// <param name="step">A context in which the rule has computed its credit; W and b move by −rate times their gradients and stay there.</param>
    /// <param name="rule">Says how the network predicts.</param>
    /// <param name="rate">Learning rate of the step.</param>
    /// <param name="before">y_before, [batch, outputs].</param>
    public static double AfterStep<T>(LearningContext<T> step, LearningRule rule, double rate, ReadOnlySpan<T> before)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T minusRate = -T.CreateChecked(rate);
        for (int l = 1; l <= step.Depth; l++)
        {
            Move(step, step.Weights(l), minusRate);
            Move(step, step.Biases(l), minusRate);
        }
        rule.Predict(step);
        double sum = 0;
        int width = step.Spec.Outputs, counted = 0;
        T[] change = new T[width], wanted = new T[width];
        for (int b = 0; b < step.Batch; b++)
        {
            ReadOnlySpan<T> start = before.Slice(b * width, width);
            TensorPrimitives.Subtract(step.Clean.Units(step.Depth).Row(b), start, change);
            TensorPrimitives.Subtract(step.Target.Row(b), start, wanted);
            double cosine = VectorAngle.Cosine<T>(change, wanted);
            if (double.IsNaN(cosine))
                continue;
            sum += cosine;
            counted++;
        }
        return counted == 0 ? double.NaN : sum / counted;
    }

    private static void Move<T>(LearningContext<T> step, Parameter<T> parameter, T minusRate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> gradient = step.LastGradientOf(parameter);
        if (!gradient.IsEmpty && parameter.LearningRateScale != 0)
            TensorPrimitives.MultiplyAdd(gradient, minusRate, parameter.Values, parameter.Values);
    }
}
