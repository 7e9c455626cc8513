using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Tests;

/// <summary>A program whose class has another default meets results of the program before it.</summary>
public sealed class TaskDefaultsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_default_that_has_changed_is_refused_unless_the_grid_gives_the_setting()
    {
        ResultsFolder folder = new(_folder.Path);
        new LocalRun(Of<Before>(""), folder).Run();
        string message = Assert.Throws<InvalidDataException>(() => new LocalRun(Of<Changed>(""), folder).Run()).Message;
        Assert.Contains("the default of rate was 0.5 when results", message, StringComparison.Ordinal);
        Assert.Contains("and is 0.25 now: give the setting in the grid file, or raise its version", message, StringComparison.Ordinal);
        Assert.Equal(1, new LocalRun(Of<Changed>("trial: {rate: 0.5}"), folder).Run().Ran);
        Assert.Equal(1, new LocalRun(Of<Changed>("version: 2"), folder).Run().Ran);
    }

    [Fact]
    public void A_new_setting_leaves_what_is_done_as_it_is()
    {
        ResultsFolder folder = new(_folder.Path);
        new LocalRun(Of<Before>(""), folder).Run();
        Assert.Equal(new RunSummary(1, 1, 0, 0, 0), new LocalRun(Of<Grown>(""), folder).Run());
        // From now on its default is known, too.
        Assert.Contains("steps", Directory.GetFiles(_folder["defaults"]).Select(File.ReadAllText).Single(), StringComparison.Ordinal);
    }

    private static Experiment Of<T>(string rest)
        where T : class, ITrial => new(GridFile.Parse($"name: defaults\ntask: one\n{rest}\n"), new TrialCatalog().Add<T>("one"));

    private sealed class Before : ITrial
    {
        public double Rate { get; init; } = .5;

        public void Run(TrialContext context) => context.Record(0, ("rate", Rate));
    }

    private sealed class Changed : ITrial
    {
        public double Rate { get; init; } = .25;

        public void Run(TrialContext context) => context.Record(0, ("rate", Rate));
    }

    private sealed class Grown : ITrial
    {
        public double Rate { get; init; } = .5;

        public int Steps { get; init; } = 3;

        public void Run(TrialContext context) => context.Record(0, ("rate", Rate));
    }
}
