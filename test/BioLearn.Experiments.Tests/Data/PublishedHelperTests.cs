using System.Globalization;
using System.Text.Json;
using BioLearn.Kernels.Random;

namespace BioLearn.Experiments.Tests.Data;

/// <summary>Subsets, errors, targets and permutations against the figures of the published program.</summary>
public class PublishedHelperTests
{
    public static TheoryData<string, int> Subsets() => FixtureFiles.Cases("prospective", "helpers*.json", "subset");

    public static TheoryData<string, int> Errors() => FixtureFiles.Cases("prospective", "helpers*.json", "classification_error");

    public static TheoryData<string, int> Targets() => FixtureFiles.Cases("prospective", "helpers*.json", "one_hot");

    [Theory]
    [MemberData(nameof(Subsets))]
    public void Subset_on_fixture_has_its_counts(string file, int index)
    {
        JsonElement f = FixtureFiles.Case("prospective", file, index, "subset");
        int[] counts = Integers(f.GetProperty("class_counts"));
        int[] labels = [.. counts.SelectMany((n, c) => Enumerable.Repeat(c, n))];
        int[] classes = f.GetProperty("partial_targets") is { ValueKind: JsonValueKind.Array } some ? Integers(some) : [];
        int number = Math.Max(0, f.GetProperty("partial_num").GetInt32()); // −1 asks for all
        foreach ((string key, bool omitsLast) in new[] { ("partial_dateset", true), ("partial_dateset_v1", false) })
        {
            int[] chosen = ClassSubset.PerClass(labels, number, new RandomStream(1, "subset"), omitsLast, classes);
            foreach (JsonProperty wanted in f.GetProperty("result").GetProperty(key).GetProperty("count_per_class").EnumerateObject())
                Assert.Equal(wanted.Value.GetInt32(), chosen.Count(row => labels[row] == int.Parse(wanted.Name, CultureInfo.InvariantCulture)));
            Assert.Equal(chosen.Distinct().Order(), chosen); // labels lie class by class, so order within classes is order
        }
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Classification_error_on_fixture_counts_ties_of_the_largest(string file, int index)
    {
        JsonElement f = FixtureFiles.Case("prospective", file, index, "classification_error");
        if (f.TryGetProperty("is_binary", out _))
            return; // of one output: no experiment has that
        double[] outputs = Numbers(f.GetProperty("prediction"));
        int[] labels = [.. f.GetProperty("target").EnumerateArray().Select(row => Array.IndexOf(Integers(row), 1))];
        Assert.Equal(f.GetProperty("error").GetDouble(), ClassificationError.Of<double>(outputs, labels), 1e-12);
    }

    [Theory]
    [InlineData(double.NaN, 1.0)]
    [InlineData(1.0, double.NaN)]
    public void Classification_error_of_NaN_is_1(double first, double second) =>
        Assert.Equal(1, ClassificationError.Of([first, second, second, first], [0, 1]));

    [Theory]
    [MemberData(nameof(Targets))]
    public void Targets_on_fixture_have_its_numbers(string file, int index)
    {
        JsonElement f = FixtureFiles.Case("prospective", file, index, "one_hot");
        float[] targets = ClassTargets.Of<float>([f.GetProperty("idx").GetInt32()], f.GetProperty("size").GetInt32(), f.GetProperty("target_min").GetDouble(), f.GetProperty("target_max").GetDouble());
        Assert.Equal(Numbers(f.GetProperty("value")).Select(v => (float)v), targets);
    }

    public static TheoryData<string, int> Shuffles() => Cases("continual", "shuffles");

    public static TheoryData<string, int> Drifts() => Cases("drift", "drifts");

    [Theory]
    [MemberData(nameof(Shuffles))]
    public void Tasks_on_fixture_have_its_classes_and_outputs(string file, int index)
    {
        JsonElement f = FixtureFiles.Read(FixtureFiles.Find("prospective", file)[0]).GetProperty("continual").GetProperty("shuffles")[index];
        int[] permutation = Integers(f.GetProperty("class_permutation"));
        int tasks = f.GetProperty("num_tasks").GetInt32();
        int[] outputs = ClassPermutation.Outputs(permutation, tasks, f.GetProperty("share_output_across_tasks").GetBoolean());
        foreach (JsonElement task in f.GetProperty("tasks").EnumerateArray())
        {
            Assert.Equal(Integers(task.GetProperty("original_classes")), ClassPermutation.ClassesOfTask(task.GetProperty("task").GetInt32(), tasks, permutation.Length));
            Assert.Equal(Integers(task.GetProperty("final_labels")), Integers(task.GetProperty("original_labels")).Select(label => outputs[label]));
        }
        Assert.InRange(outputs.Max(), 0, f.GetProperty("num_outputs").GetInt32() - 1);
    }

    [Theory]
    [MemberData(nameof(Drifts))]
    public void Drift_on_fixture_relabels_from_the_original_labels(string file, int index)
    {
        JsonElement drift = FixtureFiles.Read(FixtureFiles.Find("prospective", file)[0]).GetProperty("drift"), f = drift.GetProperty("drifts")[index];
        int[] labels = Integers(drift.GetProperty("sample_labels"));
        LabelledRows rows = new LabelledRows(new float[labels.Length], labels).Relabel(Integers(f.GetProperty("permutation")));
        Assert.Equal(Integers(f.GetProperty("labels_after")), rows.Labels.ToArray());
        Assert.Equal(Numbers(f.GetProperty("first_three_targets")), ClassTargets.Of<double>(rows.Labels.Span[..3], 10, -1, 1));
    }

    [Fact]
    public void Permutation_keeps_the_first_classes_and_exchanges_the_others()
    {
        int[][] drawn = [.. Enumerable.Range(0, 200).Select(i => ClassPermutation.Draw(10, 5, new RandomStream(i, "drift")))];
        Assert.All(drawn, labels => Assert.Equal(Enumerable.Range(0, 5), labels[..5]));
        Assert.All(drawn, labels => Assert.Equal(Enumerable.Range(5, 5), labels[5..].Order()));
        for (int c = 5; c < 10; c++)
            Assert.Equal(5, drawn.Select(labels => labels[c]).Distinct().Count());
    }

    private static TheoryData<string, int> Cases(string part, string list)
    {
        TheoryData<string, int> data = [];
        foreach (string name in FixtureFiles.Names("prospective", "continual_and_drift*.json"))
        {
            int count = name.Contains('*', StringComparison.Ordinal) ? 1 : FixtureFiles.Read(FixtureFiles.Find("prospective", name)[0]).GetProperty(part).GetProperty(list).GetArrayLength();
            for (int i = 0; i < count; i++)
                data.Add(name, i);
        }
        return data;
    }

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt32())];

    private static double[] Numbers(JsonElement array) =>
        array.ValueKind == JsonValueKind.Number ? [array.GetDouble()] : [.. array.EnumerateArray().SelectMany(Numbers)];
}
