using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Convolution;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>The classifier of a hidden layer, softmax(P_l r + c_l) of its activities or of their averages over windows, r; its gradient, and what it sends back.</summary>
internal static class LocalPrediction
{
    /// <summary>Numbers that the classifier reads of units of some shape.</summary>
    public static int WidthOf(TensorShape units, int most) => Windows(units, most).OutputLength;

    /// <summary>P_l and c_l descend share · ℓ; credit receives share · ∂ℓ/∂h_l, [batch, units of l], weighted by the samples.</summary>
    public static void Learn<T>(LearningContext<T> step, int l, int most, T share, Signal<T> credit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Signal<T> units = step.Clean.Units(l), read = units, back = credit;
        PoolingShape windows = Windows(step.Layer(l).Units, most);
        bool averages = windows.OutputLength < units.Width;
        if (averages)
        {
            read = step.Scratch("read by the classifier", l, windows.OutputLength);
            back = step.Scratch("credit of averages", l, windows.OutputLength);
            AveragePooling.Forward<T>(windows, step.Batch, includePadding: false, units.Span, read.Span);
        }
        Parameter<T> weights = step.Side("P", l), biases = step.Side("c", l);
        Signal<T> error = step.Scratch("error of the classifier", l, weights.Rows);
        step.Read(weights, biases, read, error);
        LearningContext<T>.Softmax(error, error);
        TensorPrimitives.Subtract(error.Span, LocalClasses.Targets(step).Span, error.Span);
        TensorPrimitives.Multiply(error.Span, share, error.Span);
        step.WeighSamples(error);
        step.Learn(weights, biases, (error, read, T.One));
        back.Span.Clear();
        step.AddProjected(error, weights, back);
        if (averages)
            AveragePooling.Adjoint<T>(windows, step.Batch, includePadding: false, back.Span, credit.Span);
    }

    /// <summary>Windows side by side that double, in height and width by turns, until there are few enough; those at the far edges may be smaller.</summary>
    private static PoolingShape Windows(TensorShape units, int most)
    {
        int high = 1, wide = 1;
        while (Length() > most && (high < units.Height || wide < units.Width))
        {
            high = Math.Min(2 * high, Math.Max(high, units.Height));
            if (Length() > most)
                wide = Math.Min(2 * wide, Math.Max(wide, units.Width));
        }
        return new PoolingShape
        {
            Channels = units.Channels,
            Height = units.Height,
            Width = units.Width,
            OutputHeight = Count(units.Height, high),
            OutputWidth = Count(units.Width, wide),
            KernelHeight = high,
            KernelWidth = wide,
            StrideY = high,
            StrideX = wide,
        };

        int Length() => units.Channels * Count(units.Height, high) * Count(units.Width, wide);

        static int Count(int size, int window) => (size + window - 1) / window;
    }
}
