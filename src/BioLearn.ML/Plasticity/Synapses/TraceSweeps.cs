using System.Numerics;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>Sweeps over the rows of W, α, H and G. All matrices are [rows, stride] with zero padding.</summary>
internal static class TraceSweeps
{
    /// <summary>H' = β∘H + a1 q1ᵀ + a2 q2ᵀ, β and a per row.</summary>
    public static void Update<T>(ReadOnlySpan<T> trace, Span<T> updated,
        ReadOnlySpan<T> decay, ReadOnlySpan<T> gain1, ReadOnlySpan<T> source1, ReadOnlySpan<T> gain2, ReadOnlySpan<T> source2)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int stride = source1.Length;
        for (int i = 0; i < decay.Length; i++)
        {
            var from = trace.Slice(i * stride, stride);
            var to = updated.Slice(i * stride, stride);
            for (int j = 0; j < stride; j++)
                to[j] = decay[i] * from[j] + gain1[i] * source1[j] + gain2[i] * source2[j];
        }
    }

    /// <summary>fixedPart = W s, plasticPart = (α∘H) s.</summary>
    public static void Excite<T>(ReadOnlySpan<T> weights, ReadOnlySpan<T> alpha, ReadOnlySpan<T> trace, ReadOnlySpan<T> source,
        Span<T> fixedPart, Span<T> plasticPart)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int stride = source.Length;
        for (int i = 0; i < fixedPart.Length; i++)
        {
            var w = weights.Slice(i * stride, stride);
            var a = alpha.Slice(i * stride, stride);
            var h = trace.Slice(i * stride, stride);
            T sumW = T.Zero, sumA = T.Zero;
            for (int j = 0; j < stride; j++)
            {
                sumW += w[j] * source[j];
                sumA += a[j] * h[j] * source[j];
            }

            fixedPart[i] = sumW;
            plasticPart[i] = sumA;
        }
    }

    /// <summary>result_i = sum_j M_ij s_j.</summary>
    public static void Multiply<T>(ReadOnlySpan<T> matrix, ReadOnlySpan<T> source, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int stride = source.Length;
        for (int i = 0; i < result.Length; i++)
        {
            var m = matrix.Slice(i * stride, stride);
            T sum = T.Zero;
            for (int j = 0; j < stride; j++)
                sum += m[j] * source[j];
            result[i] = sum;
        }
    }

    /// <summary>Per row: gs = G_i·s and gh = G_i·H_i; column sums += a_i G_i.</summary>
    public static void Contract<T>(ReadOnlySpan<T> gradient, ReadOnlySpan<T> trace, ReadOnlySpan<T> source, ReadOnlySpan<T> gain,
        Span<T> withSource, Span<T> withTrace, Span<T> columnSums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int stride = source.Length;
        for (int i = 0; i < gain.Length; i++)
        {
            var g = gradient.Slice(i * stride, stride);
            var h = trace.Slice(i * stride, stride);
            T gs = T.Zero, gh = T.Zero;
            for (int j = 0; j < stride; j++)
            {
                gs += g[j] * source[j];
                gh += g[j] * h[j];
                columnSums[j] += gain[i] * g[j];
            }

            withSource[i] = gs;
            withTrace[i] = gh;
        }
    }

    /// <summary>
    /// Per row with error d_i: column sums += d_i (W_i + α_i∘H_i); dα_i += d_i H_i∘s; G_i = b_i G_i + d_i α_i∘s.
    /// </summary>
    public static void Backward<T>(ReadOnlySpan<T> weights, ReadOnlySpan<T> alpha, ReadOnlySpan<T> trace, ReadOnlySpan<T> source,
        ReadOnlySpan<T> error, ReadOnlySpan<T> decay, Span<T> gradient, Span<T> alphaGradient, Span<T> columnSums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int stride = source.Length;
        for (int i = 0; i < error.Length; i++)
        {
            T d = error[i];
            var w = weights.Slice(i * stride, stride);
            var a = alpha.Slice(i * stride, stride);
            var h = trace.Slice(i * stride, stride);
            var g = gradient.Slice(i * stride, stride);
            var da = alphaGradient.Slice(i * stride, stride);
            for (int j = 0; j < stride; j++)
            {
                columnSums[j] += d * (w[j] + a[j] * h[j]);
                da[j] += d * h[j] * source[j];
                g[j] = decay[i] * g[j] + d * a[j] * source[j];
            }
        }
    }

    /// <summary>M += d sᵀ.</summary>
    public static void AddOuter<T>(ReadOnlySpan<T> error, ReadOnlySpan<T> source, Span<T> matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int stride = source.Length;
        for (int i = 0; i < error.Length; i++)
        {
            var m = matrix.Slice(i * stride, stride);
            for (int j = 0; j < stride; j++)
                m[j] += error[i] * source[j];
        }
    }
}
