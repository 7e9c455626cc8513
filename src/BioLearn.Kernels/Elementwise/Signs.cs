using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Elementwise;

/// <summary>Signs of numbers, sign(0) = 0, alone or with a magnitude: the feedback of sign-symmetric rules.</summary>
internal static unsafe class Signs
{
    /// <summary>destination = scale sign(x).</summary>
    public static void Scaled<T>(ReadOnlySpan<T> x, T scale, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(x, default, scale, destination);

    /// <summary>destination = |magnitude| sign(x).</summary>
    public static void OfMagnitude<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> magnitude, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Lengths.MustMatch(x.Length, magnitude.Length, nameof(magnitude));
        Run(x, magnitude, T.One, destination);
    }

    private static void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> magnitude, T scale, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Lengths.MustMatch(x.Length, destination.Length, nameof(destination));
        fixed (T* px = x, pm = magnitude, pd = destination)
        {
            var kernel = new Kernel<T> { X = px, Magnitude = pm, Destination = pd, Scale = scale, Length = x.Length };
            Hardware.Run<T, Kernel<T>>(ref kernel);
        }
    }

    private struct Kernel<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* X, Magnitude, Destination;
        public T Scale;
        public int Length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            V scale = V.Create(Scale);
            for (int i = 0; i < Length; i += V.Count)
            {
                int rest = Math.Min(V.Count, Length - i);
                V x = V.LoadFirst(X + i, rest);
                V size = Magnitude == null ? scale : V.Abs(V.LoadFirst(Magnitude + i, rest));
                V.StoreFirst((V.LessThan(V.Zero, x) & size) - (V.LessThan(x, V.Zero) & size), Destination + i, rest);
            }
        }
    }
}
