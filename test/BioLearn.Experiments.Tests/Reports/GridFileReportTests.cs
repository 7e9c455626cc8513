using BioLearn.Experiments.Reports;

namespace BioLearn.Experiments.Tests.Reports;

/// <summary>The grid files of the repository.</summary>
public class GridFileReportTests
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(RepositoryFiles.Find("experiments"), "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(RepositoryFiles.Find("experiments"), file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Select_and_report_of_every_grid_file_can_be_read(string file) => ExperimentReport.Check(Experiment.Read(Path.Combine(RepositoryFiles.Find("experiments"), file)));
}
