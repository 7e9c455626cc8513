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
