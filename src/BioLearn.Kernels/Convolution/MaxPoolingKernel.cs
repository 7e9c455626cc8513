using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// Max-pooling in two sweeps: each row's maxima and their columns along the windows, then the maxima of rows. The first row with the maximum, and in it the
/// first column, is the first maximum in raster order.
/// </summary>
internal unsafe struct MaxPoolingKernel<T> : IVectorKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Positions are carried as numbers of type T, which single precision holds exactly up to here.
    private const int LargestPlane = 1 << 24;

    public PoolingShape Shape;
    public int Planes;
    public T* X, Y;

    /// <summary>Where the positions go, or null.</summary>
    public int* Switches;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Invoke<V>()
        where V : unmanaged, ILanes<V, T>
    {
        int plane = Shape.Height * Shape.Width, windows = Shape.OutputHeight * Shape.OutputWidth;
        var (first, last) = WholeWindows();
        int count = plane > LargestPlane ? 0 : last - first;
        int padded = (count + V.Count - 1) / V.Count * V.Count;
        T* work = count == 0 ? null : ScratchMemory<T>.Take(ScratchUse.Pooling, 2L * padded * Shape.Height + 2L * padded + (long)Shape.StrideX * PhaseLength(padded));
        for (int p = 0; p < Planes; p++)
        {
            T* x = X + (nint)p * plane, y = Y + (nint)p * windows;
            int* switches = Switches == null ? null : Switches + (nint)p * windows;
            if (count > 0) Whole<V>(x, y, switches, first, count, padded, work);
            for (int i = 0; i < Shape.OutputHeight; i++)
            {
                for (int j = 0; j < (count > 0 ? first : Shape.OutputWidth); j++) One(x, y, switches, i, j);
                for (int j = first + count; count > 0 && j < Shape.OutputWidth; j++) One(x, y, switches, i, j);
            }
        }
    }

    /// <summary>Window columns that lie inside the picture with all their cells, [first, last).</summary>
    private readonly (int First, int Last) WholeWindows()
    {
        int first = (Shape.PadLeft + Shape.StrideX - 1) / Shape.StrideX;
        int room = Shape.Width - 1 + Shape.PadLeft - (Shape.KernelWidth - 1) * Shape.DilationX;
        int last = room < 0 ? 0 : Math.Min(Shape.OutputWidth, room / Shape.StrideX + 1);
        return (first, Math.Max(first, last));
    }

    // Every stride-th number of a row, as far as the last whole window's last cell, and what a full vector reads behind it.
    private readonly int PhaseLength(int padded) => padded + (Shape.KernelWidth - 1) * Shape.DilationX / Shape.StrideX + 1;

    private readonly void Whole<V>(T* x, T* y, int* switches, int first, int count, int padded, T* work)
        where V : unmanaged, ILanes<V, T>
    {
        T* maxima = work, columns = maxima + (nint)padded * Shape.Height, starts = columns + (nint)padded * Shape.Height;
        T* positions = starts + padded, phases = positions + padded;
        int begin = first * Shape.StrideX - Shape.PadLeft, used = (count - 1) * Shape.StrideX + (Shape.KernelWidth - 1) * Shape.DilationX + 1;
        for (int j = 0; j < padded; j++) starts[j] = T.CreateTruncating(begin + Math.Min(j, count - 1) * Shape.StrideX);
        int rows = Math.Min(Shape.Height, (Shape.OutputHeight - 1) * Shape.StrideY - Shape.PadTop + (Shape.KernelHeight - 1) * Shape.DilationY + 1);
        for (int r = 0; r < rows; r++)
        {
            Split(x + (nint)r * Shape.Width + begin, used, phases, PhaseLength(padded));
            AlongRow<V>(phases, PhaseLength(padded), starts, padded, maxima + (nint)r * padded, columns + (nint)r * padded);
        }

        for (int i = 0; i < Shape.OutputHeight; i++)
        {
            T* to = y + (nint)i * Shape.OutputWidth + first;
            DownRows<V>(i, maxima, columns, padded, count, to, positions);
            if (switches == null) continue;
            TensorPrimitives.ConvertTruncating(new ReadOnlySpan<T>(positions, count), new Span<int>(switches + (nint)i * Shape.OutputWidth + first, count));
        }
    }

    /// <summary>Maxima and their columns of one row's pieces of the windows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void AlongRow<V>(T* phases, int phaseLength, T* starts, int padded, T* maxima, T* columns)
        where V : unmanaged, ILanes<V, T>
    {
        for (int j = 0; j < padded; j += V.Count)
        {
            V.Store(V.Load(phases + j), maxima + j);
            V.Store(V.Load(starts + j), columns + j);
        }

        for (int v = 1; v < Shape.KernelWidth; v++)
        {
            int offset = v * Shape.DilationX;
            T* values = phases + offset % Shape.StrideX * phaseLength + offset / Shape.StrideX;
            V distance = V.Create(T.CreateTruncating(offset));
            for (int j = 0; j < padded; j += V.Count)
            {
                V value = V.Load(values + j), max = V.Load(maxima + j), better = Better<V>(value, max);
                V.Store(V.Select(better, value, max), maxima + j);
                V.Store(V.Select(better, V.Load(starts + j) + distance, V.Load(columns + j)), columns + j);
            }
        }
    }

    /// <summary>Maxima and positions of one row of windows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void DownRows<V>(int i, T* maxima, T* columns, int padded, int count, T* y, T* positions)
        where V : unmanaged, ILanes<V, T>
    {
        var (begin, end) = Shape.Rows(i);
        for (int j = 0; j < padded; j += V.Count)
        {
            int row = Shape.FirstRow(i) + begin * Shape.DilationY;
            V max = V.Load(maxima + (nint)row * padded + j);
            V position = V.Load(columns + (nint)row * padded + j) + V.Create(T.CreateTruncating((long)row * Shape.Width));
            for (int u = begin + 1; u < end; u++)
            {
                row += Shape.DilationY;
                V value = V.Load(maxima + (nint)row * padded + j);
                V better = Better<V>(value, max);
                max = V.Select(better, value, max);
                position = V.Select(better, V.Load(columns + (nint)row * padded + j) + V.Create(T.CreateTruncating((long)row * Shape.Width)), position);
            }

            if (count - j >= V.Count) V.Store(max, y + j);
            else V.StoreFirst(max, y + j, count - j);
            V.Store(position, positions + j);
        }
    }

    /// <summary>Lanes where a later value takes the place of the maximum: it is larger, or NaN where the maximum is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Better<V>(V value, V max)
        where V : unmanaged, ILanes<V, T> =>
        V.Select(V.LessThanOrEqual(value, max), V.Zero, V.Equals(max, max));

    /// <summary>phases[q][t] = row[q + t · stride].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void Split(T* row, int used, T* phases, int phaseLength)
    {
        int stride = Shape.StrideX, t = 0;
        if (stride == 1)
        {
            Buffer.MemoryCopy(row, phases, (long)phaseLength * sizeof(T), (long)used * sizeof(T));
            return;
        }

        if (stride == 2 && typeof(T) == typeof(float) && Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            var even = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            for (; 2 * t + 32 <= used; t += 16)
            {
                Vector512<float> low = Vector512.Load((float*)row + 2 * t), high = Vector512.Load((float*)row + 2 * t + 16);
                Avx512F.PermuteVar16x32x2(low, even, high).Store((float*)phases + t);
                Avx512F.PermuteVar16x32x2(low, even + Vector512<int>.One, high).Store((float*)phases + phaseLength + t);
            }
        }

        for (; t * stride < used; t++)
        {
            for (int q = 0; q < stride && t * stride + q < used; q++) phases[q * phaseLength + t] = row[t * stride + q];
        }
    }

    /// <summary>A window that hangs over the left or right edge.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void One(T* x, T* y, int* switches, int i, int j)
    {
        var (rowBegin, rowEnd) = Shape.Rows(i);
        var (columnBegin, columnEnd) = Shape.Columns(j);
        int first = Shape.FirstRow(i) * Shape.Width + Shape.FirstColumn(j);
        int best = first + rowBegin * Shape.DilationY * Shape.Width + columnBegin * Shape.DilationX;
        T max = x[best];
        for (int u = rowBegin; u < rowEnd; u++)
        {
            int row = first + u * Shape.DilationY * Shape.Width;
            for (int v = columnBegin; v < columnEnd; v++)
            {
                T value = x[row + v * Shape.DilationX];
                if (value > max || (T.IsNaN(value) && !T.IsNaN(max))) (max, best) = (value, row + v * Shape.DilationX);
            }
        }

        y[i * Shape.OutputWidth + j] = max;
        if (switches != null) switches[i * Shape.OutputWidth + j] = best;
    }
}
