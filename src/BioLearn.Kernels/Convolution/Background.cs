using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// Finds planes that hold one value nearly everywhere: after unpooling at least three quarters of each channel of a current are zero, and
/// normalisation turns these zeros into one constant a channel.
/// </summary>
internal static unsafe class Background
{
    private const int Samples = 16;

    /// <summary>Finds each plane's commonest value and counts the others.</summary>
    /// <param name="channels">Number of planes.</param>
    /// <param name="length">Numbers in a plane.</param>
    /// <param name="planes">The planes.</param>
    /// <param name="limit">Give up as soon as more numbers than this differ from their plane's value.</param>
    /// <param name="values">Receives the values.</param>
    /// <returns>Whether at most <paramref name="limit"/> numbers differ.</returns>
    public static bool TryFind<T>(int channels, int length, T* planes, long limit, T* values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long others = 0;
        for (int c = 0; c < channels; c++)
        {
            T* plane = planes + (nint)c * length;
            values[c] = Commonest(plane, length);
            var count = new Count<T> { Length = length, Plane = plane, Value = values[c] };
            Hardware.Run<T, Count<T>>(ref count);
            others += length - count.Equal;
            if (others > limit) return false;
        }

        return true;
    }

    /// <summary>The value that most of a few samples, spread over the plane, have; the first among equals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static T Commonest<T>(T* plane, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* samples = stackalloc T[Samples];
        // A step without common divisor with the usual strides and widths of a picture, so that samples do not fall on one column.
        for (int i = 0; i < Samples; i++) samples[i] = plane[(int)((i * 2654435761L + 40503) % length)];
        T best = samples[0];
        int most = 0;
        for (int i = 0; i < Samples; i++)
        {
            int same = 0;
            for (int j = i; j < Samples; j++) same += samples[j] == samples[i] ? 1 : 0;
            if (same > most) (best, most) = (samples[i], same);
        }

        return T.IsNaN(best) ? T.Zero : best;
    }

    private struct Count<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Length;
        public T* Plane;
        public T Value;
        public int Equal;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            V value = V.Create(Value), one = V.Create(T.One), sum = V.Zero;
            int i = 0;
            for (; i + V.Count <= Length; i += V.Count) sum += V.Equals(V.Load(Plane + i), value) & one;
            Equal = int.CreateChecked(V.Sum(sum));
            for (; i < Length; i++) Equal += Plane[i] == Value ? 1 : 0;
        }
    }
}
