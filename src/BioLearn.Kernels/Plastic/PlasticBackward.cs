using System.Numerics;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Plastic;

/// <summary>
/// The backward row pass of a plastic layer. With the error d = dL/dx of one step and the gradient G = dL/dH of all later ones,
/// <code>
/// r += (W + α∘H)ᵀ d            what the step's source s gets back
/// dα_i += d_i H_i∘s            G_i ← β_i G_i + d_i α_i∘s
/// </code>
/// in one sweep: each matrix is read once, and what changes is written once. The same sweep can take H back to the step before
/// (<see cref="TraceUpdate{T}"/> undone), and contract the new G with what that step will ask for (<see cref="Contraction{T}"/>), so that
/// backpropagation through a step costs a single pass. Sums over rows are made in pieces and added in order: threads change no bit.
/// </summary>
internal static unsafe class PlasticBackward
{
    /// <summary>The step back. If asked, then H ← undo(H), and the new G and H are contracted as the step before needs them.</summary>
    /// <param name="layer">W, α and the H that the step used.</param>
    /// <param name="source">s [sources].</param>
    /// <param name="error">d [targets].</param>
    /// <param name="decay">β [targets].</param>
    /// <param name="traceGradient">G [targets, sources], replaced.</param>
    /// <param name="alphaGradient">dα [targets, sources], added to.</param>
    /// <param name="sourceGradient">r [sources], added to.</param>
    /// <param name="undo">Takes H to the step before; default where H stays.</param>
    /// <param name="next">What the step before will ask for; default for nothing.</param>
    /// <param name="threads">Threads that may work.</param>
    public static void Step<T>(
        in PlasticLayer<T> layer, ReadOnlySpan<T> source, ReadOnlySpan<T> error, ReadOnlySpan<T> decay,
        MatrixSpan<T> traceGradient, MatrixSpan<T> alphaGradient, Span<T> sourceGradient,
        in TraceUpdate<T> undo = default, in Contraction<T> next = default, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (undo.Decay.IsEmpty)
            Run<T, KeepTrace<T>>(layer, default, source, error, decay, traceGradient, alphaGradient, sourceGradient, next, threads);
        else if (undo.HasSecond)
            Run<T, FoldedUpdate<T>>(layer, undo, source, error, decay, traceGradient, alphaGradient, sourceGradient, next, threads);
        else
            Run<T, LinearUpdate<T>>(layer, undo, source, error, decay, traceGradient, alphaGradient, sourceGradient, next, threads);
    }

    /// <summary>The sums of G alone.</summary>
    /// <param name="traceGradient">G [targets, sources].</param>
    /// <param name="trace">H, only read if <see cref="Contraction{T}.WithTrace"/> asks for it.</param>
    /// <param name="sums">What is asked for.</param>
    /// <param name="threads">Threads that may work.</param>
    public static void Contract<T>(ReadOnlyMatrixSpan<T> traceGradient, ReadOnlyMatrixSpan<T> trace, in Contraction<T> sums, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (sums.WithTrace.IsEmpty)
            Contract<T, SourceContraction>(traceGradient, traceGradient, sums, threads);
        else
            Contract<T, FullContraction>(traceGradient, trace, sums, threads);
    }

    private static void Run<T, TOperator>(
        in PlasticLayer<T> layer, in TraceUpdate<T> undo, ReadOnlySpan<T> source, ReadOnlySpan<T> error, ReadOnlySpan<T> decay,
        MatrixSpan<T> traceGradient, MatrixSpan<T> alphaGradient, Span<T> sourceGradient, in Contraction<T> next, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, ITraceOperator<T>
    {
        if (next.Source.IsEmpty)
            Run<T, TOperator, NoContraction>(layer, undo, source, error, decay, traceGradient, alphaGradient, sourceGradient, next, threads);
        else if (next.WithTrace.IsEmpty)
            Run<T, TOperator, SourceContraction>(layer, undo, source, error, decay, traceGradient, alphaGradient, sourceGradient, next, threads);
        else
            Run<T, TOperator, FullContraction>(layer, undo, source, error, decay, traceGradient, alphaGradient, sourceGradient, next, threads);
    }

    private static void Run<T, TOperator, TContraction>(
        in PlasticLayer<T> layer, in TraceUpdate<T> undo, ReadOnlySpan<T> source, ReadOnlySpan<T> error, ReadOnlySpan<T> decay,
        MatrixSpan<T> traceGradient, MatrixSpan<T> alphaGradient, Span<T> sourceGradient, in Contraction<T> next, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, ITraceOperator<T>
        where TContraction : struct, IContraction
    {
        int targets = layer.Targets, sources = layer.Sources;
        PlasticLayer<T>.MustMatch(layer.Weights, traceGradient, nameof(traceGradient));
        PlasticLayer<T>.MustMatch(layer.Weights, alphaGradient, nameof(alphaGradient));
        Lengths.MustMatch(sources, source.Length, nameof(source));
        Lengths.MustMatch(targets, error.Length, nameof(error));
        Lengths.MustMatch(targets, decay.Length, nameof(decay));
        Lengths.MustMatch(sources, sourceGradient.Length, nameof(sourceGradient));
        if (TOperator.Changes)
            undo.Check(targets, sources);
        if (TContraction.WithSource)
            next.Check(targets, sources);

        int pieces = RowSweep.Pieces(targets, sources);
        T* partial = ColumnSums<T>.Begin(pieces, TContraction.WithSource ? 2 * sources : sources);
        fixed (T* w = layer.Weights, a = layer.Alpha, h = layer.Trace, g = traceGradient, da = alphaGradient)
        fixed (T* s = source, d = error, b = decay, r = sourceGradient)
        fixed (T* b0 = undo.Decay, a1 = undo.Gain1, a2 = undo.Gain2, q1 = undo.Source1, q2 = undo.Source2)
        fixed (T* ns = next.Source, nk = next.Gain, gs = next.WithSource, gh = next.WithTrace, nr = next.ColumnSums)
        {
            var kernel = new BackwardKernel<T, TOperator, TContraction>
            {
                W = w,
                A = a,
                H = h,
                G = g,
                AlphaGradient = da,
                Source = s,
                Error = d,
                Decay = b,
                Row0 = b0,
                Row1 = a1,
                Row2 = a2,
                Signal1 = q1,
                Signal2 = q2,
                NextSource = ns,
                NextGain = nk,
                WithSource = gs,
                WithTrace = gh,
                SourceGradient = r,
                NextSums = nr,
                Partial = partial,
                Stride = layer.Stride,
                Columns = sources,
            };
            RowSweep.Run<T, BackwardKernel<T, TOperator, TContraction>>(targets, sources, threads, ref kernel);
            ColumnSums<T>.End(partial, pieces, sourceGradient, TContraction.WithSource ? next.ColumnSums : default);
        }
    }

    private static void Contract<T, TContraction>(ReadOnlyMatrixSpan<T> traceGradient, ReadOnlyMatrixSpan<T> trace, in Contraction<T> sums, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TContraction : struct, IContraction
    {
        int targets = traceGradient.Rows, sources = traceGradient.Columns;
        PlasticLayer<T>.MustMatch(traceGradient, trace, nameof(trace));
        sums.Check(targets, sources);
        int pieces = RowSweep.Pieces(targets, sources);
        T* partial = ColumnSums<T>.Begin(pieces, sources);
        fixed (T* g = traceGradient, h = trace)
        fixed (T* s = sums.Source, k = sums.Gain, r = sums.ColumnSums, gs = sums.WithSource, gh = sums.WithTrace)
        {
            var kernel = new ContractionKernel<T, TContraction>
            {
                G = g,
                H = h,
                Source = s,
                Gain = k,
                Sums = r,
                WithSource = gs,
                WithTrace = gh,
                Partial = partial,
                Stride = traceGradient.Stride,
                Columns = sources,
            };
            RowSweep.Run<T, ContractionKernel<T, TContraction>>(targets, sources, threads, ref kernel);
            ColumnSums<T>.End(partial, pieces, sums.ColumnSums);
        }
    }
}
