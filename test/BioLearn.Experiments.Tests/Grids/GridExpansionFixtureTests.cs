using System.Globalization;
using System.Text;
using System.Text.Json;
using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Tests;

/// <summary>The order of Ray's grids, as the original's runner resolves them.</summary>
public class GridExpansionFixtureTests
{
    private const string System = "prospective", Files = "grid_expansion*.json";

    public static TheoryData<string, int> Documents => FixtureFiles.Cases(System, Files, "documents");

    public static TheoryData<string, int> Counts => FixtureFiles.Cases(System, Files, "published_trial_counts");

    [Theory]
    [MemberData(nameof(Documents))]
    public void Expansion_gives_the_fixture_configurations_in_its_order(string file, int index)
    {
        JsonElement document = FixtureFiles.Case(System, file, index, "documents");
        var settings = (GridMap)GridReader.Read(document.GetProperty("yaml").GetString()!, file)["config"]!;
        GridVariant[] variants = [.. GridExpansion.Expand(settings)];
        Assert.Equal(document.GetProperty("number_of_trials").GetInt32(), variants.Length);
        JsonElement[] configurations = [.. document.GetProperty("configs").EnumerateArray()], varied = [.. document.GetProperty("varied").EnumerateArray()];
        for (int i = 0; i < variants.Length; i++)
        {
            AssertSame(configurations[i], variants[i].Settings, $"trial {i}");
            Assert.Equal(varied[i].EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal), variants[i].Varied.Select(path => path.ToString()).Order(StringComparer.Ordinal));
            // Of a grid within a grid's value the original notes what its last variant chose, for all of them; the configurations have what each chose.
            string[] paths = [.. varied[i].EnumerateObject().Select(choice => choice.Name)];
            foreach (JsonProperty choice in varied[i].EnumerateObject().Where(choice => !Array.Exists(paths, path => AreNested(path, choice.Name) || AreNested(choice.Name, path))))
                AssertSame(choice.Value, variants[i].Varied.First(path => path.ToString() == choice.Name).In(variants[i].Settings)!, $"trial {i}, {choice.Name}");
        }
    }

    /// <summary>The published grids, by the numbers of their values: paths in any order in the file, as many trials as the original makes.</summary>
    [Theory]
    [MemberData(nameof(Counts))]
    public void Expansion_makes_as_many_trials_as_the_published_file(string file, int index)
    {
        JsonElement published = FixtureFiles.Case(System, file, index, "published_trial_counts");
        StringBuilder yaml = new("{");
        foreach (JsonElement grid in published.GetProperty("grids").EnumerateArray())
            yaml.Append(CultureInfo.InvariantCulture, $"{grid.GetProperty("path").GetString()!.Replace('.', '_')}: {{grid_search: [{string.Join(", ", Enumerable.Range(0, grid.GetProperty("num_values").GetInt32()))}]}}, ");
        Assert.Equal(published.GetProperty("number_of_trials").GetInt32(), GridExpansion.Expand(GridReader.Read(yaml.Append('}').ToString(), "published.yaml")).Count());
    }

    private static bool AreNested(string outer, string inner) => inner.StartsWith($"{outer}.", StringComparison.Ordinal);

    private static void AssertSame(JsonElement expected, GridValue actual, string where)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                var map = Assert.IsType<GridMap>(actual);
                Assert.Equal(expected.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal), map.Entries.Select(entry => entry.Key).Order(StringComparer.Ordinal));
                foreach (JsonProperty member in expected.EnumerateObject())
                    AssertSame(member.Value, map[member.Name]!, $"{where}, {member.Name}");
                break;
            case JsonValueKind.Array:
                var list = Assert.IsType<GridList>(actual);
                Assert.Equal(expected.GetArrayLength(), list.Items.Count);
                for (int i = 0; i < list.Items.Count; i++)
                    AssertSame(expected[i], list.Items[i], $"{where}, {i}");
                break;
            default:
                AssertScalar(expected, Assert.IsType<GridScalar>(actual), where);
                break;
        }
    }

    private static void AssertScalar(JsonElement expected, GridScalar actual, string where)
    {
        object? value = expected.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Null => null,
            JsonValueKind.String => expected.GetString(),
            _ => expected.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? expected.GetDouble() : (object)expected.GetInt64(),
        };
        // YAML 1.1, which the original reads, takes 1e-4 for a text, since it has no dot; here it is the number that it looks like.
        if (value is string text && actual.Value is double)
            Assert.True(text == actual.Text && !text.Contains('.', StringComparison.Ordinal), $"{where}: {text}, {actual.Text}");
        else
            Assert.True(Equals(value, actual.Value), $"{where}: expected {value} ({value?.GetType().Name}), found {actual.Value} ({actual.Value?.GetType().Name})");
    }
}
