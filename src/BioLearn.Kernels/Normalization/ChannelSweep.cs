using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Normalization;

/// <summary>
/// Sweeps over signals [batch, channels, area] with figures that belong to a channel, as batch normalization needs them. A vector of
/// features has area 1.
/// </summary>
public static unsafe class ChannelSweep
{
    /// <summary>sums[c] = Σ over samples and space of x.</summary>
    /// <param name="x">[batch, channels, area].</param>
    /// <param name="batch">Samples.</param>
    /// <param name="sums">One number a channel.</param>
    /// <exception cref="ArgumentException">The length of <paramref name="x"/> is no multiple of both.</exception>
    public static void Sum<T>(ReadOnlySpan<T> x, int batch, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int area = Area(x.Length, batch, sums.Length);
        sums.Clear();
        for (int b = 0; b < batch; b++)
        {
            ReadOnlySpan<T> row = x.Slice(b * sums.Length * area, sums.Length * area);
            if (area == 1)
            {
                TensorPrimitives.Add(sums, row, sums);
                continue;
            }
            for (int c = 0; c < sums.Length; c++)
                sums[c] += TensorPrimitives.Sum(row.Slice(c * area, area));
        }
    }

    /// <summary>sums[c] = Σ (x − mean[c])².</summary>
    /// <param name="x">[batch, channels, area].</param>
    /// <param name="batch">Samples.</param>
    /// <param name="mean">One number a channel.</param>
    /// <param name="sums">One number a channel.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void SumOfSquares<T>(ReadOnlySpan<T> x, int batch, ReadOnlySpan<T> mean, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Lengths.MustMatch(sums.Length, mean.Length, nameof(mean));
        int area = Area(x.Length, batch, sums.Length);
        sums.Clear();
        fixed (T* px = x, pm = mean, ps = sums)
        {
            var kernel = new SquaresKernel<T> { X = px, Mean = pm, Sums = ps, Batch = batch, Channels = sums.Length, Area = area };
            Hardware.Run<T, SquaresKernel<T>>(ref kernel);
        }
    }

    /// <summary>sums[c] = Σ d, products[c] = Σ d x.</summary>
    /// <param name="d">[batch, channels, area].</param>
    /// <param name="x">The same.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="sums">One number a channel.</param>
    /// <param name="products">One number a channel.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void SumAndProduct<T>(ReadOnlySpan<T> d, ReadOnlySpan<T> x, int batch, Span<T> sums, Span<T> products)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Lengths.MustMatch(d.Length, x.Length, nameof(x));
        Lengths.MustMatch(sums.Length, products.Length, nameof(products));
        int area = Area(d.Length, batch, sums.Length);
        sums.Clear();
        products.Clear();
        fixed (T* pd = d, px = x, ps = sums, pp = products)
        {
            var kernel = new ProductsKernel<T> { D = pd, X = px, Sums = ps, Products = pp, Batch = batch, Channels = sums.Length, Area = area };
            Hardware.Run<T, ProductsKernel<T>>(ref kernel);
        }
    }

    /// <summary>x ← (x − mean[c]) inverse[c], y = gain[c] x + shift[c].</summary>
    /// <param name="x">[batch, channels, area], changed in place.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="mean">One number a channel.</param>
    /// <param name="inverse">One over the deviation, one number a channel.</param>
    /// <param name="gain">One number a channel.</param>
    /// <param name="shift">One number a channel.</param>
    /// <param name="y">[batch, channels, area].</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void Normalize<T>(
        Span<T> x, int batch, ReadOnlySpan<T> mean, ReadOnlySpan<T> inverse, ReadOnlySpan<T> gain, ReadOnlySpan<T> shift, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Lengths.MustMatch(x.Length, y.Length, nameof(y));
        Lengths.MustMatch(mean.Length, inverse.Length, nameof(inverse));
        Lengths.MustMatch(mean.Length, gain.Length, nameof(gain));
        Lengths.MustMatch(mean.Length, shift.Length, nameof(shift));
        int area = Area(x.Length, batch, mean.Length);
        fixed (T* px = x, py = y, pm = mean, pi = inverse, pg = gain, ps = shift)
        {
            var kernel = new NormalizeKernel<T> { X = px, Y = py, Mean = pm, Inverse = pi, Gain = pg, Shift = ps, Batch = batch, Channels = mean.Length, Area = area };
            Hardware.Run<T, NormalizeKernel<T>>(ref kernel);
        }
    }

    /// <summary>y = scale[c] (d − offset[c] − x slope[c]): the way back through <see cref="Normalize"/>.</summary>
    /// <param name="d">Credit, [batch, channels, area].</param>
    /// <param name="x">What the way up left, [batch, channels, area].</param>
    /// <param name="batch">Samples.</param>
    /// <param name="scale">One number a channel.</param>
    /// <param name="offset">One number a channel.</param>
    /// <param name="slope">One number a channel.</param>
    /// <param name="y">[batch, channels, area].</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void Back<T>(
        ReadOnlySpan<T> d, ReadOnlySpan<T> x, int batch, ReadOnlySpan<T> scale, ReadOnlySpan<T> offset, ReadOnlySpan<T> slope, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Lengths.MustMatch(d.Length, x.Length, nameof(x));
        Lengths.MustMatch(d.Length, y.Length, nameof(y));
        Lengths.MustMatch(scale.Length, offset.Length, nameof(offset));
        Lengths.MustMatch(scale.Length, slope.Length, nameof(slope));
        int area = Area(d.Length, batch, scale.Length);
        fixed (T* pd = d, px = x, py = y, pc = scale, po = offset, ps = slope)
        {
            var kernel = new BackKernel<T> { D = pd, X = px, Y = py, Scale = pc, Offset = po, Slope = ps, Batch = batch, Channels = scale.Length, Area = area };
            Hardware.Run<T, BackKernel<T>>(ref kernel);
        }
    }

    private static int Area(int length, int batch, int channels)
    {
        int area = batch < 1 || channels < 1 ? 0 : length / batch / channels;
        if (area < 1 || (long)area * batch * channels != length)
            throw new ArgumentException($"{length} numbers are not {batch} samples of {channels} channels");
        return area;
    }

    private struct SquaresKernel<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* X, Mean, Sums;
        public int Batch, Channels, Area;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            if (Area == 1)
            {
                for (int b = 0; b < Batch; b++)
                {
                    T* row = X + ((nint)b * Channels);
                    for (int c = 0; c < Channels; c++)
                        Sums[c] += (row[c] - Mean[c]) * (row[c] - Mean[c]);
                }
                return;
            }
            for (int plane = 0; plane < Batch * Channels; plane++)
            {
                int c = plane % Channels, i = 0;
                T* x = X + ((nint)plane * Area);
                V mean = V.Create(Mean[c]), first = V.Zero, second = V.Zero;
                for (; i <= Area - (2 * V.Count); i += 2 * V.Count)
                {
                    V one = V.Load(x + i) - mean, other = V.Load(x + i + V.Count) - mean;
                    first = V.MultiplyAdd(one, one, first);
                    second = V.MultiplyAdd(other, other, second);
                }
                T sum = V.Sum(first + second);
                for (; i < Area; i++)
                    sum += (x[i] - Mean[c]) * (x[i] - Mean[c]);
                Sums[c] += sum;
            }
        }
    }

    private struct ProductsKernel<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* D, X, Sums, Products;
        public int Batch, Channels, Area;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            if (Area == 1)
            {
                for (int b = 0; b < Batch; b++)
                {
                    T* row = D + ((nint)b * Channels), other = X + ((nint)b * Channels);
                    for (int c = 0; c < Channels; c++)
                    {
                        Sums[c] += row[c];
                        Products[c] += row[c] * other[c];
                    }
                }
                return;
            }
            for (int plane = 0; plane < Batch * Channels; plane++)
            {
                int c = plane % Channels, i = 0;
                T* d = D + ((nint)plane * Area), x = X + ((nint)plane * Area);
                V firstSum = V.Zero, secondSum = V.Zero, first = V.Zero, second = V.Zero;
                for (; i <= Area - (2 * V.Count); i += 2 * V.Count)
                {
                    V one = V.Load(d + i), other = V.Load(d + i + V.Count);
                    firstSum += one;
                    secondSum += other;
                    first = V.MultiplyAdd(one, V.Load(x + i), first);
                    second = V.MultiplyAdd(other, V.Load(x + i + V.Count), second);
                }
                T sum = V.Sum(firstSum + secondSum), product = V.Sum(first + second);
                for (; i < Area; i++)
                {
                    sum += d[i];
                    product += d[i] * x[i];
                }
                Sums[c] += sum;
                Products[c] += product;
            }
        }
    }

    private struct NormalizeKernel<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* X, Y, Mean, Inverse, Gain, Shift;
        public int Batch, Channels, Area;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            if (Area == 1)
            {
                for (int b = 0; b < Batch; b++)
                {
                    T* x = X + ((nint)b * Channels), y = Y + ((nint)b * Channels);
                    for (int c = 0; c < Channels; c++)
                    {
                        x[c] = (x[c] - Mean[c]) * Inverse[c];
                        y[c] = (x[c] * Gain[c]) + Shift[c];
                    }
                }
                return;
            }
            for (int plane = 0; plane < Batch * Channels; plane++)
            {
                int c = plane % Channels, i = 0;
                T* x = X + ((nint)plane * Area), y = Y + ((nint)plane * Area);
                V mean = V.Create(Mean[c]), inverse = V.Create(Inverse[c]), gain = V.Create(Gain[c]), shift = V.Create(Shift[c]);
                for (; i <= Area - V.Count; i += V.Count)
                {
                    V normalized = (V.Load(x + i) - mean) * inverse;
                    V.Store(normalized, x + i);
                    V.Store(V.MultiplyAdd(normalized, gain, shift), y + i);
                }
                if (i < Area)
                {
                    V normalized = (V.LoadFirst(x + i, Area - i) - mean) * inverse;
                    V.StoreFirst(normalized, x + i, Area - i);
                    V.StoreFirst(V.MultiplyAdd(normalized, gain, shift), y + i, Area - i);
                }
            }
        }
    }

    private struct BackKernel<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* D, X, Y, Scale, Offset, Slope;
        public int Batch, Channels, Area;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            if (Area == 1)
            {
                for (int b = 0; b < Batch; b++)
                {
                    nint start = (nint)b * Channels;
                    for (int c = 0; c < Channels; c++)
                        Y[start + c] = Scale[c] * (D[start + c] - Offset[c] - (X[start + c] * Slope[c]));
                }
                return;
            }
            for (int plane = 0; plane < Batch * Channels; plane++)
            {
                int c = plane % Channels, i = 0;
                nint start = (nint)plane * Area;
                T* d = D + start, x = X + start, y = Y + start;
                V scale = V.Create(Scale[c]), offset = V.Create(Offset[c]), slope = V.Create(Slope[c]);
                for (; i <= Area - V.Count; i += V.Count)
                    V.Store(scale * V.SubtractProduct(V.Load(x + i), slope, V.Load(d + i) - offset), y + i);
                if (i < Area)
                    V.StoreFirst(scale * V.SubtractProduct(V.LoadFirst(x + i, Area - i), slope, V.LoadFirst(d + i, Area - i) - offset), y + i, Area - i);
            }
        }
    }
}
