using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// Pixels whose numbers are whole vectors, a lane a plane: a weighted sum over taps, lane by lane. A pixel's taps lie the same distances apart as its
/// neighbour's; each sum is one chain of multiply-adds in the order of channels, rows, columns, however many pixels are computed together.
/// </summary>
internal unsafe struct PixelLanes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Input channels, and their distances in the input and in the weights.</summary>
    public int Channels;

    /// <inheritdoc cref="Channels"/>
    public nint ChannelPitch, ChannelWeights;

    /// <summary>Rows of taps, where they begin in a channel, and their distance in the weights.</summary>
    public int Rows;

    /// <inheritdoc cref="Rows"/>
    public nint* RowOffsets;

    /// <inheritdoc cref="Rows"/>
    public nint RowWeights;

    /// <summary>Taps of a row, and their distances in the input and in the weights.</summary>
    public int Taps;

    /// <inheritdoc cref="Taps"/>
    public nint TapPitch, TapWeights;

    /// <summary>Whether negative sums become 0.</summary>
    public bool Rectify;

    /// <summary>output[p] = initial + Σ over channels, rows and taps of weight · input[p · step + ...] for <paramref name="count"/> pixels.</summary>
    /// <remarks>Vectors are reached through pointers: as arguments they would go through memory at every call, and a row's calls are short.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public readonly void Run<V>(int count, T* input, nint step, T* weights, T* initial, T* output, nint outputStep)
        where V : unmanaged, ILanes<V, T>
    {
        nint step2 = 2 * step, step3 = 3 * step, step4 = 4 * step;
        nint out2 = 2 * outputStep, out3 = 3 * outputStep, out4 = 4 * outputStep;
        int channels = Channels, rows = Rows, taps = Taps, done = 0;
        nint tapPitch = TapPitch, tapWeights = TapWeights;
        nint* offsets = RowOffsets;
        while (done < count && count >= 8)
        {
            // A remainder of some pixels is computed together with finished ones: the same bits again, in less time.
            int left = count - done;
            if (left <= 4) break;
            if (left < 8) done = count - 8;
            T* from = input + done * step, to = output + done * outputStep;
            V c0 = V.Load(initial), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
            for (int c = 0; c < channels; c++)
            {
                for (int r = 0; r < rows; r++)
                {
                    T* x = from + c * ChannelPitch + offsets[r], w = weights + c * ChannelWeights + r * RowWeights;
                    for (int t = 0; t < taps; t++)
                    {
                        V f = V.Load(w);
                        T* y = x + step4;
                        c0 = V.MultiplyAdd(f, V.Load(x), c0);
                        c1 = V.MultiplyAdd(f, V.Load(x + step), c1);
                        c2 = V.MultiplyAdd(f, V.Load(x + step2), c2);
                        c3 = V.MultiplyAdd(f, V.Load(x + step3), c3);
                        c4 = V.MultiplyAdd(f, V.Load(y), c4);
                        c5 = V.MultiplyAdd(f, V.Load(y + step), c5);
                        c6 = V.MultiplyAdd(f, V.Load(y + step2), c6);
                        c7 = V.MultiplyAdd(f, V.Load(y + step3), c7);
                        x += tapPitch;
                        w += tapWeights;
                    }
                }
            }

            if (Rectify)
            {
                V floor = V.Zero;
                (c0, c1, c2, c3) = (V.Max(c0, floor), V.Max(c1, floor), V.Max(c2, floor), V.Max(c3, floor));
                (c4, c5, c6, c7) = (V.Max(c4, floor), V.Max(c5, floor), V.Max(c6, floor), V.Max(c7, floor));
            }

            V.Store(c0, to);
            V.Store(c1, to + outputStep);
            V.Store(c2, to + out2);
            V.Store(c3, to + out3);
            to += out4;
            V.Store(c4, to);
            V.Store(c5, to + outputStep);
            V.Store(c6, to + out2);
            V.Store(c7, to + out3);
            done += 8;
        }

        while (done < count && count >= 4)
        {
            if (count - done < 4) done = count - 4;
            T* from = input + done * step, to = output + done * outputStep;
            V c0 = V.Load(initial), c1 = c0, c2 = c0, c3 = c0;
            for (int c = 0; c < channels; c++)
            {
                for (int r = 0; r < rows; r++)
                {
                    T* x = from + c * ChannelPitch + offsets[r], w = weights + c * ChannelWeights + r * RowWeights;
                    for (int t = 0; t < taps; t++)
                    {
                        V f = V.Load(w);
                        c0 = V.MultiplyAdd(f, V.Load(x), c0);
                        c1 = V.MultiplyAdd(f, V.Load(x + step), c1);
                        c2 = V.MultiplyAdd(f, V.Load(x + step2), c2);
                        c3 = V.MultiplyAdd(f, V.Load(x + step3), c3);
                        x += tapPitch;
                        w += tapWeights;
                    }
                }
            }

            if (Rectify)
            {
                V floor = V.Zero;
                (c0, c1, c2, c3) = (V.Max(c0, floor), V.Max(c1, floor), V.Max(c2, floor), V.Max(c3, floor));
            }

            V.Store(c0, to);
            V.Store(c1, to + outputStep);
            V.Store(c2, to + out2);
            V.Store(c3, to + out3);
            done += 4;
        }

        for (; done < count; done++)
        {
            V sum = V.Load(initial);
            for (int c = 0; c < channels; c++)
            {
                for (int r = 0; r < rows; r++)
                {
                    T* x = input + done * step + c * ChannelPitch + offsets[r], w = weights + c * ChannelWeights + r * RowWeights;
                    for (int t = 0; t < taps; t++)
                    {
                        sum = V.MultiplyAdd(V.Load(w), V.Load(x), sum);
                        x += tapPitch;
                        w += tapWeights;
                    }
                }
            }

            V.Store(Rectify ? V.Max(sum, V.Zero) : sum, output + done * outputStep);
        }
    }
}
