using System.Globalization;
using System.Text.RegularExpressions;
using BioLearn.Experiments.Reports;

namespace BioLearn.Experiments.Tests;

/// <summary>What docs/claims.md prints is what the grids of the repository come to today.</summary>
public sealed partial class PrintedClaimsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Printed => [.. Rows().Select(row => row[0]).Distinct()];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Printed))]
    public void Claims_come_out_as_they_are_printed(string name)
    {
        string file = Directory.GetFiles(RepositoryFiles.Find("experiments"), $"{name}.yaml", SearchOption.AllDirectories).Single();
        Experiment experiment = Experiment.Read(file, folders: new Dictionary<string, string> { ["fashion-mnist"] = RepositoryFiles.Find("examples/data/fashion-mnist") });
        ResultsFolder results = new(Path.Combine(_folder.Path, "results"));
        Assert.Equal(0, new LocalRun(experiment, results, new() { Workers = 2 }).Run().Failed);
        ReportWriter.Write(Path.Combine(_folder.Path, "report"), [new ExperimentReport(ExperimentResults.Read(experiment, results, "the command"))], DateTimeOffset.UnixEpoch);
        string[][] printed = [.. Rows().Where(row => row[0] == name)], today = [.. Cells(Path.Combine(_folder.Path, "report", "claims.md"))];
        Assert.Equal(printed.Select(Place), today.Select(Place));
        Assert.All(printed.Zip(today), pair => Assert.All(Numbers(pair.First[4]).Zip(Numbers(pair.Second[4])), both =>
            Assert.True(Math.Abs(both.First - both.Second) <= .01 + (.1 * Math.Abs(both.First)), $"{Place(pair.First)}: {both.First} is printed, {both.Second} comes out")));
    }

    /// <summary>Experiment, claim, where, published, verdict: all but the figures of ours.</summary>
    private static string Place(string[] row) => string.Join(" | ", row[0], row[1], row[2], row[3], row[8]);

    /// <summary>The means in a cell such as "0.918 ± 0.005 / 0.994 ± 0.003".</summary>
    private static double[] Numbers(string cell) => [.. cell.Split('/').Select(side => double.Parse(Number().Match(side).Value, CultureInfo.InvariantCulture))];

    private static IEnumerable<string[]> Rows() => Cells(RepositoryFiles.Find("docs/claims.md"));

    private static IEnumerable<string[]> Cells(string file) => File.ReadLines(file).Where(line => line.StartsWith('|')).Skip(2).Select(line => line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim()).ToArray());

    [GeneratedRegex(@"[-+]?\d+(\.\d+)?(e[-+]?\d+)?")]
    private static partial Regex Number();
}
