using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Tests;

public class TrialIdentityTests
{
    /// <summary>Results of years stand under these identities: if this fails, everybody's finished trials are lost.</summary>
    [Fact]
    public void Identity_stays_what_it_was()
    {
        Experiment experiment = Toys.Of("rate: 1e-2\nsteps: 3\nrule: {name: predictive-coding, inference-rate: 0.1, inference-steps: 64}\nkind: last-half\nsizes: [1, 2]\nflag: null");
        Assert.Equal("""{"experiment":"toys","version":1,"task":"toy","seed":"0","settings":{"flag":null,"kind":"last-half","rate":0.01,"rule":{"name":"predictive-coding","inference-rate":0.1,"inference-steps":64},"sizes":[1,2],"steps":3},"data":{}}""",
            experiment.Configuration(experiment.Trials[0]));
        Assert.Equal("478d4dd37256a693", experiment.Trials[0].Identity);
    }

    [Theory]
    [InlineData("steps: 3\nrate: 0.01", "rate: 1.0e-2\nsteps: 3.0", true)]
    [InlineData("rule: backpropagation", "rule: {name: backpropagation}", true)]
    [InlineData("label: '1'", "label: 1", true)]
    [InlineData("rate: 0.01", "rate: 0.02", false)]
    [InlineData("label: 1", "label: 1.0", false)]
    [InlineData("sizes: [1, 2]", "sizes: [2, 1]", false)]
    [InlineData("rule: predictive-coding", "rule: backpropagation", false)]
    public void Identity_follows_from_what_settings_mean(string one, string other, bool same) => Assert.Equal(same, Toys.Of(one).Trials[0].Identity == Toys.Of(other).Trials[0].Identity);

    [Fact]
    public void Identity_follows_from_experiment_version_task_and_seed_but_not_from_words_about_it()
    {
        string trial = Of("name: a\ntask: toy");
        Assert.Equal(trial, Of("name: a\ntask: toy\nsummary: other\nselect: {metric: x}\nreport: {}\nversion: 1\nseeds: 1"));
        Assert.Equal(5, new[] { trial, Of("name: b\ntask: toy"), Of("name: a\ntask: toy\nversion: 2"), Of("name: a\ntask: again"), Of("name: a\ntask: toy\nseeds: [1]") }.Distinct().Count());

        static string Of(string grid) => new Experiment(GridFile.Parse(grid), new TrialCatalog().Add<ToyTrial>("toy").Add<ToyTrial>("again")).Trials[0].Identity;
    }

    [Fact]
    public void Combinations_that_come_to_the_same_trial_stand_once()
    {
        Experiment experiment = Toys.Of("rate: {grid: [1, 2]}\nsteps: {grid: [3, 4]}", "overrides: [{when: {steps: 4}, set: {rate: 5}}]");
        Assert.Equal((3, 1), (experiment.Trials.Count, experiment.Repeated));
    }

    [Fact]
    public void Catalog_refuses_settings_that_no_grid_file_can_give()
    {
        Assert.Contains("Action", Assert.Throws<ArgumentException>(() => new TrialCatalog().Add<Unreadable>("x")).Message, StringComparison.Ordinal);
        Assert.Equal(["toy"], new TrialCatalog().Add<ToyTrial>("toy").Names);
    }

    private sealed class Unreadable : ITrial
    {
        public Action? Work { get; set; }

        public void Run(TrialContext context) => Work?.Invoke();
    }
}
