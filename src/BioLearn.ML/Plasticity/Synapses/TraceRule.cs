using System.Numerics;
using BioLearn.Kernels.Plastic;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>
/// Applies a plasticity rule to a whole trace [targets, stride], and takes gradients back through it. The gate is one value
/// a target; the pre-synaptic signal is one vector for all targets, or a matrix of eligibilities.
/// </summary>
internal abstract class TraceRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TraceRule<T> Of<TRule>(TRule rule)
        where TRule : struct, ITraceRule<T> => new Sweep<TRule>(rule);

    /// <summary>to = rule(from, m, p, q).</summary>
    public abstract void Update(ReadOnlySpan<T> from, Span<T> to, ReadOnlySpan<T> gate, ReadOnlySpan<T> post, ReadOnlySpan<T> pre);

    /// <summary>gradient: dL/d(updated trace) in, dL/d(trace) out. Adds dL/dgate, dL/dpost and dL/dpre.</summary>
    public abstract void Backward(ReadOnlySpan<T> trace, Span<T> gradient, ReadOnlySpan<T> gate, ReadOnlySpan<T> post, ReadOnlySpan<T> pre,
        Span<T> gateGradient, Span<T> postGradient, Span<T> preGradient);

    /// <summary>to = rule(from, m, 1, E) with an eligibility for every connection.</summary>
    public abstract void UpdateEligible(ReadOnlySpan<T> from, Span<T> to, ReadOnlySpan<T> gate, ReadOnlySpan<T> eligibility);

    /// <summary>Like <see cref="Backward"/>, with an eligibility for every connection; adds dL/deligibility.</summary>
    public abstract void BackwardEligible(ReadOnlySpan<T> trace, Span<T> gradient, ReadOnlySpan<T> gate, ReadOnlySpan<T> eligibility,
        Span<T> gateGradient, Span<T> eligibilityGradient);

    private sealed class Sweep<TRule>(TRule rule) : TraceRule<T>
        where TRule : struct, ITraceRule<T>
    {
        public override void Update(ReadOnlySpan<T> from, Span<T> to, ReadOnlySpan<T> gate, ReadOnlySpan<T> post, ReadOnlySpan<T> pre)
        {
            int rows = gate.Length, stride = pre.Length;
            TraceSweep.Update(new(from, rows, stride), new(to, rows, stride), rule, gate, post, pre);
        }

        public override void Backward(ReadOnlySpan<T> trace, Span<T> gradient, ReadOnlySpan<T> gate, ReadOnlySpan<T> post, ReadOnlySpan<T> pre,
            Span<T> gateGradient, Span<T> postGradient, Span<T> preGradient)
        {
            int rows = gate.Length, stride = pre.Length;
            TraceSweepBackward.Back(
                new(trace, rows, stride), new(gradient, rows, stride), rule, gate, post, pre, gateGradient, postGradient, preGradient[..stride]);
        }

        public override void UpdateEligible(ReadOnlySpan<T> from, Span<T> to, ReadOnlySpan<T> gate, ReadOnlySpan<T> eligibility)
        {
            int rows = gate.Length, stride = from.Length / rows;
            TraceSweep.Update(new(from, rows, stride), new(to, rows, stride), rule, gate, new ReadOnlyMatrixSpan<T>(eligibility, rows, stride));
        }

        public override void BackwardEligible(ReadOnlySpan<T> trace, Span<T> gradient, ReadOnlySpan<T> gate, ReadOnlySpan<T> eligibility,
            Span<T> gateGradient, Span<T> eligibilityGradient)
        {
            int rows = gate.Length, stride = trace.Length / rows;
            TraceSweepBackward.Back(
                new(trace, rows, stride), new(gradient, rows, stride), rule, gate, new ReadOnlyMatrixSpan<T>(eligibility, rows, stride),
                gateGradient, new MatrixSpan<T>(eligibilityGradient, rows, stride));
        }
    }
}
