using System.Text.Json;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Tests.Recollection;

/// <summary>Numbers out of fixtures, and the comparison that all of them share.</summary>
internal static class Json
{
    /// <summary>All numbers of a nested list, in order.</summary>
    public static float[] Floats(this JsonElement element) => [.. Flatten(element).Select(number => (float)number.GetDouble())];

    public static int[] Ints(this JsonElement element) => [.. Flatten(element).Select(number => number.GetInt32())];

    /// <summary>Sizes of a nested list, outermost first.</summary>
    public static int[] Sizes(this JsonElement element) => element.ValueKind != JsonValueKind.Array ? []
        : [element.GetArrayLength(), .. element.GetArrayLength() == 0 ? [] : element[0].Sizes()];

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static bool Flag(this JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value)
        && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.Number && value.GetInt32() != 0));

    /// <summary>A property that is there and not null.</summary>
    public static JsonElement? Maybe(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>Elementwise equality within <paramref name="tolerance"/> of the largest expected magnitude.</summary>
    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> found, string what, double tolerance = 1e-5, double? scale = null)
    {
        Assert.True(expected.Length == found.Length, $"{what}: {found.Length} values, expected {expected.Length}");
        double largest = scale ?? 0, worst = -1;
        int at = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (scale is null)
                largest = Math.Max(largest, Math.Abs((double)expected[i]));
            double difference = Math.Abs((double)expected[i] - found[i]);
            if (difference > worst || double.IsNaN(difference))
                (worst, at) = (double.IsNaN(difference) ? double.PositiveInfinity : difference, i);
        }
        Assert.True(worst <= tolerance * largest, $"{what}: value {at} is {(at < found.Length ? found[at] : 0)}, expected {(at < expected.Length ? expected[at] : 0)}: off by {worst / largest:e1} of the scale {largest}");
    }

    /// <summary>Equality with a fixture's summary (shape, sums, extremes, samples), or its values in full.</summary>
    public static void AssertSummary(JsonElement summary, TensorShape shape, ReadOnlySpan<float> found, string what, double tolerance = 1e-5)
    {
        Assert.True(summary.GetProperty("shape").Ints().Skip(1).SequenceEqual(shape.Dimensions), $"{what}: shape {string.Join('x', shape.Dimensions)}, expected {summary.GetProperty("shape")}");
        double min = summary.GetProperty("min").GetDouble(), max = summary.GetProperty("max").GetDouble(), scale = Math.Max(Math.Abs(min), Math.Abs(max));
        double sum = 0, sumAbs = 0, least = double.PositiveInfinity, greatest = double.NegativeInfinity;
        foreach (float x in found)
            (sum, sumAbs, least, greatest) = (sum + x, sumAbs + Math.Abs(x), Math.Min(least, x), Math.Max(greatest, x));
        double expectedAbs = summary.GetProperty("sumAbs").GetDouble();
        Assert.True(Math.Abs(least - min) <= tolerance * scale, $"{what}: minimum {least}, expected {min}");
        Assert.True(Math.Abs(greatest - max) <= tolerance * scale, $"{what}: maximum {greatest}, expected {max}");
        Assert.True(Math.Abs(sum - summary.GetProperty("sum").GetDouble()) <= tolerance * expectedAbs, $"{what}: sum {sum}, expected {summary.GetProperty("sum")}");
        Assert.True(Math.Abs(sumAbs - expectedAbs) <= tolerance * expectedAbs, $"{what}: sum of magnitudes {sumAbs}, expected {expectedAbs}");
        if (summary.Maybe("values") is { } values)
        {
            AssertClose(values.Floats(), found, what, tolerance, scale);
            return;
        }
        int stride = summary.GetProperty("sampleStride").GetInt32();
        float[] all = found.ToArray();
        AssertClose(summary.GetProperty("sample").Floats(), [.. all.Where((_, i) => i % stride == 0)], what, tolerance, scale);
    }

    private static IEnumerable<JsonElement> Flatten(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Flatten) : [element];
}
