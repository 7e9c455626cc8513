namespace BioLearn.Experiments.Tests;

public sealed class ResultsFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Tens of thousands of results are listed, not opened: bytes that are none of theirs are seen only by who reads them.</summary>
    [Fact]
    public void Scan_opens_no_result()
    {
        Experiment experiment = Toys.Of("rate: 1", "seeds: 300");
        ResultsFolder folder = new(_folder.Path);
        new LocalRun(experiment, folder).Run();
        foreach (string file in Directory.GetFiles(_folder["trials"], "*", SearchOption.AllDirectories))
            File.WriteAllBytes(file, new byte[new FileInfo(file).Length]);
        ResultsIndex index = folder.Scan();
        Assert.Equal((300, 300, 0), (index.Count, experiment.Trials.Count(index.IsDone), experiment.Trials.Count(trial => folder.IsWhole(trial.Identity))));
        Assert.Null(folder.Read(experiment.Trials[0].Identity));
    }

    [Fact]
    public void Damaged_results_are_named_and_counted_as_missing()
    {
        Experiment experiment = Toys.Of("rate: {grid: [1, 2, 3]}");
        ResultsFolder folder = new(_folder.Path);
        new LocalRun(experiment, folder).Run([.. experiment.Trials.Take(2)]);
        string file = Directory.GetFiles(_folder["trials"], $"{experiment.Trials[0].Identity}*", SearchOption.AllDirectories)[0], text = File.ReadAllText(file);
        File.WriteAllText(file, text.Replace("\"iteration\":0", "\"iteration\":1", StringComparison.Ordinal));
        Assert.Equal([file], folder.Damaged(experiment.Trials[0].Identity));
        Assert.Empty(folder.Damaged(experiment.Trials[1].Identity));
        RecordTable table = RecordTable.Read(experiment, folder);
        Assert.Equal((1, 2), (table.Rows.Select(row => row.Trial).Distinct().Count(), table.Missing));
        Assert.Equal([file], table.Damaged);
        var results = BioLearn.Experiments.Reports.ExperimentResults.Read(experiment, folder, "");
        Assert.Equal((1, 2), (results.Trials.Count, results.Missing.Count));
        Assert.Equal([file], results.Damaged);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(0)]
    public void Journal_whose_first_line_is_damaged_is_passed_over(int kept)
    {
        ResultsFolder folder = new(_folder.Path);
        new LocalRun(Toys.Of("rate: 1"), folder).Run();
        Assert.Single(folder.Journals.Processes());
        string file = Assert.Single(Directory.GetFiles(_folder["journals"]));
        string[] lines = File.ReadAllLines(file);
        File.WriteAllLines(file, [lines[0][..kept], .. lines[1..]]);
        Assert.Empty(folder.Journals.Processes());
        Assert.Single(folder.Journals.Costs());
    }

    [Fact]
    public void Other_files_are_passed_over()
    {
        Experiment experiment = Toys.Of("rate: 1");
        ResultsFolder folder = new(_folder.Path);
        new LocalRun(experiment, folder).Run();
        string file = Directory.GetFiles(_folder["trials"], "*", SearchOption.AllDirectories)[0];
        foreach (string other in (string[])[file + ".0123456789abcdef0123456789abcdef.tmp", Path.Combine(Path.GetDirectoryName(file)!, "notes.jsonl"), file.Replace(".jsonl", "-other.jsonl", StringComparison.Ordinal)])
            File.WriteAllText(other, "");
        Assert.Equal(1, folder.Scan().Count);
        Assert.True(folder.IsWhole(experiment.Trials[0].Identity));
    }

    [Theory]
    [InlineData("0123456789abcdef-fedcba9876543210-17.jsonl", false)]
    [InlineData("0123456789abcdef-fedcba9876543210-17-diverged.jsonl", true)]
    public void Names_of_results_say_what_is_in_them(string name, bool diverged)
    {
        ResultName parsed = ResultName.Parse(name)!;
        Assert.Equal(new("0123456789abcdef", "fedcba9876543210", 17, diverged ? TrialOutcome.Diverged : TrialOutcome.Finished), parsed);
        Assert.Equal(name, parsed.ToString());
    }
}
