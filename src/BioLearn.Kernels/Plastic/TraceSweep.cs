using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Plastic;

/// <summary>Sweeps over a trace alone: the updates of any plasticity rule. The way back is <see cref="TraceSweepBackward"/>.</summary>
internal static unsafe class TraceSweep
{
    /// <summary>to = update(from); both may be the same memory.</summary>
    public static void Update<T>(ReadOnlyMatrixSpan<T> from, MatrixSpan<T> to, in TraceUpdate<T> update, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        update.Check(from.Rows, from.Columns);
        if (update.HasSecond)
            Run<T, FoldedUpdate<T>>(from, to, default, update, default, threads);
        else
            Run<T, LinearUpdate<T>>(from, to, default, update, default, threads);
    }

    /// <summary>to_ij = rule(from_ij, gate_i, post_i, pre_j).</summary>
    public static void Update<T, TRule>(
        ReadOnlyMatrixSpan<T> from, MatrixSpan<T> to, TRule rule, ReadOnlySpan<T> gate, ReadOnlySpan<T> post, ReadOnlySpan<T> pre, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, ITraceRule<T>
    {
        var signals = new TraceUpdate<T>(gate, post, pre);
        signals.Check(from.Rows, from.Columns);
        Run<T, RuleUpdate<T, TRule>>(from, to, new(rule), signals, default, threads);
    }

    /// <summary>to_ij = rule(from_ij, gate_i, 1, eligibility_ij).</summary>
    public static void Update<T, TRule>(
        ReadOnlyMatrixSpan<T> from, MatrixSpan<T> to, TRule rule, ReadOnlySpan<T> gate, ReadOnlyMatrixSpan<T> eligibility, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, ITraceRule<T>
    {
        PlasticLayer<T>.MustMatch(from, eligibility, nameof(eligibility));
        Lengths.MustMatch(from.Rows, gate.Length, nameof(gate));
        Run<T, EligibleUpdate<T, TRule>>(from, to, new(rule), new(gate, default, default), eligibility, threads);
    }

    private static void Run<T, TOperator>(
        ReadOnlyMatrixSpan<T> from, MatrixSpan<T> to, TOperator update, in TraceUpdate<T> signals, ReadOnlyMatrixSpan<T> eligibility, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, ITraceOperator<T>
    {
        PlasticLayer<T>.MustMatch(from, to, nameof(to));
        fixed (T* f = from, t = to, e = eligibility, q1 = signals.Source1, q2 = signals.Source2)
        fixed (T* b = signals.Decay, a1 = signals.Gain1, a2 = signals.Gain2)
        {
            var kernel = new Kernel<T, TOperator>
            {
                Operator = update,
                From = f,
                To = t,
                Row0 = b,
                Row1 = a1,
                Row2 = a2,
                Signal1 = e == null ? q1 : e,
                Signal2 = q2,
                Signal1Stride = e == null ? 0 : eligibility.Stride,
                Stride = from.Stride,
                Columns = from.Columns,
            };
            RowSweep.Run<T, Kernel<T, TOperator>>(from.Rows, from.Columns, threads, ref kernel);
        }
    }

    private struct Kernel<T, TOperator> : IRowKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, ITraceOperator<T>
    {
        public TOperator Operator;
        public T* From, To, Row0, Row1, Row2, Signal1, Signal2;
        public nint Stride, Signal1Stride;
        public int Columns;
        private int _begin, _end;

        public void Take(int piece, int begin, int end) => (_begin, _end) = (begin, end);

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            TOperator update = Operator;
            int columns = Columns;
            for (int i = _begin; i < _end; i++)
            {
                T* from = From + i * Stride, to = To + i * Stride, q1 = Signal1 + i * Signal1Stride, q2 = Signal2;
                V b0 = TOperator.RowNumbers > 0 ? V.Create(Row0[i]) : V.Zero;
                V b1 = TOperator.RowNumbers > 1 ? V.Create(Row1[i]) : V.Zero;
                V b2 = TOperator.RowNumbers > 2 ? V.Create(Row2[i]) : V.Zero;
                int j = 0;
                for (; j <= columns - V.Count; j += V.Count)
                {
                    V signal1 = TOperator.Signals >= 1 ? V.Load(q1 + j) : V.Zero, signal2 = TOperator.Signals >= 2 ? V.Load(q2 + j) : V.Zero;
                    V.Store(update.Invoke(V.Load(from + j), b0, b1, b2, signal1, signal2), to + j);
                }
                if (j < columns)
                {
                    int n = columns - j;
                    V signal1 = TOperator.Signals >= 1 ? V.LoadFirst(q1 + j, n) : V.Zero, signal2 = TOperator.Signals >= 2 ? V.LoadFirst(q2 + j, n) : V.Zero;
                    V.StoreFirst(update.Invoke(V.LoadFirst(from + j, n), b0, b1, b2, signal1, signal2), to + j, n);
                }
            }
        }
    }
}
