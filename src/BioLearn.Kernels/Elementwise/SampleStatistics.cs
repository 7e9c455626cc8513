using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BioLearn.Kernels.Elementwise;

/// <summary>Mean, deviations and extremes of a sample, gathered in one pass and summed in double precision.</summary>
internal readonly struct SampleStatistics
{
    private readonly int _count;
    private readonly double _squares; // sum of (x - mean)^2

    private SampleStatistics(int count, double mean, double squares, float min, float max)
    {
        _count = count;
        _squares = squares;
        (Mean, Min, Max) = (mean, min, max);
    }

    public double Mean { get; }

    public float Min { get; }

    public float Max { get; }

    /// <summary>Sample standard deviation (n-1).</summary>
    public double Deviation => Math.Sqrt(_squares / (_count - 1));

    /// <summary>Population standard deviation (n).</summary>
    public double PopulationDeviation => Math.Sqrt(_squares / _count);

    /// <summary>Whether all values are equal. Rounding may leave a tiny deviation, so the extremes decide.</summary>
    public bool IsConstant => Min == Max;

    /// <summary>Whether every value was finite.</summary>
    public bool IsFinite => double.IsFinite(Mean);

    public static SampleStatistics Of(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
            return new(0, double.NaN, double.NaN, float.NaN, float.NaN);
        // Differences from the first value keep the one-pass variance exact even for a small spread around a large mean.
        float origin = values[0];
        ReadOnlySpan<Vector512<float>> vectors = MemoryMarshal.Cast<float, Vector512<float>>(values);
        Vector512<double> from = Vector512.Create((double)origin);
        Vector512<double> sum0 = default, sum1 = default, squares0 = default, squares1 = default;
        Vector512<float> min = Vector512.Create(origin), max = min;
        foreach (Vector512<float> x in vectors)
        {
            min = Vector512.MinNative(min, x);
            max = Vector512.MaxNative(max, x);
            (Vector512<double> low, Vector512<double> high) = Vector512.Widen(x);
            low -= from;
            high -= from;
            sum0 += low;
            sum1 += high;
            squares0 = Vector512.FusedMultiplyAdd(low, low, squares0);
            squares1 = Vector512.FusedMultiplyAdd(high, high, squares1);
        }
        double sum = Vector512.Sum(sum0 + sum1), squares = Vector512.Sum(squares0 + squares1);
        float least = origin, greatest = origin;
        for (int lane = 0; lane < Vector512<float>.Count; lane++)
            (least, greatest) = (MathF.Min(least, min[lane]), MathF.Max(greatest, max[lane]));
        foreach (float x in values[(vectors.Length * Vector512<float>.Count)..])
        {
            double difference = (double)x - origin;
            sum += difference;
            squares += difference * difference;
            (least, greatest) = (MathF.Min(least, x), MathF.Max(greatest, x));
        }
        double shift = sum / values.Length;
        return new(values.Length, origin + shift, Math.Max(0, squares - sum * shift), least, greatest);
    }

    /// <summary>Minimum and maximum alone.</summary>
    public static (float Min, float Max) Range(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<Vector512<float>> vectors = MemoryMarshal.Cast<float, Vector512<float>>(values);
        float least = values[0], greatest = values[0];
        Vector512<float> min = Vector512.Create(least), max = min;
        foreach (Vector512<float> x in vectors)
        {
            min = Vector512.Min(min, x); // Min and Max hand NaN on, which the caller must see
            max = Vector512.Max(max, x);
        }
        for (int lane = 0; lane < Vector512<float>.Count; lane++)
            (least, greatest) = (MathF.Min(least, min[lane]), MathF.Max(greatest, max[lane]));
        foreach (float x in values[(vectors.Length * Vector512<float>.Count)..])
            (least, greatest) = (MathF.Min(least, x), MathF.Max(greatest, x));
        return (least, greatest);
    }
}
