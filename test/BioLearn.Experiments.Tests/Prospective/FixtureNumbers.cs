using System.Text.Json;

namespace BioLearn.Experiments.Tests.Prospective;

/// <summary>Numbers of fixtures, and a comparison that names the worst.</summary>
internal static class FixtureNumbers
{
    public static double[] Numbers(this JsonElement element, string? name = null)
    {
        List<double> numbers = [];
        Collect(name is null ? element : element.GetProperty(name), numbers);
        return [.. numbers];
    }

    public static int[] Integers(this JsonElement element, string name) => [.. element.Numbers(name).Select(n => checked((int)n))];

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).GetDouble();

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    /// <summary>|got − want| ≤ tolerance · max(1, largest |want|) for every number.</summary>
    public static void Close(double[] want, ReadOnlySpan<double> got, double tolerance, string what)
    {
        Assert.True(want.Length == got.Length, $"{what}: {got.Length} numbers, expected {want.Length}");
        double scale = want.Select(Math.Abs).Append(1).Max();
        for (int i = 0; i < want.Length; i++)
            Assert.True(Math.Abs(want[i] - got[i]) <= tolerance * scale, $"{what}, number {i}: {got[i]:r} instead of {want[i]:r}");
    }

    private static void Collect(JsonElement element, List<double> numbers)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
                Collect(item, numbers);
        }
        else
        {
            numbers.Add(element.ValueKind switch { JsonValueKind.True => 1, JsonValueKind.False => 0, _ => element.GetDouble() });
        }
    }
}
