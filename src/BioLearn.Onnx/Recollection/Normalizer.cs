using System.Numerics.Tensors;
using BioLearn.Kernels.Elementwise;

namespace BioLearn.Onnx.Recollection;

/// <summary>
/// Normalises one image's current in place: x becomes clip(scale*(x - origin)/unit + shift) with the statistics that the method takes.
/// A constant current, or a constant channel for local methods, becomes <see cref="Blank"/>.
/// </summary>
internal static class Normalizer
{
    /// <summary>What the notebooks put in place of 0/0.</summary>
    public const float Blank = 1e-8f;

    private const float Infinite = 1e8f;

    /// <param name="current">One image's current.</param>
    /// <param name="channels">Number of equal planes that local methods treat apart; 1 for a vector.</param>
    /// <param name="method">The method.</param>
    /// <param name="rectify">Whether the result is rectified as well: max(x, 0).</param>
    public static void Apply(Span<float> current, int channels, CurrentNormalization method, bool rectify)
    {
        if (current.IsEmpty)
            return;
        int part = IsLocal(method) ? current.Length / channels : current.Length;
        for (int start = 0; start < current.Length; start += part)
            ApplyPart(current.Slice(start, part), method, rectify);
    }

    /// <summary>NaN becomes 1e-8; infinities of either sign become 1e8, the sign lost as in the notebooks.</summary>
    public static float Fix(float value) => float.IsNaN(value) ? Blank : float.IsInfinity(value) ? Infinite : value;

    private static bool IsLocal(CurrentNormalization method) =>
        method is CurrentNormalization.Std or CurrentNormalization.RescaleStdLocal or CurrentNormalization.MinMaxLocal;

    private static void ApplyPart(Span<float> part, CurrentNormalization method, bool rectify)
    {
        switch (method)
        {
            case CurrentNormalization.None:
                if (rectify)
                    TensorPrimitives.Max(part, 0f, part);
                break;
            case CurrentNormalization.Std or CurrentNormalization.StdGlobal:
                ByDeviation(part, 1, 0, rectify ? 0 : float.NegativeInfinity, float.PositiveInfinity);
                break;
            case CurrentNormalization.RescaleStd or CurrentNormalization.RescaleStdLocal:
                ByDeviation(part, 0.1f, 0.5f, 0, 1);
                break;
            case CurrentNormalization.MinMax or CurrentNormalization.MinMaxLocal:
                ByRange(part, 1, 0, 0, 1);
                break;
            case CurrentNormalization.MinMaxRescale:
                ByRange(part, 2, -1, rectify ? 0 : -1, 1);
                break;
            case CurrentNormalization.MinMaxHalfRescale:
                ByRange(part, 0.1f, 0.5f, 0, 1);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(method), method, "is not a normalisation");
        }
    }

    private static void ByDeviation(Span<float> part, float scale, float shift, float lo, float hi)
    {
        SampleStatistics statistics = SampleStatistics.Of(part);
        if (!statistics.IsFinite)
            MapBroken(part, statistics.Mean, statistics.Deviation, scale, shift, lo, hi);
        else if (statistics.IsConstant)
            part.Fill(Blank);
        else
            Rescaling.Apply(part, (float)statistics.Mean, (float)statistics.Deviation, scale, shift, lo, hi);
    }

    private static void ByRange(Span<float> part, float scale, float shift, float lo, float hi)
    {
        (float min, float max) = SampleStatistics.Range(part);
        if (!float.IsFinite(max - min))
            MapBroken(part, min, (double)max - min, scale, shift, lo, hi);
        else if (min == max)
            part.Fill(Blank);
        else
            Rescaling.Apply(part, min, max - min, scale, shift, lo, hi);
    }

    // A current that holds NaN or infinity: the formula as it stands, then the notebooks' fix-up.
    private static void MapBroken(Span<float> part, double origin, double unit, float scale, float shift, float lo, float hi)
    {
        foreach (ref float x in part)
        {
            double value = scale * (x - origin) / unit + shift;
            x = Fix((float)(double.IsNaN(value) ? value : Math.Clamp(value, lo, hi)));
        }
    }
}
