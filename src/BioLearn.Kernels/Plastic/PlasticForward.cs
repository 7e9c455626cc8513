using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Elementwise;

namespace BioLearn.Kernels.Plastic;

/// <summary>
/// The forward row pass of a plastic layer: the trace is brought up to date and used in one sweep over the matrices,
/// <code>H ← update(H)        x = (W + α∘H) s</code>
/// Rows are split over threads; no sum crosses a row, so threads change no bit.
/// </summary>
internal static unsafe class PlasticForward
{
    /// <summary>x = (W + α∘H) s.</summary>
    public static void Excite<T>(in PlasticLayer<T> layer, ReadOnlySpan<T> source, Span<T> excitation, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Run<T, KeepTrace<T>, OneSum<T>>(layer, default, default, source, excitation, default, threads);

    /// <summary>The two parts of the excitation apart: W s and (α∘H) s.</summary>
    public static void Excite<T>(in PlasticLayer<T> layer, ReadOnlySpan<T> source, Span<T> fixedPart, Span<T> plasticPart, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Run<T, KeepTrace<T>, TwoSums<T>>(layer, default, default, source, fixedPart, plasticPart, threads);

    /// <summary>H ← update(H), then x = (W + α∘H) s.</summary>
    public static void UpdateAndExcite<T>(
        in PlasticLayer<T> layer, in TraceUpdate<T> update, ReadOnlySpan<T> source, Span<T> excitation, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        update.Check(layer.Targets, layer.Sources);
        if (update.HasSecond)
            Run<T, FoldedUpdate<T>, OneSum<T>>(layer, default, update, source, excitation, default, threads);
        else
            Run<T, LinearUpdate<T>, OneSum<T>>(layer, default, update, source, excitation, default, threads);
    }

    /// <summary>H ← update(H), then W s and (α∘H) s apart.</summary>
    public static void UpdateAndExcite<T>(
        in PlasticLayer<T> layer, in TraceUpdate<T> update, ReadOnlySpan<T> source, Span<T> fixedPart, Span<T> plasticPart, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        update.Check(layer.Targets, layer.Sources);
        if (update.HasSecond)
            Run<T, FoldedUpdate<T>, TwoSums<T>>(layer, default, update, source, fixedPart, plasticPart, threads);
        else
            Run<T, LinearUpdate<T>, TwoSums<T>>(layer, default, update, source, fixedPart, plasticPart, threads);
    }

    /// <summary>H_ij ← rule(H_ij, gate_i, post_i, pre_j), then x = (W + α∘H) s.</summary>
    public static void UpdateAndExcite<T, TRule>(
        in PlasticLayer<T> layer, TRule rule, ReadOnlySpan<T> gate, ReadOnlySpan<T> post, ReadOnlySpan<T> pre,
        ReadOnlySpan<T> source, Span<T> excitation, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, ITraceRule<T>
    {
        var signals = new TraceUpdate<T>(gate, post, pre);
        signals.Check(layer.Targets, layer.Sources);
        Run<T, RuleUpdate<T, TRule>, OneSum<T>>(layer, new(rule), signals, source, excitation, default, threads);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run<T, TOperator, TSums>(
        in PlasticLayer<T> layer, TOperator update, in TraceUpdate<T> signals, ReadOnlySpan<T> source, Span<T> sum, Span<T> plasticSum, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, ITraceOperator<T>
        where TSums : struct, IExcitationSums<T>
    {
        Lengths.MustMatch(layer.Sources, source.Length, nameof(source));
        Lengths.MustMatch(layer.Targets, sum.Length, nameof(sum));
        Lengths.MustMatch(TSums.Apart ? layer.Targets : 0, plasticSum.Length, nameof(plasticSum));
        fixed (T* w = layer.Weights, a = layer.Alpha, h = layer.Trace, s = source, x = sum, p = plasticSum)
        fixed (T* b = signals.Decay, a1 = signals.Gain1, a2 = signals.Gain2, q1 = signals.Source1, q2 = signals.Source2)
        {
            var kernel = new ForwardKernel<T, TOperator, TSums>
            {
                Operator = update,
                W = w,
                A = a,
                H = h,
                Source = s,
                Sum = x,
                PlasticSum = p,
                Row0 = b,
                Row1 = a1,
                Row2 = a2,
                Signal1 = q1,
                Signal2 = q2,
                Stride = layer.Stride,
                Columns = layer.Sources,
            };
            RowSweep.Run<T, ForwardKernel<T, TOperator, TSums>>(layer.Targets, layer.Sources, threads, ref kernel);
        }
    }
}
