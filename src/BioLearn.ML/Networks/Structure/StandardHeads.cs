using BioLearn.Kernels.Elementwise;

namespace BioLearn.ML.Networks;

internal sealed class LinearSquaredErrorHead() : OutputHead("LinearSquaredError")
{
    public override void Output<T>(Signal<T> a, Signal<T> y) => a.Span.CopyTo(y.Span);

    public override void Error<T>(Signal<T> y, Signal<T> target, Signal<T> delta) => OutputLosses.Errors<T>(y.Matrix, target.Matrix, delta.Matrix);

    public override void Loss<T>(Signal<T> a, Signal<T> y, Signal<T> target, Signal<T> losses) => OutputLosses.SquaredError<T>(y.Matrix, target.Matrix, losses.Span);

    public override string WriteOnnx(IOnnxNodes writer, string sums) => sums;
}

internal sealed class SigmoidSquaredErrorHead() : OutputHead("SigmoidSquaredError")
{
    public override ActivityRange Range => ActivityRange.Unit;

    public override void Output<T>(Signal<T> a, Signal<T> y) => Activation.Sigmoid.Apply<T>(a.Span, y.Span);

    public override void Error<T>(Signal<T> y, Signal<T> target, Signal<T> delta)
    {
        OutputLosses.Errors<T>(y.Matrix, target.Matrix, delta.Matrix);
        Activation.Sigmoid.MultiplyByDerivative<T>(default, y.Span, delta.Span);
    }

    public override void Loss<T>(Signal<T> a, Signal<T> y, Signal<T> target, Signal<T> losses) => OutputLosses.SquaredError<T>(y.Matrix, target.Matrix, losses.Span);

    public override string WriteOnnx(IOnnxNodes writer, string sums) => writer.Node("Sigmoid", [sums]);
}

internal sealed class SigmoidCrossEntropyHead() : OutputHead("SigmoidCrossEntropy")
{
    public override ActivityRange Range => ActivityRange.Unit;

    public override bool IsLogit => true;

    public override void Output<T>(Signal<T> a, Signal<T> y) => Activation.Sigmoid.Apply<T>(a.Span, y.Span);

    public override void Error<T>(Signal<T> y, Signal<T> target, Signal<T> delta) => OutputLosses.Errors<T>(y.Matrix, target.Matrix, delta.Matrix);

    public override void Loss<T>(Signal<T> a, Signal<T> y, Signal<T> target, Signal<T> losses) => OutputLosses.SigmoidCrossEntropy<T>(a.Matrix, target.Matrix, losses.Span);

    public override string WriteOnnx(IOnnxNodes writer, string sums) => writer.Node("Sigmoid", [sums]);
}

internal sealed class SoftmaxCrossEntropyHead() : OutputHead("SoftmaxCrossEntropy")
{
    public override ActivityRange Range => ActivityRange.Unit;

    public override bool SumsToOne => true;

    public override void Output<T>(Signal<T> a, Signal<T> y) => OutputLosses.Softmax<T>(a.Matrix, y.Matrix);

    public override void Error<T>(Signal<T> y, Signal<T> target, Signal<T> delta) => OutputLosses.Errors<T>(y.Matrix, target.Matrix, delta.Matrix);

    public override void Loss<T>(Signal<T> a, Signal<T> y, Signal<T> target, Signal<T> losses) => OutputLosses.SoftmaxCrossEntropy<T>(a.Matrix, target.Matrix, losses.Span);

    public override string WriteOnnx(IOnnxNodes writer, string sums) => writer.Node("Softmax", [sums], ("axis", 1L));
}
