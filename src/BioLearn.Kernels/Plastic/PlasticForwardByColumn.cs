using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Plastic;

/// <summary>
/// The forward pass for layers that store one target neuron a column and one source neuron a row, x = s (W + α∘H): the trace is
/// brought up to date and used in one sweep. Columns are split over threads; no sum crosses a column, so threads change no bit.
/// </summary>
internal static unsafe class PlasticForwardByColumn
{
    // Matrices up to this size, together, stay in the second-level cache from one block of columns to the next.
    private const int CachedBytes = 384 << 10;

    private const int ColumnGrain = 256;

    /// <summary>H_ij ← β_j H_ij + a_j pre_i, then x_j = Σ_i s_i (W_ij + α_ij H_ij).</summary>
    /// <param name="layer">W, α and H [sources, targets]; its names for rows and columns are exchanged here.</param>
    /// <param name="decay">β [targets]: 1-η for Hebb's rule, 1 - η post² for Oja's.</param>
    /// <param name="gain">a [targets]: η post.</param>
    /// <param name="pre">Pre-synaptic signal of the update [sources].</param>
    /// <param name="source">s [sources].</param>
    /// <param name="excitation">x [targets], replaced.</param>
    /// <param name="threads">Threads that may work.</param>
    public static void UpdateAndExcite<T>(
        in PlasticLayer<T> layer, ReadOnlySpan<T> decay, ReadOnlySpan<T> gain, ReadOnlySpan<T> pre, ReadOnlySpan<T> source,
        Span<T> excitation, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int sources = layer.Weights.Rows, targets = layer.Weights.Columns;
        Lengths.MustMatch(targets, decay.Length, nameof(decay));
        Lengths.MustMatch(targets, gain.Length, nameof(gain));
        Lengths.MustMatch(sources, pre.Length, nameof(pre));
        Lengths.MustMatch(sources, source.Length, nameof(source));
        Lengths.MustMatch(targets, excitation.Length, nameof(excitation));
        fixed (T* w = layer.Weights, a = layer.Alpha, h = layer.Trace, b = decay, g = gain, p = pre, s = source, x = excitation)
        {
            var kernel = new Kernel<T>
            {
                W = w,
                A = a,
                H = h,
                Decay = b,
                Gain = g,
                Pre = p,
                Source = s,
                X = x,
                Stride = layer.Stride,
                Rows = sources,
                InBlocks = 3L * sources * targets * sizeof(T) <= CachedBytes,
            };
            threads = targets <= ColumnGrain ? 1 : WorkSize.Threads(threads, 0, 4.0 * sources * targets * sizeof(T));
            if (threads == 1)
            {
                // Run where it was built: a copy would wait for the fields that were just written.
                kernel.Take(0, targets);
                Hardware.Run<T, Kernel<T>>(ref kernel);
            }
            else
                Partitioner.For(targets, ColumnGrain, threads, ref kernel);
        }
    }

    private struct Kernel<T> : IVectorKernel<T>, IRangeJob
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* W, A, H, Decay, Gain, Pre, Source, X;
        public nint Stride;
        public int Rows;
        public bool InBlocks;
        private int _begin, _end;

        public void Take(int begin, int end) => (_begin, _end) = (begin, end);

        public readonly void Invoke(int piece, int begin, int end)
        {
            Kernel<T> own = this;
            own.Take(begin, end);
            Hardware.Run<T, Kernel<T>>(ref own);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            if (!InBlocks)
            {
                RowByRow<V>();
                return;
            }
            int j = _begin;
            // Four vectors of sums and coefficients need more than 16 registers.
            for (; sizeof(V) == 64 && j <= _end - 4 * V.Count; j += 4 * V.Count)
                FourVectors<V>(j);
            for (; j <= _end - 2 * V.Count; j += 2 * V.Count)
                TwoVectors<V>(j);
            for (; j < _end; j += V.Count)
                OneVector<V>(j, Math.Min(V.Count, _end - j));
        }

        // Sums and coefficients of the columns stay in registers over all rows.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void FourVectors<V>(int j)
            where V : unmanaged, ILanes<V, T>
        {
            int k = V.Count, l = 2 * V.Count, m = 3 * V.Count;
            T* w = W + j, a = A + j, h = H + j, pre = Pre, s = Source;
            V decay1 = V.Load(Decay + j), decay2 = V.Load(Decay + j + k), decay3 = V.Load(Decay + j + l), decay4 = V.Load(Decay + j + m);
            V gain1 = V.Load(Gain + j), gain2 = V.Load(Gain + j + k), gain3 = V.Load(Gain + j + l), gain4 = V.Load(Gain + j + m);
            V x1 = V.Zero, x2 = V.Zero, x3 = V.Zero, x4 = V.Zero;
            for (int i = 0; i < Rows; i++, w += Stride, a += Stride, h += Stride)
            {
                V p = V.Create(pre[i]), source = V.Create(s[i]);
                x1 = Connect<V, Whole>(w, a, h, 0, decay1, gain1, p, source, x1);
                x2 = Connect<V, Whole>(w + k, a + k, h + k, 0, decay2, gain2, p, source, x2);
                x3 = Connect<V, Whole>(w + l, a + l, h + l, 0, decay3, gain3, p, source, x3);
                x4 = Connect<V, Whole>(w + m, a + m, h + m, 0, decay4, gain4, p, source, x4);
            }
            V.Store(x1, X + j);
            V.Store(x2, X + j + k);
            V.Store(x3, X + j + l);
            V.Store(x4, X + j + m);
        }

        // Even and odd rows have their own sums, so that additions hide each other's latency.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void TwoVectors<V>(int j)
            where V : unmanaged, ILanes<V, T>
        {
            int k = V.Count, i = 0;
            nint next = Stride;
            T* w = W + j, a = A + j, h = H + j, pre = Pre, s = Source;
            V decay1 = V.Load(Decay + j), decay2 = V.Load(Decay + j + k), gain1 = V.Load(Gain + j), gain2 = V.Load(Gain + j + k);
            V x1 = V.Zero, x2 = V.Zero, odd1 = V.Zero, odd2 = V.Zero;
            for (; i + 2 <= Rows; i += 2, w += 2 * next, a += 2 * next, h += 2 * next)
            {
                V p = V.Create(pre[i]), source = V.Create(s[i]), oddP = V.Create(pre[i + 1]), oddSource = V.Create(s[i + 1]);
                x1 = Connect<V, Whole>(w, a, h, 0, decay1, gain1, p, source, x1);
                x2 = Connect<V, Whole>(w + k, a + k, h + k, 0, decay2, gain2, p, source, x2);
                odd1 = Connect<V, Whole>(w + next, a + next, h + next, 0, decay1, gain1, oddP, oddSource, odd1);
                odd2 = Connect<V, Whole>(w + next + k, a + next + k, h + next + k, 0, decay2, gain2, oddP, oddSource, odd2);
            }
            if (i < Rows)
            {
                V p = V.Create(pre[i]), source = V.Create(s[i]);
                x1 = Connect<V, Whole>(w, a, h, 0, decay1, gain1, p, source, x1);
                x2 = Connect<V, Whole>(w + k, a + k, h + k, 0, decay2, gain2, p, source, x2);
            }
            V.Store(x1 + odd1, X + j);
            V.Store(x2 + odd2, X + j + k);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void OneVector<V>(int j, int n)
            where V : unmanaged, ILanes<V, T>
        {
            T* w = W + j, a = A + j, h = H + j;
            V decay = V.LoadFirst(Decay + j, n), gain = V.LoadFirst(Gain + j, n), x = V.Zero;
            for (int i = 0; i < Rows; i++, w += Stride, a += Stride, h += Stride)
                x = Connect<V, First>(w, a, h, n, decay, gain, V.Create(Pre[i]), V.Create(Source[i]), x);
            V.StoreFirst(x, X + j, n);
        }

        // Matrices that come from memory are read in its order; the sums stay in the first-level cache.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void RowByRow<V>()
            where V : unmanaged, ILanes<V, T>
        {
            int end = _end;
            T* x = X, decay = Decay, gain = Gain;
            new Span<T>(x + _begin, end - _begin).Clear();
            for (int i = 0; i < Rows; i++)
            {
                T* w = W + i * Stride, a = A + i * Stride, h = H + i * Stride;
                V p = V.Create(Pre[i]), source = V.Create(Source[i]);
                int j = _begin;
                for (; j <= end - V.Count; j += V.Count)
                    V.Store(Connect<V, Whole>(w + j, a + j, h + j, 0, V.Load(decay + j), V.Load(gain + j), p, source, V.Load(x + j)), x + j);
                if (j < end)
                {
                    int n = end - j;
                    V sum = Connect<V, First>(w + j, a + j, h + j, n, V.LoadFirst(decay + j, n), V.LoadFirst(gain + j, n), p, source, V.LoadFirst(x + j, n));
                    V.StoreFirst(sum, x + j, n);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Connect<V, TAccess>(T* w, T* a, T* h, int n, V decay, V gain, V pre, V source, V x)
            where V : unmanaged, ILanes<V, T>
            where TAccess : IAccess
        {
            V trace = V.MultiplyAdd(gain, pre, decay * TAccess.Load<V, T>(h, n));
            TAccess.Store<V, T>(trace, h, n);
            return V.MultiplyAdd(V.MultiplyAdd(TAccess.Load<V, T>(a, n), trace, TAccess.Load<V, T>(w, n)), source, x);
        }
    }
}
