using System.Numerics;
using BioLearn.Kernels.Plastic;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Plasticity.Neuromodulation;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>
/// Applies a plasticity rule to a whole trace [targets, stride], and takes gradients back through it. The gate is one value
/// a target; the pre-synaptic signal is one vector for all targets, or a matrix of eligibilities. A rule of one's own is a struct of
/// <see cref="ITraceRule{T}"/>, or, where connections of a neuron depend on each other, a class derived from this.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class TraceRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The sweeps of a rule that is written for one connection.</summary>
    public static TraceRule<T> Of<TRule>(TRule rule)
        where TRule : struct, ITraceRule<T> => new Sweep<TRule>(rule);

    /// <summary>The rule that keeps a trace bounded in one of the published ways.</summary>
    internal static TraceRule<T> Bounded(TraceBound bound, double clipValue) => bound switch
    {
        TraceBound.Decay => Of(new HebbRule<T>()),
        TraceBound.None or TraceBound.ClipWhereRead => Of(new AdditiveRule<T>()),
        TraceBound.Soft => Of(new SoftClipRule<T>()),
        _ => Of(new ClipRule<T>(T.CreateChecked(clipValue))),
    };

    /// <summary>to = rule(from, m, p, q), for every connection.</summary>
    /// <param name="from">H, [targets, stride].</param>
    /// <param name="to">The new H; may be the same memory.</param>
    /// <param name="gate">m, [targets].</param>
    /// <param name="post">p, [targets].</param>
    /// <param name="pre">q, [stride], padded with zeros.</param>
    public abstract void Update(ReadOnlySpan<T> from, Span<T> to, ReadOnlySpan<T> gate, ReadOnlySpan<T> post, ReadOnlySpan<T> pre);

    /// <summary>The way back through <see cref="Update"/>.</summary>
    /// <param name="trace">H before the update, [targets, stride].</param>
    /// <param name="gradient">dL/d(new H) in, dL/dH out, [targets, stride].</param>
    /// <param name="gate">m, [targets].</param>
    /// <param name="post">p, [targets].</param>
    /// <param name="pre">q, [stride].</param>
    /// <param name="gateGradient">dL/dm, [targets], added to.</param>
    /// <param name="postGradient">dL/dp, [targets], added to.</param>
    /// <param name="preGradient">dL/dq, [stride], added to.</param>
    public abstract void Backward(ReadOnlySpan<T> trace, Span<T> gradient, ReadOnlySpan<T> gate, ReadOnlySpan<T> post, ReadOnlySpan<T> pre,
        Span<T> gateGradient, Span<T> postGradient, Span<T> preGradient);

    /// <summary>to = rule(from, m, 1, E) with an eligibility for every connection.</summary>
    /// <param name="from">H, [targets, stride].</param>
    /// <param name="to">The new H; may be the same memory.</param>
    /// <param name="gate">m, [targets].</param>
    /// <param name="eligibility">E, [targets, stride].</param>
    public abstract void UpdateEligible(ReadOnlySpan<T> from, Span<T> to, ReadOnlySpan<T> gate, ReadOnlySpan<T> eligibility);

    /// <summary>The way back through <see cref="UpdateEligible"/>.</summary>
    /// <param name="trace">H before the update, [targets, stride].</param>
    /// <param name="gradient">dL/d(new H) in, dL/dH out, [targets, stride].</param>
    /// <param name="gate">m, [targets].</param>
    /// <param name="eligibility">E, [targets, stride].</param>
    /// <param name="gateGradient">dL/dm, [targets], added to.</param>
    /// <param name="eligibilityGradient">dL/dE, [targets, stride], added to.</param>
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
