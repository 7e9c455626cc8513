using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using BioLearn.Kernels.Threading;

namespace BioLearn.Benchmarks.Plastic;

/// <summary>
/// A prototype: the plastic step H ← (1-η) H + η post preᵀ, x = (W + α∘H) s with the trace in sixteen bits and all sums in float. It reads and writes
/// twelve bytes a connection in the place of sixteen.
/// </summary>
internal unsafe struct NarrowTraceSweep<TFormat> : IRangeJob
    where TFormat : struct, INarrowFormat
{
    private const int Lanes = 16;

    public float* W, Alpha, Decay, Gain, Pre, Source, Sum;
    public ushort* Trace;
    public int N;

    /// <summary>Numbers of a row that the sweep takes at once; the prototype takes no others.</summary>
    public static int Unit => 2 * Lanes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Invoke(int piece, int begin, int end)
    {
        float* pre = Pre, source = Source;
        int n = N;
        for (int i = begin; i < end; i++)
        {
            float* w = W + ((nint)i * n), a = Alpha + ((nint)i * n);
            ushort* h = Trace + ((nint)i * n);
            Vector512<float> decay = Vector512.Create(Decay[i]), gain = Vector512.Create(Gain[i]), first = Vector512<float>.Zero, second = first;
            for (int j = 0; j < n; j += 2 * Lanes)
            {
                (Vector512<uint> low, Vector512<uint> high) = Vector512.Widen(Vector512.Load(h + j));
                Vector512<float> x = Vector512.FusedMultiplyAdd(gain, Vector512.Load(pre + j), decay * TFormat.Widen(low));
                Vector512<float> y = Vector512.FusedMultiplyAdd(gain, Vector512.Load(pre + j + Lanes), decay * TFormat.Widen(high));
                Vector512.Store(Vector512.Narrow(TFormat.Narrow(x), TFormat.Narrow(y)), h + j);
                first = Vector512.FusedMultiplyAdd(Vector512.FusedMultiplyAdd(Vector512.Load(a + j), x, Vector512.Load(w + j)), Vector512.Load(source + j), first);
                second = Vector512.FusedMultiplyAdd(Vector512.FusedMultiplyAdd(Vector512.Load(a + j + Lanes), y, Vector512.Load(w + j + Lanes)), Vector512.Load(source + j + Lanes), second);
            }
            Sum[i] = Vector512.Sum(first + second);
        }
    }

    /// <summary>The numbers as the format holds them.</summary>
    public static void Round(Span<float> numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = TFormat.Widen(TFormat.Narrow(Vector512.Create(numbers[i]))).ToScalar();
    }
}
