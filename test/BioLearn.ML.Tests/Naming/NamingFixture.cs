using System.Text.Json;

namespace BioLearn.ML.Tests.Naming;

/// <summary>Reads the figures of the original naming programs.</summary>
internal static class NamingFixture
{
    public static JsonElement Read(string name) => FixtureFiles.Read(FixtureFiles.Find("naming", name + "*.json")[0]);

    public static IEnumerable<JsonElement> Cases(string name) => Read(name).GetProperty("cases").EnumerateArray();

    /// <summary>Names of a file's cases, for a theory; without the file one row, whose test says so.</summary>
    public static string[] CaseNames(string name) =>
        FixtureFiles.Names("naming", name + "*.json")[0].Contains('*') ? [name] : [.. Cases(name).Select(one => one.GetProperty("name").GetString()!)];

    public static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    public static double[][] Rows(JsonElement array) => [.. array.EnumerateArray().Select(Numbers)];

    /// <summary>Classes 1.0, 2.0 ... as 0, 1 ...</summary>
    public static int[] Classes(JsonElement array) => [.. array.EnumerateArray().Select(value => (int)value.GetDouble() - 1)];
}
