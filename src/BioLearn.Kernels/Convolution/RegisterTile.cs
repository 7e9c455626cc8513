using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// The product under every dense convolution: some pixels times one panel of weights, all sums held in registers until they are complete.
/// A pixel's inputs are <em>runs</em> of consecutive numbers, the same distances apart for every pixel; the panel follows the runs.
/// Each sum is one chain of multiply-adds in the order of the panel, whatever the number of pixels computed together.
/// </summary>
internal static unsafe class RegisterTile<V, T, S>
    where V : unmanaged, ILanes<V, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where S : struct, IStrip<S, V, T>
{
    /// <summary>out[p][:] = max(floor, initial[:] + Σ over runs r and k of in[p][offset[r] + k] · panel[r, k][:]) for <paramref name="count"/> pixels.</summary>
    /// <param name="count">Number of pixels.</param>
    /// <param name="runs">Number of runs.</param>
    /// <param name="offsets">Start of each run relative to the pixel's own start.</param>
    /// <param name="length">Numbers in a run.</param>
    /// <param name="input">Base of the input.</param>
    /// <param name="starts">Start of each pixel in the input.</param>
    /// <param name="panel">Weights [runs, length, S.Vectors · V.Count].</param>
    /// <param name="initial">What the sums start from, one number for each column of the panel: the bias.</param>
    /// <param name="floor">Sums below it become it: 0 rectifies, negative infinity does not.</param>
    /// <param name="output">First pixel's sums.</param>
    /// <param name="pitch">Distance between the sums of two pixels.</param>
    public static void Product(int count, int runs, nint* offsets, nint length, T* input, int* starts, T* panel, T* initial, T floor, T* output, nint pitch)
    {
        for (int p = 0; p < count;)
        {
            // A mix of sixes, fives and fours leaves no tile half empty.
            int left = count - p;
            int* from = starts + p;
            T* to = output + p * pitch;
            if (left > 13 || left is 6 or 7 or 10 or 11 or 12)
            {
                Six(runs, offsets, length, input, from, panel, initial, floor, to, pitch);
                p += 6;
            }
            else if (left is 5 or 9 or 13)
            {
                Five(runs, offsets, length, input, from, panel, initial, floor, to, pitch);
                p += 5;
            }
            else if (left >= 4)
            {
                Four(runs, offsets, length, input, from, panel, initial, floor, to, pitch);
                p += 4;
            }
            else
            {
                One(runs, offsets, length, input + *from, panel, initial, floor, to);
                p++;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Six(int runs, nint* offsets, nint length, T* input, int* starts, T* panel, T* initial, T floor, T* output, nint pitch)
    {
        V least = V.Create(floor);
        S c0 = S.Load(initial), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
        for (int r = 0; r < runs; r++)
        {
            T* run = input + offsets[r];
            T* a0 = run + starts[0], a1 = run + starts[1], a2 = run + starts[2], a3 = run + starts[3], a4 = run + starts[4], a5 = run + starts[5];
            for (nint k = 0; k < length; k++)
            {
                S s = S.Load(panel);
                c0 = S.MultiplyAdd(V.Create(a0[k]), s, c0);
                c1 = S.MultiplyAdd(V.Create(a1[k]), s, c1);
                c2 = S.MultiplyAdd(V.Create(a2[k]), s, c2);
                c3 = S.MultiplyAdd(V.Create(a3[k]), s, c3);
                c4 = S.MultiplyAdd(V.Create(a4[k]), s, c4);
                c5 = S.MultiplyAdd(V.Create(a5[k]), s, c5);
                panel += S.Vectors * V.Count;
            }
        }

        S.Store(S.Max(c0, least), output);
        S.Store(S.Max(c1, least), output + pitch);
        S.Store(S.Max(c2, least), output + 2 * pitch);
        S.Store(S.Max(c3, least), output + 3 * pitch);
        S.Store(S.Max(c4, least), output + 4 * pitch);
        S.Store(S.Max(c5, least), output + 5 * pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Five(int runs, nint* offsets, nint length, T* input, int* starts, T* panel, T* initial, T floor, T* output, nint pitch)
    {
        V least = V.Create(floor);
        S c0 = S.Load(initial), c1 = c0, c2 = c0, c3 = c0, c4 = c0;
        for (int r = 0; r < runs; r++)
        {
            T* run = input + offsets[r];
            T* a0 = run + starts[0], a1 = run + starts[1], a2 = run + starts[2], a3 = run + starts[3], a4 = run + starts[4];
            for (nint k = 0; k < length; k++)
            {
                S s = S.Load(panel);
                c0 = S.MultiplyAdd(V.Create(a0[k]), s, c0);
                c1 = S.MultiplyAdd(V.Create(a1[k]), s, c1);
                c2 = S.MultiplyAdd(V.Create(a2[k]), s, c2);
                c3 = S.MultiplyAdd(V.Create(a3[k]), s, c3);
                c4 = S.MultiplyAdd(V.Create(a4[k]), s, c4);
                panel += S.Vectors * V.Count;
            }
        }

        S.Store(S.Max(c0, least), output);
        S.Store(S.Max(c1, least), output + pitch);
        S.Store(S.Max(c2, least), output + 2 * pitch);
        S.Store(S.Max(c3, least), output + 3 * pitch);
        S.Store(S.Max(c4, least), output + 4 * pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Four(int runs, nint* offsets, nint length, T* input, int* starts, T* panel, T* initial, T floor, T* output, nint pitch)
    {
        V least = V.Create(floor);
        S c0 = S.Load(initial), c1 = c0, c2 = c0, c3 = c0;
        for (int r = 0; r < runs; r++)
        {
            T* run = input + offsets[r];
            T* a0 = run + starts[0], a1 = run + starts[1], a2 = run + starts[2], a3 = run + starts[3];
            for (nint k = 0; k < length; k++)
            {
                S s = S.Load(panel);
                c0 = S.MultiplyAdd(V.Create(a0[k]), s, c0);
                c1 = S.MultiplyAdd(V.Create(a1[k]), s, c1);
                c2 = S.MultiplyAdd(V.Create(a2[k]), s, c2);
                c3 = S.MultiplyAdd(V.Create(a3[k]), s, c3);
                panel += S.Vectors * V.Count;
            }
        }

        S.Store(S.Max(c0, least), output);
        S.Store(S.Max(c1, least), output + pitch);
        S.Store(S.Max(c2, least), output + 2 * pitch);
        S.Store(S.Max(c3, least), output + 3 * pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void One(int runs, nint* offsets, nint length, T* input, T* panel, T* initial, T floor, T* output)
    {
        V least = V.Create(floor);
        S c = S.Load(initial);
        for (int r = 0; r < runs; r++)
        {
            T* a = input + offsets[r];
            for (nint k = 0; k < length; k++)
            {
                c = S.MultiplyAdd(V.Create(a[k]), S.Load(panel), c);
                panel += S.Vectors * V.Count;
            }
        }

        S.Store(S.Max(c, least), output);
    }
}
