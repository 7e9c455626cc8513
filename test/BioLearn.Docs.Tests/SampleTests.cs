using System.Globalization;
using System.Text.RegularExpressions;

namespace BioLearn.Docs.Tests;

/// <summary>Every file-based program of examples/samples compiles without a warning and prints figures that show that it worked.</summary>
public sealed class SampleTests
{
    /// <summary>Where each prints its first figure, and what it must reach.</summary>
    private static readonly Dictionary<string, (string Figure, double AtLeast)> Expected = new()
    {
        ["binary.cs"] = ("accuracy ([0-9.]+)", 88),
        ["multiclass.cs"] = ("accuracy ([0-9.]+)", 78),
        ["instructed.cs"] = ("accuracy ([0-9.]+)", 62),
        ["regression.cs"] = ("R² ([0-9.]+)", .8),
        ["text.cs"] = ("accuracy ([0-9.]+)", 95),
        ["retrain.cs"] = ("before, ([0-9.]+)", 90),
        ["service.cs"] = ("^([0-9]+) of 200", 190),
        ["grid.cs"] = ("learning rate +[0-9.]+: ([0-9.]+)", 90),
    };

    public static TheoryData<string> Samples => [.. Directory.GetFiles(RepositoryFiles.Find("examples/samples"), "*.cs").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Sample_prints_figures_that_show_that_it_worked(string sample)
    {
        string printed = DocsProgram.Of($"examples/samples/{sample}").Run();
        Assert.True(Expected.TryGetValue(sample, out var expected), $"{sample}: say in {nameof(Expected)} what shows that it worked; it printed\n{printed}");
        Match figure = Regex.Match(printed, expected.Figure);
        Assert.True(figure.Success && double.Parse(figure.Groups[1].Value, CultureInfo.InvariantCulture) >= expected.AtLeast, printed);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Sample_is_listed_and_builds_on_the_project(string sample)
    {
        Assert.Contains($"`{sample}`", File.ReadAllText(RepositoryFiles.Find("examples/samples/README.md")), StringComparison.Ordinal);
        string folder = RepositoryFiles.Find("examples/samples");
        string[] projects = [.. File.ReadLines(Path.Combine(folder, sample)).Where(line => line.StartsWith("#:project ", StringComparison.Ordinal)).Select(line => line[10..])];
        Assert.NotEmpty(projects);
        Assert.All(projects, project => Assert.True(Directory.GetFiles(Path.Combine(folder, project), "*.csproj").Length == 1, project));
    }
}
