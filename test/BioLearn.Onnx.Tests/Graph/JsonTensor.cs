using System.Text.Json;

namespace BioLearn.Onnx.Tests.Graph;

/// <summary>Nested JSON lists, fixture summaries, and comparison within a share of the scale.</summary>
internal static class JsonTensor
{
    public static double[] Doubles(JsonElement element)
    {
        var values = new List<double>();
        Collect(element, values);
        return [.. values];
    }

    public static float[] Floats(JsonElement element) => Array.ConvertAll(Doubles(element), v => (float)v);

    public static int[] Ints(JsonElement element) => Array.ConvertAll(Doubles(element), v => (int)v);

    /// <summary>Elementwise within <paramref name="tolerance"/> times the largest magnitude expected.</summary>
    public static void AssertNear(ReadOnlySpan<float> actual, double[] expected, double tolerance, string what)
    {
        Assert.True(actual.Length == expected.Length, $"{what}: {actual.Length} values, {expected.Length} expected");
        double scale = expected.Max(Math.Abs), worst = 0;
        int at = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(actual[i] - expected[i]);
            if (!(error <= worst)) (worst, at) = (error, i);
        }
        Assert.True(worst <= tolerance * Math.Max(scale, 1e-30), $"{what}: worst element {at} is {actual[at]}, expected {expected[at]}: off by {worst / scale:0.0e0} of the scale {scale}");
    }

    private static void Collect(JsonElement element, List<double> values)
    {
        if (element.ValueKind == JsonValueKind.Number) values.Add(element.GetDouble());
        else foreach (JsonElement child in element.EnumerateArray()) Collect(child, values);
    }
}
