using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Plastic;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>
/// The kernels' sweeps over the rows of W, α, H and G, for matrices that lie in flat memory as [rows, stride] with zero padding. The
/// stride is the length of the source vector.
/// </summary>
internal static class TraceSweeps
{
    /// <summary>H' = β∘H + a1 q1ᵀ + a2 q2ᵀ, β and a per row.</summary>
    public static void Update<T>(ReadOnlySpan<T> trace, Span<T> updated,
        ReadOnlySpan<T> decay, ReadOnlySpan<T> gain1, ReadOnlySpan<T> source1, ReadOnlySpan<T> gain2, ReadOnlySpan<T> source2)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = decay.Length, stride = source1.Length;
        TraceSweep.Update(new(trace, rows, stride), new(updated, rows, stride), new TraceUpdate<T>(decay, gain1, source1, gain2, source2));
    }

    /// <summary>fixedPart = W s, plasticPart = (α∘H) s.</summary>
    public static void Excite<T>(ReadOnlySpan<T> weights, ReadOnlySpan<T> alpha, Span<T> trace, ReadOnlySpan<T> source,
        Span<T> fixedPart, Span<T> plasticPart)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PlasticForward.Excite(Layer(weights, alpha, trace, fixedPart.Length, source.Length), source, fixedPart, plasticPart);

    /// <summary>result_i = sum_j M_ij s_j.</summary>
    public static void Multiply<T>(ReadOnlySpan<T> matrix, ReadOnlySpan<T> source, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Gemv.N(new ReadOnlyMatrixSpan<T>(matrix, result.Length, source.Length), source, result, T.One, T.Zero);

    /// <summary>Per row: gs = G_i·s and, unless it is empty, gh = G_i·H_i; column sums += a_i G_i.</summary>
    public static void Contract<T>(ReadOnlySpan<T> gradient, ReadOnlySpan<T> trace, ReadOnlySpan<T> source, ReadOnlySpan<T> gain,
        Span<T> withSource, Span<T> withTrace, Span<T> columnSums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = gain.Length, stride = source.Length;
        PlasticBackward.Contract(
            new ReadOnlyMatrixSpan<T>(gradient, rows, stride), new ReadOnlyMatrixSpan<T>(trace, rows, stride),
            new Contraction<T>(source, gain, columnSums, withSource, withTrace));
    }

    /// <summary>
    /// Per row with error d_i: column sums += d_i (W_i + α_i∘H_i); dα_i += d_i H_i∘s; G_i = b_i G_i + d_i α_i∘s.
    /// </summary>
    public static void Backward<T>(ReadOnlySpan<T> weights, ReadOnlySpan<T> alpha, Span<T> trace, ReadOnlySpan<T> source,
        ReadOnlySpan<T> error, ReadOnlySpan<T> decay, Span<T> gradient, Span<T> alphaGradient, Span<T> columnSums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = error.Length, stride = source.Length;
        PlasticBackward.Step(
            Layer(weights, alpha, trace, rows, stride), source, error, decay, new(gradient, rows, stride), new(alphaGradient, rows, stride), columnSums);
    }

    /// <summary>M += d sᵀ.</summary>
    public static void AddOuter<T>(ReadOnlySpan<T> error, ReadOnlySpan<T> source, Span<T> matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Ger.Update(new MatrixSpan<T>(matrix, error.Length, source.Length), T.One, T.One, error, source);

    private static PlasticLayer<T> Layer<T>(ReadOnlySpan<T> weights, ReadOnlySpan<T> alpha, Span<T> trace, int rows, int stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(new(weights, rows, stride), new(alpha, rows, stride), new(trace, rows, stride));
}
