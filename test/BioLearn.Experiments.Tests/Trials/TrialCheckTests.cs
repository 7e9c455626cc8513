using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Tests;

/// <summary>What is wrong with settings is told before a trial runs, with the line of the grid file.</summary>
public sealed class TrialCheckTests : IDisposable
{
    private static readonly Dictionary<string, string> Folders = new() { ["fashion-mnist"] = RepositoryFiles.Find("examples/data/fashion-mnist") };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("width: -4", "grid, line 5: width: '-4': must be greater than or equal to 1")]
    [InlineData("epochs: {grid: [2, 0]}", "grid, line 5: epochs: '0': must be greater than or equal to 1")]
    [InlineData("optimizer: {kind: sgd, learning-rate: .nan}", "grid, line 5: optimizer.learning-rate: 'NaN': must be above 0")]
    [InlineData("hidden-units: [3, 0]", "hidden-units: '0': must be greater than or equal to 1")]
    [InlineData("network: nope", "grid, line 5: unknown network 'nope'; did you mean")]
    [InlineData("layers: [{kind: dense, units: 4}]\n  width: {grid: [4, 64]}", "grid, line 6: layers and width: expected one of them")]
    [InlineData("layers: [{kind: dense, units: 4}]\n  hidden-layers: 2", "layers and hidden-layers: expected one of them")]
    [InlineData("hidden-units: [3]\n  width: {grid: [4, 64]}", "hidden-units and width: expected one of them")]
    [InlineData("network: lenet\n  hidden-units: [3]", "network and hidden-units: expected one of them")]
    public void Credit_is_refused_before_it_runs(string settings, string expected)
    {
        string message = Assert.Throws<InvalidDataException>(() => Of("credit", $"data: fashion-mnist\n  {settings}")).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Actual value", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("maze", "learning-rate: .nan", "line 4: learning-rate: 'NaN': must be above 0")]
    [InlineData("maze", "updates: 0", "line 4: updates: '0': must be greater than or equal to 1")]
    [InlineData("cost", "units: 1", "line 4: units: '1': must be greater than or equal to 2")]
    [InlineData("supervised", "data: fashion-mnist\n  epochs: 0", "line 5: epochs: '0': must be greater than or equal to 1")]
    public void Other_tasks_are_refused_before_they_run(string task, string settings, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Of(task, settings)).Message, StringComparison.Ordinal);

    [Fact]
    public void Setting_that_is_null_stands_in_nobodys_place() => Assert.Single(Of("credit", "data: fashion-mnist\n  hidden-units: null\n  width: 4").Trials);

    [Fact]
    public void Failures_are_kept_without_what_the_framework_adds()
    {
        ResultsFolder folder = new(_folder.Path);
        folder.Failures.Write("0123456789abcdef", new ArgumentOutOfRangeException("Width", -4, "Width must be above 0"), "{}");
        Assert.Equal("Width must be above 0", folder.Failures.Message("0123456789abcdef"));
    }

    [Fact]
    public void Need_of_data_that_no_trial_has_is_refused()
    {
        var error = Assert.Throws<InvalidDataException>(() => new Experiment(GridFile.Parse("name: t\ntask: credit\nneeds: {fashion-mist: 10}\ntrial: {data: fashion-mnist}\n"), folders: Folders));
        Assert.Equal("grid, line 3: needs: the grid has no source 'fashion-mist'; did you mean 'fashion-mnist'? It has fashion-mnist; 0 needs no rows", error.Message);
    }

    private static Experiment Of(string task, string settings) => new(GridFile.Parse($"name: t\ntask: {task}\ntrial:\n  {settings}\n"), folders: Folders);
}
