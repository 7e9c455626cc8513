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
    /// <param name="first">First output row.</param>
    /// <param name="end">The row behind the last one.</param>
    /// <param name="input">Input rows, those of all taps among them.</param>
    /// <param name="credit">The rows' credit, [row, column, lane], filters <paramref name="creditPitch"/> apart.</param>
    /// <param name="creditPitch">Distance between filters.</param>
    /// <param name="sums">[filters, channels, taps, lanes].</param>
    public void Add<V>(int first, int end, in LaneRows<T> input, T* credit, nint creditPitch, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        for (int row = first; row < end;)
        {
            // Rows whose taps fall inside together pass together.
            var (from, to) = Taps(row);
            int lines = 1;
            while (row + lines < end && Taps(row + lines) == (from, to)) lines++;
            if (from < to) Rows<V>(row, lines, from, to, input, credit + (nint)(row - first) * _shape.OutputWidth * V.Count, creditPitch, sums);
            row += lines;
        }
    }

    private void Rows<V>(int row, int lines, int from, int to, in LaneRows<T> input, T* credit, nint creditPitch, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        int kernel = _shape.KernelHeight * _shape.KernelWidth, taps = (to - from) * _shape.KernelWidth, top = row * _shape.StrideY - _shape.PadTop;
        for (int u = from, k = 0; u < to; u++)
        {
            nint start = (nint)(top + u * _shape.DilationY) * input.RowPitch;
            for (int v = 0; v < _shape.KernelWidth; v++, k++) _offsets[k] = start + (nint)(v * _shape.DilationX - _shape.PadLeft) * V.Count;
        }

        var pass = new Pass { Lines = lines, Step = _step, LineStep = _shape.StrideY * input.RowPitch, CreditStep = (nint)_shape.OutputWidth * V.Count };
        for (int o = 0; o < _filters; o++)
        {
            T* y = credit + o * creditPitch;
            for (int c = 0; c < _channels; c++)
            {
                T* x = input.Row(0) + c * input.ChannelPitch, sum = sums + ((nint)(o * _channels + c) * kernel + from * _shape.KernelWidth) * V.Count;
                Inside<V>(pass, taps, x, y, sum);
                for (int v = 0; v < _shape.KernelWidth; v++)
                {
                    var (begin, end) = Columns(v);
                    Edge<V>(pass, v, taps, begin, Math.Min(_begin, end), x, y, sum);
                    Edge<V>(pass, v, taps, Math.Max(_end, begin), end, x, y, sum);
                }
            }
        }
    }

    private (int From, int To) Taps(int row) =>
        WindowMath.ValidRange(row * _shape.StrideY - _shape.PadTop, _shape.DilationY, _shape.Height, _shape.KernelHeight);

    private (int Begin, int End) Columns(int tap) =>
        WindowMath.ValidRange(tap * _shape.DilationX - _shape.PadLeft, _shape.StrideX, _shape.Width, _shape.OutputWidth);

    private void Inside<V>(Pass pass, int taps, T* x, T* y, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        pass.Count = _end - _begin;
        if (pass.Count == 0) return;
        x += _begin * _step;
        y += (nint)_begin * V.Count;
        for (int k = 0; k < taps;)
        {
            nint* offsets = _offsets + k;
            T* into = sums + (nint)k * V.Count;
            int left = taps - k, width = left is 9 or > 13 ? 9 : left is 5 or 10 ? 5 : left >= 4 ? 4 : 1;
            switch (width)
            {
                case 9: Nine<V>(pass, x, offsets, y, into); break;
                case 5: Five<V>(pass, x, offsets, y, into); break;
                case 4: Four<V>(pass, x, offsets, y, into); break;
                default: One<V>(pass, x + offsets[0], y, into); break;
            }

            k += width;
        }
    }

    private void Edge<V>(Pass pass, int tap, int taps, int begin, int end, T* x, T* y, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        if (begin >= end) return;
        pass.Count = end - begin;
        for (int k = tap; k < taps; k += _shape.KernelWidth)
            One<V>(pass, x + begin * _step + _offsets[k], y + (nint)begin * V.Count, sums + (nint)k * V.Count);
    }

    /// <summary>A rectangle of credit: lines and columns, and how far apart they are in the input and in the credit.</summary>
    private struct Pass
    {
        public int Lines, Count;
        public nint Step, LineStep, CreditStep;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Nine<V>(in Pass pass, T* input, nint* offsets, T* credit, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        int count = pass.Count;
        nint step = pass.Step;
        nint p1 = offsets[1] - offsets[0], p2 = offsets[2] - offsets[0], q1 = offsets[4] - offsets[3], q2 = offsets[5] - offsets[3], r1 = offsets[7] - offsets[6], r2 = offsets[8] - offsets[6];
        V c0 = V.Load(sums), c1 = V.Load(sums + V.Count), c2 = V.Load(sums + 2 * V.Count);
        V c3 = V.Load(sums + 3 * V.Count), c4 = V.Load(sums + 4 * V.Count), c5 = V.Load(sums + 5 * V.Count);
        V c6 = V.Load(sums + 6 * V.Count), c7 = V.Load(sums + 7 * V.Count), c8 = V.Load(sums + 8 * V.Count);
        for (int line = 0; line < pass.Lines; line++, input += pass.LineStep, credit += pass.CreditStep)
        {
            T* y = credit, p = input + offsets[0], q = input + offsets[3], r = input + offsets[6];
            for (int j = 0; j < count; j++, y += V.Count, p += step, q += step, r += step)
            {
                V f = V.Load(y);
                c0 = V.MultiplyAdd(f, V.Load(p), c0);
                c1 = V.MultiplyAdd(f, V.Load(p + p1), c1);
                c2 = V.MultiplyAdd(f, V.Load(p + p2), c2);
                c3 = V.MultiplyAdd(f, V.Load(q), c3);
                c4 = V.MultiplyAdd(f, V.Load(q + q1), c4);
                c5 = V.MultiplyAdd(f, V.Load(q + q2), c5);
                c6 = V.MultiplyAdd(f, V.Load(r), c6);
                c7 = V.MultiplyAdd(f, V.Load(r + r1), c7);
                c8 = V.MultiplyAdd(f, V.Load(r + r2), c8);
            }
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
    private static void Five<V>(in Pass pass, T* input, nint* offsets, T* credit, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        int count = pass.Count;
        nint step = pass.Step;
        nint p1 = offsets[1] - offsets[0], p2 = offsets[2] - offsets[0], p3 = offsets[3] - offsets[0], p4 = offsets[4] - offsets[0];
        V c0 = V.Load(sums), c1 = V.Load(sums + V.Count), c2 = V.Load(sums + 2 * V.Count);
        V c3 = V.Load(sums + 3 * V.Count), c4 = V.Load(sums + 4 * V.Count);
        for (int line = 0; line < pass.Lines; line++, input += pass.LineStep, credit += pass.CreditStep)
        {
            T* y = credit, p = input + offsets[0];
            for (int j = 0; j < count; j++, y += V.Count, p += step)
            {
                V f = V.Load(y);
                c0 = V.MultiplyAdd(f, V.Load(p), c0);
                c1 = V.MultiplyAdd(f, V.Load(p + p1), c1);
                c2 = V.MultiplyAdd(f, V.Load(p + p2), c2);
                c3 = V.MultiplyAdd(f, V.Load(p + p3), c3);
                c4 = V.MultiplyAdd(f, V.Load(p + p4), c4);
            }
        }

        V.Store(c0, sums);
        V.Store(c1, sums + V.Count);
        V.Store(c2, sums + 2 * V.Count);
        V.Store(c3, sums + 3 * V.Count);
        V.Store(c4, sums + 4 * V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Four<V>(in Pass pass, T* input, nint* offsets, T* credit, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        int count = pass.Count;
        nint step = pass.Step;
        nint p1 = offsets[1] - offsets[0], p2 = offsets[2] - offsets[0], p3 = offsets[3] - offsets[0];
        V c0 = V.Load(sums), c1 = V.Load(sums + V.Count), c2 = V.Load(sums + 2 * V.Count);
        V c3 = V.Load(sums + 3 * V.Count);
        for (int line = 0; line < pass.Lines; line++, input += pass.LineStep, credit += pass.CreditStep)
        {
            T* y = credit, p = input + offsets[0];
            for (int j = 0; j < count; j++, y += V.Count, p += step)
            {
                V f = V.Load(y);
                c0 = V.MultiplyAdd(f, V.Load(p), c0);
                c1 = V.MultiplyAdd(f, V.Load(p + p1), c1);
                c2 = V.MultiplyAdd(f, V.Load(p + p2), c2);
                c3 = V.MultiplyAdd(f, V.Load(p + p3), c3);
            }
        }

        V.Store(c0, sums);
        V.Store(c1, sums + V.Count);
        V.Store(c2, sums + 2 * V.Count);
        V.Store(c3, sums + 3 * V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void One<V>(in Pass pass, T* input, T* credit, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        int count = pass.Count;
        nint step = pass.Step;
        V sum = V.Load(sums);
        for (int line = 0; line < pass.Lines; line++, input += pass.LineStep, credit += pass.CreditStep)
        {
            T* x = input, y = credit;
            for (int j = 0; j < count; j++, x += step, y += V.Count) sum = V.MultiplyAdd(V.Load(x), V.Load(y), sum);
        }

        V.Store(sum, sums);
    }
}
