using System.Numerics;

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
            int stride = pre.Length;
            for (int i = 0; i < gate.Length; i++)
            {
                var row = from.Slice(i * stride, stride);
                var updated = to.Slice(i * stride, stride);
                for (int j = 0; j < stride; j++)
                    updated[j] = rule.Update(row[j], gate[i], post[i], pre[j]);
            }
        }

        public override void Backward(ReadOnlySpan<T> trace, Span<T> gradient, ReadOnlySpan<T> gate, ReadOnlySpan<T> post, ReadOnlySpan<T> pre,
            Span<T> gateGradient, Span<T> postGradient, Span<T> preGradient)
        {
            int stride = pre.Length;
            for (int i = 0; i < gate.Length; i++)
            {
                var h = trace.Slice(i * stride, stride);
                var g = gradient.Slice(i * stride, stride);
                T m = T.Zero, p = T.Zero;
                for (int j = 0; j < stride; j++)
                {
                    var derivative = rule.Derivatives(h[j], gate[i], post[i], pre[j]);
                    m += g[j] * derivative.M;
                    p += g[j] * derivative.P;
                    preGradient[j] += g[j] * derivative.Q;
                    g[j] *= derivative.H;
                }

                gateGradient[i] += m;
                postGradient[i] += p;
            }
        }

        public override void UpdateEligible(ReadOnlySpan<T> from, Span<T> to, ReadOnlySpan<T> gate, ReadOnlySpan<T> eligibility)
        {
            int stride = from.Length / gate.Length;
            for (int i = 0; i < gate.Length; i++)
            {
                for (int j = i * stride; j < (i + 1) * stride; j++)
                    to[j] = rule.Update(from[j], gate[i], T.One, eligibility[j]);
            }
        }

        public override void BackwardEligible(ReadOnlySpan<T> trace, Span<T> gradient, ReadOnlySpan<T> gate, ReadOnlySpan<T> eligibility,
            Span<T> gateGradient, Span<T> eligibilityGradient)
        {
            int stride = trace.Length / gate.Length;
            for (int i = 0; i < gate.Length; i++)
            {
                T m = T.Zero;
                for (int j = i * stride; j < (i + 1) * stride; j++)
                {
                    var derivative = rule.Derivatives(trace[j], gate[i], T.One, eligibility[j]);
                    m += gradient[j] * derivative.M;
                    eligibilityGradient[j] += gradient[j] * derivative.Q;
                    gradient[j] *= derivative.H;
                }

                gateGradient[i] += m;
            }
        }
    }
}
