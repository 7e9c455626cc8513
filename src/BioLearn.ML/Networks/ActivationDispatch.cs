using System.Numerics;
using BioLearn.Kernels.Elementwise;

namespace BioLearn.ML.Networks;

/// <summary>From the name of an activation to the kernel that computes it.</summary>
internal static class ActivationDispatch
{
    /// <summary>y = φ(a); both may be the same memory.</summary>
    public static void Apply<T>(Activation activation, ReadOnlySpan<T> a, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (activation)
        {
            case Activation.Linear: a.CopyTo(y); break;
            case Activation.ReLU: ActivationSweep.Apply<T, ReLU<T>>(a, y); break;
            case Activation.LeakyReLU: ActivationSweep.Apply<T, LeakyReLU<T>>(a, y); break;
            case Activation.Tanh: ActivationSweep.Apply<T, Tanh<T>>(a, y); break;
            case Activation.Sigmoid: ActivationSweep.Apply<T, Sigmoid<T>>(a, y); break;
            case Activation.HardSigmoid: ActivationSweep.Apply<T, HardSigmoid<T>>(a, y); break;
            case Activation.ShiftedSigmoid: ActivationSweep.Apply<T, ShiftedSigmoid<T>>(a, y); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, "is no known activation");
        }
    }

    /// <summary>signal = signal ⊙ φ'(a), y = φ(a).</summary>
    public static void MultiplyByDerivative<T>(Activation activation, ReadOnlySpan<T> a, ReadOnlySpan<T> y, Span<T> signal)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (activation)
        {
            case Activation.Linear: break;
            case Activation.ReLU: ActivationSweep.MultiplyByDerivative<T, ReLU<T>>(a, y, signal); break;
            case Activation.LeakyReLU: ActivationSweep.MultiplyByDerivative<T, LeakyReLU<T>>(a, y, signal); break;
            case Activation.Tanh: ActivationSweep.MultiplyByDerivative<T, Tanh<T>>(a, y, signal); break;
            case Activation.Sigmoid: ActivationSweep.MultiplyByDerivative<T, Sigmoid<T>>(a, y, signal); break;
            case Activation.HardSigmoid: ActivationSweep.MultiplyByDerivative<T, HardSigmoid<T>>(a, y, signal); break;
            case Activation.ShiftedSigmoid: ActivationSweep.MultiplyByDerivative<T, ShiftedSigmoid<T>>(a, y, signal); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, "is no known activation");
        }
    }

    /// <summary>Calls a job with the kernel of an activation as its type argument.</summary>
    public static void Use<T, TUse>(Activation activation, ref TUse use)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUse : struct, IActivationUse<T>
    {
        switch (activation)
        {
            case Activation.Linear: use.Invoke<Linear<T>>(); break;
            case Activation.ReLU: use.Invoke<ReLU<T>>(); break;
            case Activation.LeakyReLU: use.Invoke<LeakyReLU<T>>(); break;
            case Activation.Tanh: use.Invoke<Tanh<T>>(); break;
            case Activation.Sigmoid: use.Invoke<Sigmoid<T>>(); break;
            case Activation.HardSigmoid: use.Invoke<HardSigmoid<T>>(); break;
            case Activation.ShiftedSigmoid: use.Invoke<ShiftedSigmoid<T>>(); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, "is no known activation");
        }
    }
}

/// <summary>A job that is compiled for one activation.</summary>
internal interface IActivationUse<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    void Invoke<TActivation>()
        where TActivation : struct, IActivation<T>;
}
