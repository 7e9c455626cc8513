using System.Numerics;
using BioLearn.Kernels.Elementwise;

namespace BioLearn.ML.Networks;

/// <summary>From an <see cref="OutputHead"/> to the kernels of its output, loss and output error.</summary>
internal static class HeadKernels
{
    /// <summary>y from a_L.</summary>
    public static void Output<T>(OutputHead head, Signal<T> a, Signal<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (head)
        {
            case OutputHead.LinearSquaredError:
                a.Span.CopyTo(y.Span);
                break;
            case OutputHead.SoftmaxCrossEntropy:
                OutputLosses.Softmax<T>(a.Matrix, y.Matrix);
                break;
            default:
                ActivationDispatch.Apply<T>(Activation.Sigmoid, a.Span, y.Span);
                break;
        }
    }

    /// <summary>∂ℓ_b/∂a_L.</summary>
    public static void Error<T>(OutputHead head, Signal<T> y, Signal<T> target, Signal<T> delta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OutputLosses.Errors<T>(y.Matrix, target.Matrix, delta.Matrix);
        if (head == OutputHead.SigmoidSquaredError)
            ActivationDispatch.MultiplyByDerivative<T>(Activation.Sigmoid, default, y.Span, delta.Span);
    }

    /// <summary>ℓ_b.</summary>
    public static void Loss<T>(OutputHead head, Signal<T> a, Signal<T> y, Signal<T> target, Signal<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (head)
        {
            case OutputHead.SoftmaxCrossEntropy:
                OutputLosses.SoftmaxCrossEntropy<T>(a.Matrix, target.Matrix, losses.Span);
                break;
            case OutputHead.SigmoidCrossEntropy:
                OutputLosses.SigmoidCrossEntropy<T>(a.Matrix, target.Matrix, losses.Span);
                break;
            default:
                OutputLosses.SquaredError<T>(y.Matrix, target.Matrix, losses.Span);
                break;
        }
    }
}
