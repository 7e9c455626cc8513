using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Plastic;

/// <summary>Back through an update of a trace by any plasticity rule: from dL/d(new trace) to dL/d(old trace) and to what the rule was given.</summary>
internal static unsafe class TraceSweepBackward
{
    /// <summary>Back through <see cref="TraceSweep.Update{T, TRule}(ReadOnlyMatrixSpan{T}, MatrixSpan{T}, TRule, ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, int)"/>.</summary>
    /// <param name="trace">The trace before the update.</param>
    /// <param name="gradient">dL/d(new trace) in, dL/d(old trace) out.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="gate">m [targets].</param>
    /// <param name="post">p [targets].</param>
    /// <param name="pre">q [sources].</param>
    /// <param name="gateGradient">dL/dm [targets], added to.</param>
    /// <param name="postGradient">dL/dp [targets], added to.</param>
    /// <param name="preGradient">dL/dq [sources], added to.</param>
    /// <param name="threads">Threads that may work.</param>
    public static void Back<T, TRule>(
        ReadOnlyMatrixSpan<T> trace, MatrixSpan<T> gradient, TRule rule, ReadOnlySpan<T> gate, ReadOnlySpan<T> post, ReadOnlySpan<T> pre,
        Span<T> gateGradient, Span<T> postGradient, Span<T> preGradient, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, ITraceRule<T>
    {
        int targets = trace.Rows, sources = trace.Columns;
        PlasticLayer<T>.MustMatch(trace, gradient, nameof(gradient));
        new TraceUpdate<T>(gate, post, pre).Check(targets, sources);
        Lengths.MustMatch(targets, gateGradient.Length, nameof(gateGradient));
        Lengths.MustMatch(targets, postGradient.Length, nameof(postGradient));
        Lengths.MustMatch(sources, preGradient.Length, nameof(preGradient));
        int pieces = RowSweep.Pieces(targets, sources);
        T* partial = ColumnSums<T>.Begin(pieces, sources);
        fixed (T* h = trace, g = gradient, m = gate, p = post, q = pre, dm = gateGradient, dp = postGradient, dq = preGradient)
        {
            var kernel = new Kernel<T, TRule>
            {
                Rule = rule,
                Trace = h,
                Gradient = g,
                Gate = m,
                Post = p,
                Pre = q,
                GateGradient = dm,
                PostGradient = dp,
                PreGradient = dq,
                Partial = partial,
                Stride = trace.Stride,
                Columns = sources,
            };
            RowSweep.Run<T, Kernel<T, TRule>>(targets, sources, threads, ref kernel);
            ColumnSums<T>.End(partial, pieces, preGradient);
        }
    }

    /// <summary>Back through <see cref="TraceSweep.Update{T, TRule}(ReadOnlyMatrixSpan{T}, MatrixSpan{T}, TRule, ReadOnlySpan{T}, ReadOnlyMatrixSpan{T}, int)"/>.</summary>
    /// <param name="trace">The trace before the update.</param>
    /// <param name="gradient">dL/d(new trace) in, dL/d(old trace) out.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="gate">m [targets].</param>
    /// <param name="eligibility">E [targets, sources].</param>
    /// <param name="gateGradient">dL/dm [targets], added to.</param>
    /// <param name="eligibilityGradient">dL/dE [targets, sources], added to.</param>
    /// <param name="threads">Threads that may work.</param>
    public static void Back<T, TRule>(
        ReadOnlyMatrixSpan<T> trace, MatrixSpan<T> gradient, TRule rule, ReadOnlySpan<T> gate, ReadOnlyMatrixSpan<T> eligibility,
        Span<T> gateGradient, MatrixSpan<T> eligibilityGradient, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, ITraceRule<T>
    {
        PlasticLayer<T>.MustMatch(trace, gradient, nameof(gradient));
        PlasticLayer<T>.MustMatch(trace, eligibility, nameof(eligibility));
        PlasticLayer<T>.MustMatch(trace, eligibilityGradient, nameof(eligibilityGradient));
        Lengths.MustMatch(trace.Rows, gate.Length, nameof(gate));
        Lengths.MustMatch(trace.Rows, gateGradient.Length, nameof(gateGradient));
        fixed (T* h = trace, g = gradient, m = gate, q = eligibility, dm = gateGradient, dq = eligibilityGradient)
        {
            var kernel = new Kernel<T, TRule>
            {
                Rule = rule,
                Trace = h,
                Gradient = g,
                Gate = m,
                Pre = q,
                GateGradient = dm,
                PreGradient = dq,
                Stride = trace.Stride,
                PreStride = trace.Stride,
                Columns = trace.Columns,
            };
            RowSweep.Run<T, Kernel<T, TRule>>(trace.Rows, trace.Columns, threads, ref kernel);
        }
    }

    private struct Kernel<T, TRule> : IRowKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, ITraceRule<T>
    {
        public TRule Rule;
        public T* Trace, Gradient, Gate, Pre, GateGradient, PostGradient, PreGradient, Partial;

        /// <summary>Null for eligibilities, whose post-synaptic signal is 1.</summary>
        public T* Post;

        /// <summary>0 where all rows share one vector of pre-synaptic signals and its gradient.</summary>
        public nint PreStride;

        public nint Stride;
        public int Columns;
        private int _begin, _end;

        public void Take(int piece, int begin, int end)
        {
            (_begin, _end) = (begin, end);
            if (Partial != null)
                PreGradient = Partial + (nint)piece * Columns;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            TRule rule = Rule;
            for (int i = _begin; i < _end; i++)
            {
                T* trace = Trace + i * Stride, gradient = Gradient + i * Stride, pre = Pre + i * PreStride, preGradient = PreGradient + i * PreStride;
                V gate = V.Create(Gate[i]), post = V.Create(Post == null ? T.One : Post[i]);
                V gateSum = V.Zero, postSum = V.Zero;
                for (int j = 0; j < Columns; j += V.Count)
                {
                    int n = Columns - j;
                    bool whole = n >= V.Count;
                    V h = whole ? V.Load(trace + j) : V.LoadFirst(trace + j, n);
                    V g = whole ? V.Load(gradient + j) : V.LoadFirst(gradient + j, n);
                    V q = whole ? V.Load(pre + j) : V.LoadFirst(pre + j, n);
                    V dq = whole ? V.Load(preGradient + j) : V.LoadFirst(preGradient + j, n);
                    rule.Derivatives(h, gate, post, q, out V byTrace, out V byGate, out V byPost, out V byPre);
                    gateSum = V.MultiplyAdd(g, byGate, gateSum);
                    postSum = V.MultiplyAdd(g, byPost, postSum);
                    dq = V.MultiplyAdd(g, byPre, dq);
                    g *= byTrace;
                    if (whole)
                    {
                        V.Store(dq, preGradient + j);
                        V.Store(g, gradient + j);
                    }
                    else
                    {
                        V.StoreFirst(dq, preGradient + j, n);
                        V.StoreFirst(g, gradient + j, n);
                    }
                }
                GateGradient[i] += V.Sum(gateSum);
                if (Post != null)
                    PostGradient[i] += V.Sum(postSum);
            }
        }
    }
}
