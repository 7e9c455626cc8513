using System.Numerics;
using BioLearn.Kernels.Elementwise;

namespace BioLearn.ML.Networks;

/// <summary>A job that is compiled for one activation.</summary>
internal interface IActivationUse<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    void Invoke<TActivation>()
        where TActivation : struct, IActivation<T>;
}

internal sealed class LinearActivation() : Activation("Linear")
{
    public override void Apply<T>(ReadOnlySpan<T> a, Span<T> y) => a.CopyTo(y);

    public override void MultiplyByDerivative<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> y, Span<T> signal)
    {
    }

    public override string WriteOnnx(IOnnxNodes writer, string input) => input;

    internal override bool HasKernel => true;

    internal override bool Use<T, TUse>(ref TUse use)
    {
        use.Invoke<Linear<T>>();
        return true;
    }
}

internal sealed class ReLUActivation() : Activation("ReLU")
{
    public override ActivityRange Range => new(0, double.PositiveInfinity);

    public override void Apply<T>(ReadOnlySpan<T> a, Span<T> y) => ActivationSweep.Apply<T, ReLU<T>>(a, y);

    public override void MultiplyByDerivative<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> y, Span<T> signal) => ActivationSweep.MultiplyByDerivative<T, ReLU<T>>(a, y, signal);

    public override string WriteOnnx(IOnnxNodes writer, string input) => writer.Node("Relu", [input]);

    internal override bool HasKernel => true;

    internal override bool Use<T, TUse>(ref TUse use)
    {
        use.Invoke<ReLU<T>>();
        return true;
    }
}

internal sealed class LeakyReLUActivation() : Activation("LeakyReLU")
{
    public override void Apply<T>(ReadOnlySpan<T> a, Span<T> y) => ActivationSweep.Apply<T, LeakyReLU<T>>(a, y);

    public override void MultiplyByDerivative<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> y, Span<T> signal) => ActivationSweep.MultiplyByDerivative<T, LeakyReLU<T>>(a, y, signal);

    public override string WriteOnnx(IOnnxNodes writer, string input) => writer.Node("LeakyRelu", [input], ("alpha", 0.01f));

    internal override bool HasKernel => true;

    internal override bool Use<T, TUse>(ref TUse use)
    {
        use.Invoke<LeakyReLU<T>>();
        return true;
    }
}

internal sealed class TanhActivation() : Activation("Tanh")
{
    public override ActivityRange Range => new(-1, 1);

    public override void Apply<T>(ReadOnlySpan<T> a, Span<T> y) => ActivationSweep.Apply<T, Tanh<T>>(a, y);

    public override void MultiplyByDerivative<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> y, Span<T> signal) => ActivationSweep.MultiplyByDerivative<T, Tanh<T>>(a, y, signal);

    public override string WriteOnnx(IOnnxNodes writer, string input) => writer.Node("Tanh", [input]);

    internal override bool HasKernel => true;

    internal override bool Use<T, TUse>(ref TUse use)
    {
        use.Invoke<Tanh<T>>();
        return true;
    }
}

internal sealed class SigmoidActivation() : Activation("Sigmoid")
{
    public override ActivityRange Range => ActivityRange.Unit;

    public override void Apply<T>(ReadOnlySpan<T> a, Span<T> y) => ActivationSweep.Apply<T, Sigmoid<T>>(a, y);

    public override void MultiplyByDerivative<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> y, Span<T> signal) => ActivationSweep.MultiplyByDerivative<T, Sigmoid<T>>(a, y, signal);

    public override string WriteOnnx(IOnnxNodes writer, string input) => writer.Node("Sigmoid", [input]);

    internal override bool HasKernel => true;

    internal override bool Use<T, TUse>(ref TUse use)
    {
        use.Invoke<Sigmoid<T>>();
        return true;
    }
}

internal sealed class HardSigmoidActivation() : Activation("HardSigmoid")
{
    public override ActivityRange Range => ActivityRange.Unit;

    public override void Apply<T>(ReadOnlySpan<T> a, Span<T> y) => ActivationSweep.Apply<T, HardSigmoid<T>>(a, y);

    public override void MultiplyByDerivative<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> y, Span<T> signal) => ActivationSweep.MultiplyByDerivative<T, HardSigmoid<T>>(a, y, signal);

    public override string WriteOnnx(IOnnxNodes writer, string input) => writer.Node("Clip", [input, writer.Number(0), writer.Number(1)]);

    internal override bool HasKernel => true;

    internal override bool Use<T, TUse>(ref TUse use)
    {
        use.Invoke<HardSigmoid<T>>();
        return true;
    }
}

internal sealed class WideHardSigmoidActivation() : Activation("WideHardSigmoid")
{
    public override ActivityRange Range => ActivityRange.Unit;

    public override void Apply<T>(ReadOnlySpan<T> a, Span<T> y) => ActivationSweep.Apply<T, WideHardSigmoid<T>>(a, y);

    public override void MultiplyByDerivative<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> y, Span<T> signal) => ActivationSweep.MultiplyByDerivative<T, WideHardSigmoid<T>>(a, y, signal);

    public override string WriteOnnx(IOnnxNodes writer, string input) => writer.Node("Clip", [writer.Node("Mul", [input, writer.Number(0.5f)]), writer.Number(0), writer.Number(1)]);

    internal override bool HasKernel => true;

    internal override bool Use<T, TUse>(ref TUse use)
    {
        use.Invoke<WideHardSigmoid<T>>();
        return true;
    }
}

internal sealed class ShiftedSigmoidActivation() : Activation("ShiftedSigmoid")
{
    public override ActivityRange Range => ActivityRange.Unit;

    public override void Apply<T>(ReadOnlySpan<T> a, Span<T> y) => ActivationSweep.Apply<T, ShiftedSigmoid<T>>(a, y);

    public override void MultiplyByDerivative<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> y, Span<T> signal) => ActivationSweep.MultiplyByDerivative<T, ShiftedSigmoid<T>>(a, y, signal);

    public override string WriteOnnx(IOnnxNodes writer, string input) => writer.Node("Sigmoid", [writer.Node("Mul", [writer.Node("Sub", [input, writer.Number(0.5f)]), writer.Number(4)])]);

    internal override bool HasKernel => true;

    internal override bool Use<T, TUse>(ref TUse use)
    {
        use.Invoke<ShiftedSigmoid<T>>();
        return true;
    }
}
