using System.Text.Json;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Tests.Prospective;

/// <summary>What tests of the published experiments share.</summary>
internal static class ProspectiveFixture
{
    public static DataSource Pictures => DataSource.At("fashion-mnist", RepositoryFiles.Find("examples/data/fashion-mnist"));

    /// <summary>File names with the numbers of the cases in a list, which lies at a path of keys.</summary>
    public static TheoryData<string, int> Cases(string pattern, params string[] path)
    {
        TheoryData<string, int> data = [];
        foreach (string name in FixtureFiles.Names("prospective", pattern))
        {
            int count = name.Contains('*', StringComparison.Ordinal) ? 1 : At(FixtureFiles.Read(FixtureFiles.Find("prospective", name)[0]), path).GetArrayLength();
            for (int i = 0; i < count; i++)
                data.Add(name, i);
        }
        return data;
    }

    public static JsonElement Case(string file, int index, params string[] path) => At(FixtureFiles.Read(FixtureFiles.Find("prospective", file)[0]), path)[index];

    public static double[] Numbers(JsonElement value) => value.ValueKind == JsonValueKind.Number ? [value.GetDouble()] : [.. value.EnumerateArray().SelectMany(Numbers)];

    /// <summary>A list of matrices or vectors, each row by row.</summary>
    public static double[][] Matrices(JsonElement list) => [.. list.EnumerateArray().Select(Numbers)];

    /// <summary>A network without biases, with linear outputs and squared error.</summary>
    public static NetworkSpec Perceptron(int[] sizes, Activation activation) => new(
        new TensorShape(sizes[0]),
        [.. sizes[1..].Select((units, i) => new Dense(units, i == sizes.Length - 2 ? Activation.Linear : activation) { Bias = false })],
        OutputHead.LinearSquaredError);

    public static void Close(ReadOnlySpan<double> wanted, ReadOnlySpan<double> got, double tolerance, string what)
    {
        Assert.Equal(wanted.Length, got.Length);
        for (int i = 0; i < wanted.Length; i++)
            Assert.True(Math.Abs(wanted[i] - got[i]) <= tolerance, $"{what}, number {i}: {got[i]:R} instead of {wanted[i]:R}");
    }

    private static JsonElement At(JsonElement element, string[] path) => path.Aggregate(element, (e, key) => e.GetProperty(key));
}
