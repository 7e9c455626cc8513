using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Convolution;

/// <summary>What one row of credit adds to the gradient of every tap, lane by lane; several taps' sums stay in registers while the row passes.</summary>
internal readonly unsafe struct TapSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ConvolutionShape _shape;
    private readonly int _channels, _filters, _begin, _end;
    private readonly nint _step;
    private readonly nint* _offsets;

    /// <param name="shape">Sizes of the convolution.</param>
    /// <param name="lanes">Numbers in a vector.</param>
    public TapSums(in ConvolutionShape shape, int lanes)
    {
        _shape = shape;
        (_channels, _filters) = (shape.Channels / shape.Groups, shape.Filters / shape.Groups);
        _step = (nint)shape.StrideX * lanes;
        _offsets = ScratchMemory<nint>.Take(ScratchUse.Rows, (long)shape.KernelHeight * shape.KernelWidth);
        // Columns at which all taps of a row fall inside.
        (_begin, _end) = (0, shape.OutputWidth);
        for (int v = 0; v < shape.KernelWidth; v++)
        {
            var (begin, end) = Columns(v);
            (_begin, _end) = (Math.Max(_begin, begin), Math.Min(_end, end));
        }

        if (_begin >= _end) _begin = _end = shape.OutputWidth;
    }

    /// <summary>sums[filter, channel, tap] += Σ over columns of credit · input.</summary>
    /// <param name="row">Output row.</param>
    /// <param name="input">Input rows, those of all taps among them.</param>
    /// <param name="credit">The row's credit, [column, lane], filters <paramref name="creditPitch"/> apart.</param>
    /// <param name="creditPitch">Distance between filters.</param>
    /// <param name="sums">[filters, channels, taps, lanes].</param>
    public void Add<V>(int row, in LaneRing<T> input, T* credit, nint creditPitch, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        int kernel = _shape.KernelHeight * _shape.KernelWidth;
        int top = row * _shape.StrideY - _shape.PadTop;
        var (from, to) = WindowMath.ValidRange(top, _shape.DilationY, _shape.Height, _shape.KernelHeight);
        if (from == to) return;
        int taps = (to - from) * _shape.KernelWidth;
        for (int u = from, k = 0; u < to; u++)
        {
            nint start = input.Offset(top + u * _shape.DilationY);
            for (int v = 0; v < _shape.KernelWidth; v++, k++) _offsets[k] = start + (nint)(v * _shape.DilationX - _shape.PadLeft) * V.Count;
        }

        for (int o = 0; o < _filters; o++)
        {
            T* y = credit + o * creditPitch;
            for (int c = 0; c < _channels; c++)
            {
                T* x = input.Row(0) + c * input.ChannelPitch, sum = sums + ((nint)(o * _channels + c) * kernel + from * _shape.KernelWidth) * V.Count;
                if (_begin < _end) Inside<V>(taps, x + _begin * _step, y + (nint)_begin * V.Count, sum);
                for (int v = 0; v < _shape.KernelWidth; v++)
                {
                    var (begin, end) = Columns(v);
                    Edge<V>(v, taps, begin, Math.Min(_begin, end), x, y, sum);
                    Edge<V>(v, taps, Math.Max(_end, begin), end, x, y, sum);
                }
            }
        }
    }

    private (int Begin, int End) Columns(int tap) =>
        WindowMath.ValidRange(tap * _shape.DilationX - _shape.PadLeft, _shape.StrideX, _shape.Width, _shape.OutputWidth);

    private void Inside<V>(int taps, T* x, T* y, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        int count = _end - _begin;
        for (int k = 0; k < taps;)
        {
            nint* offsets = _offsets + k;
            T* into = sums + (nint)k * V.Count;
            int left = taps - k;
            if (left is 9 or > 13)
            {
                Nine<V>(count, x, _step, offsets, y, into);
                k += 9;
            }
            else if (left is 5 or 10)
            {
                Five<V>(count, x, _step, offsets, y, into);
                k += 5;
            }
            else if (left >= 4)
            {
                Four<V>(count, x, _step, offsets, y, into);
                k += 4;
            }
            else
            {
                One<V>(count, x + offsets[0], _step, y, into);
                k++;
            }
        }
    }

    private void Edge<V>(int tap, int taps, int begin, int end, T* x, T* y, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        if (begin >= end) return;
        for (int k = tap; k < taps; k += _shape.KernelWidth)
            One<V>(end - begin, x + begin * _step + _offsets[k], _step, y + (nint)begin * V.Count, sums + (nint)k * V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Nine<V>(int count, T* x, nint step, nint* offsets, T* y, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        nint o1 = offsets[1] - offsets[0], o2 = offsets[2] - offsets[0];
        T* p = x + offsets[0], q = x + offsets[3], r = x + offsets[6];
        nint q1 = offsets[4] - offsets[3], q2 = offsets[5] - offsets[3], r1 = offsets[7] - offsets[6], r2 = offsets[8] - offsets[6];
        V c0 = V.Load(sums), c1 = V.Load(sums + V.Count), c2 = V.Load(sums + 2 * V.Count);
        V c3 = V.Load(sums + 3 * V.Count), c4 = V.Load(sums + 4 * V.Count), c5 = V.Load(sums + 5 * V.Count);
        V c6 = V.Load(sums + 6 * V.Count), c7 = V.Load(sums + 7 * V.Count), c8 = V.Load(sums + 8 * V.Count);
        for (int j = 0; j < count; j++)
        {
            V f = V.Load(y);
            c0 = V.MultiplyAdd(V.Load(p), f, c0);
            c1 = V.MultiplyAdd(V.Load(p + o1), f, c1);
            c2 = V.MultiplyAdd(V.Load(p + o2), f, c2);
            c3 = V.MultiplyAdd(V.Load(q), f, c3);
            c4 = V.MultiplyAdd(V.Load(q + q1), f, c4);
            c5 = V.MultiplyAdd(V.Load(q + q2), f, c5);
            c6 = V.MultiplyAdd(V.Load(r), f, c6);
            c7 = V.MultiplyAdd(V.Load(r + r1), f, c7);
            c8 = V.MultiplyAdd(V.Load(r + r2), f, c8);
            y += V.Count;
            p += step;
            q += step;
            r += step;
        }

        V.Store(c0, sums);
        V.Store(c1, sums + V.Count);
        V.Store(c2, sums + 2 * V.Count);
        V.Store(c3, sums + 3 * V.Count);
        V.Store(c4, sums + 4 * V.Count);
        V.Store(c5, sums + 5 * V.Count);
        V.Store(c6, sums + 6 * V.Count);
        V.Store(c7, sums + 7 * V.Count);
        V.Store(c8, sums + 8 * V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Five<V>(int count, T* x, nint step, nint* offsets, T* y, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        T* p = x + offsets[0];
        nint o1 = offsets[1] - offsets[0], o2 = offsets[2] - offsets[0], o3 = offsets[3] - offsets[0], o4 = offsets[4] - offsets[0];
        V c0 = V.Load(sums), c1 = V.Load(sums + V.Count), c2 = V.Load(sums + 2 * V.Count), c3 = V.Load(sums + 3 * V.Count), c4 = V.Load(sums + 4 * V.Count);
        for (int j = 0; j < count; j++)
        {
            V f = V.Load(y);
            c0 = V.MultiplyAdd(V.Load(p), f, c0);
            c1 = V.MultiplyAdd(V.Load(p + o1), f, c1);
            c2 = V.MultiplyAdd(V.Load(p + o2), f, c2);
            c3 = V.MultiplyAdd(V.Load(p + o3), f, c3);
            c4 = V.MultiplyAdd(V.Load(p + o4), f, c4);
            y += V.Count;
            p += step;
        }

        V.Store(c0, sums);
        V.Store(c1, sums + V.Count);
        V.Store(c2, sums + 2 * V.Count);
        V.Store(c3, sums + 3 * V.Count);
        V.Store(c4, sums + 4 * V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Four<V>(int count, T* x, nint step, nint* offsets, T* y, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        T* p = x + offsets[0];
        nint o1 = offsets[1] - offsets[0], o2 = offsets[2] - offsets[0], o3 = offsets[3] - offsets[0];
        V c0 = V.Load(sums), c1 = V.Load(sums + V.Count), c2 = V.Load(sums + 2 * V.Count), c3 = V.Load(sums + 3 * V.Count);
        for (int j = 0; j < count; j++)
        {
            V f = V.Load(y);
            c0 = V.MultiplyAdd(V.Load(p), f, c0);
            c1 = V.MultiplyAdd(V.Load(p + o1), f, c1);
            c2 = V.MultiplyAdd(V.Load(p + o2), f, c2);
            c3 = V.MultiplyAdd(V.Load(p + o3), f, c3);
            y += V.Count;
            p += step;
        }

        V.Store(c0, sums);
        V.Store(c1, sums + V.Count);
        V.Store(c2, sums + 2 * V.Count);
        V.Store(c3, sums + 3 * V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void One<V>(int count, T* x, nint step, T* y, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        V sum = V.Load(sums);
        for (int j = 0; j < count; j++, x += step, y += V.Count) sum = V.MultiplyAdd(V.Load(x), V.Load(y), sum);
        V.Store(sum, sums);
    }
}
