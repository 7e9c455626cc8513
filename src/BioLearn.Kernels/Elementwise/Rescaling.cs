using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BioLearn.Kernels.Elementwise;

/// <summary>x becomes clip(scale (x - origin) / unit + shift, lo, hi), in place.</summary>
internal static class Rescaling
{
    /// <summary>
    /// Rescales every value. The division is a true one: a sample's extremes come out as exactly 0 and 1, so that those who compare results
    /// (winner-takes-all) see no ties where there are none, and miss none.
    /// </summary>
    /// <param name="values">Finite values.</param>
    /// <param name="origin">What is subtracted.</param>
    /// <param name="unit">What is divided by; not 0.</param>
    /// <param name="scale">Factor after the division.</param>
    /// <param name="shift">Added last, in one rounding with the factor.</param>
    /// <param name="lo">Least result.</param>
    /// <param name="hi">Greatest result.</param>
    public static void Apply(Span<float> values, float origin, float unit, float scale, float shift, float lo, float hi)
    {
        Span<Vector512<float>> vectors = MemoryMarshal.Cast<float, Vector512<float>>(values);
        Vector512<float> o = Vector512.Create(origin), u = Vector512.Create(unit), k = Vector512.Create(scale), b = Vector512.Create(shift);
        Vector512<float> low = Vector512.Create(lo), high = Vector512.Create(hi);
        for (int i = 0; i < vectors.Length; i++)
            vectors[i] = Vector512.MinNative(high, Vector512.MaxNative(low, Vector512.FusedMultiplyAdd((vectors[i] - o) / u, k, b)));
        foreach (ref float x in values[(vectors.Length * Vector512<float>.Count)..])
            x = MathF.Min(hi, MathF.Max(lo, MathF.FusedMultiplyAdd((x - origin) / unit, scale, shift)));
    }
}
