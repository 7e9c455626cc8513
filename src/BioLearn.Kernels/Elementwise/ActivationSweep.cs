using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Elementwise;

/// <summary>Applies an activation, or its derivative, to whole arrays.</summary>
internal static unsafe class ActivationSweep
{
    /// <summary>y = φ(x); <paramref name="y"/> may be <paramref name="x"/>.</summary>
    public static void Apply<T, TActivation>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IUnaryOperator<T>
    {
        Lengths.MustMatch(x.Length, y.Length, nameof(y));
        fixed (T* px = x, py = y)
        {
            var kernel = new ApplyKernel<T, TActivation> { X = px, Y = py, Length = x.Length };
            Hardware.Run<T, ApplyKernel<T, TActivation>>(ref kernel);
        }
    }

    /// <summary>gradient = gradient ∘ φ'(x): takes an error from the outputs of a layer to its pre-activations.</summary>
    /// <param name="x">Pre-activations; may be empty unless <see cref="IActivation{T}.DerivativeNeedsInput"/>.</param>
    /// <param name="y">Outputs φ(x).</param>
    /// <param name="gradient">The error, replaced.</param>
    public static void MultiplyByDerivative<T, TActivation>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IActivation<T>
    {
        Lengths.MustMatch(y.Length, gradient.Length, nameof(gradient));
        if (TActivation.DerivativeNeedsInput)
            Lengths.MustMatch(y.Length, x.Length, nameof(x));
        fixed (T* px = TActivation.DerivativeNeedsInput ? x : y, py = y, pg = gradient)
        {
            var kernel = new DerivativeKernel<T, TActivation> { X = px, Y = py, Gradient = pg, Length = y.Length };
            Hardware.Run<T, DerivativeKernel<T, TActivation>>(ref kernel);
        }
    }

    private struct ApplyKernel<T, TActivation> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IUnaryOperator<T>
    {
        public T* X, Y;
        public int Length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            T* x = X, y = Y;
            int length = Length;
            // One body for whole vectors and the rest: the function is long, and two copies of it exceed what the compiler inlines.
            for (int i = 0; i < length; i += V.Count)
            {
                int rest = length - i;
                V result = TActivation.Invoke(rest >= V.Count ? V.Load(x + i) : V.LoadFirst(x + i, rest));
                if (rest >= V.Count)
                    V.Store(result, y + i);
                else
                    V.StoreFirst(result, y + i, rest);
            }
        }
    }

    private struct DerivativeKernel<T, TActivation> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IActivation<T>
    {
        public T* X, Y, Gradient;
        public int Length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            T* x = X, y = Y, g = Gradient;
            int i = 0, length = Length;
            for (; i <= length - V.Count; i += V.Count)
            {
                V output = V.Load(y + i), input = TActivation.DerivativeNeedsInput ? V.Load(x + i) : output;
                V.Store(V.Load(g + i) * TActivation.Derivative(input, output), g + i);
            }
            if (i < length)
            {
                int rest = length - i;
                V output = V.LoadFirst(y + i, rest), input = TActivation.DerivativeNeedsInput ? V.LoadFirst(x + i, rest) : output;
                V.StoreFirst(V.LoadFirst(g + i, rest) * TActivation.Derivative(input, output), g + i, rest);
            }
        }
    }
}
