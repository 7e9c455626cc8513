using BioLearn.Experiments.Grids;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Tests;

public sealed class GridFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Seeds_are_the_slowest_and_have_names()
    {
        Assert.Equal(["rate 0.1, seed a", "rate 0.2, seed a", "rate 0.1, seed b", "rate 0.2, seed b"], Toys.Of("rate: {grid: [0.1, 0.2]}", "seeds: [a, b]").Trials.Select(t => t.ToString()));
        Assert.Equal(["0", "1", "2"], Toys.Of("steps: 1", "seeds: 3").Trials.Select(t => t.Seed));
        Assert.Equal(["5", "7"], Toys.Of("steps: 1", "seeds: {from: 5, to: 8, step: 2}").Trials.Select(t => t.Seed));
    }

    [Theory]
    [InlineData("{from: 0.1, to: 0.3, step: 0.1}", "0.1 0.2 0.3")]
    [InlineData("{from: 3, to: 1, step: -1}", "3 2 1")]
    [InlineData("{from: 1e-4, to: 1e-1, log: 4}", "0.0001 0.001 0.01 0.1")]
    [InlineData("{from: 1, to: 4, log: 3}", "1 2 4")]
    public void Ranges_hold_both_ends(string range, string values)
    {
        Experiment experiment = Toys.Of($"rate: {range}");
        Assert.Equal(values.Split(' ').Select(v => double.Parse(v, System.Globalization.CultureInfo.InvariantCulture)), experiment.Trials.Select(t => ((ToyTrial)experiment.Create(t)).Rate));
    }

    [Fact]
    public void Zips_of_a_group_go_together()
    {
        Assert.Equal(["rate 0.1, steps 1", "rate 0.2, steps 2"], Choices(Toys.Of("steps: {zip: [1, 2]}\nrate: {zip: [0.1, 0.2]}")));
        Assert.Equal(4, Toys.Of("steps: {zip: [1, 2], group: a}\nrate: {zip: [0.1, 0.2], group: b}").Trials.Count);
        Assert.Contains("has 3 values, but rate (toys.yaml, line 6), with which it goes, has 2", Refused("steps: {zip: [1, 2, 3]}\nrate: {zip: [0.1, 0.2]}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Overrides_give_a_rule_its_own_rates_and_the_last_wins()
    {
        const string overrides = """
            overrides:
              - when: {rule: predictive-coding}
                set: {rate: {grid: [1, 2]}}
              - when: {rule: predictive-coding, steps: 2}
                set: {rate: 3, rule.inference-steps: 7}
            """;
        Experiment experiment = Toys.Of("steps: {grid: [1, 2]}\nrate: 0.5\nrule: {grid: [backpropagation, {name: predictive-coding, inference-steps: 5}]}", overrides);
        ToyTrial[] made = [.. experiment.Trials.Select(t => (ToyTrial)experiment.Create(t))];
        Assert.Equal([("Backpropagation", 1, .5), ("PredictiveCoding", 1, 1), ("PredictiveCoding", 1, 2), ("Backpropagation", 2, .5), ("PredictiveCoding", 2, 3)],
            made.Select(t => (t.Rule!.GetType().Name, t.Steps, t.Rate)).OrderBy(t => t.Steps).ThenBy(t => t.Name));
        Assert.Equal([5, 5, 7], made.Select(t => t.Rule).OfType<BioLearn.ML.Energy.PredictiveCoding>().Select(rule => rule.InferenceSteps).Order());
    }

    [Fact]
    public void Exceptions_leave_trials_out_by_one_value_or_one_of_a_list()
    {
        Assert.Equal(["rate 0.1, steps 1", "rate 0.2, steps 1", "rate 0.1, steps 2"], Choices(Toys.Of("rate: {grid: [0.1, 0.2]}\nsteps: {grid: [1, 2, 3]}", "except: [{rate: 2e-1, steps: [2, 3]}, {steps: 3}]")));
        Assert.Contains("no trial is left", Refused("rate: {grid: [0.1, 0.2]}", "except: [{rate: [0.1, 0.2]}]"), StringComparison.Ordinal);
    }

    [Fact]
    public void References_take_values_of_other_settings()
    {
        Experiment experiment = Toys.Of("steps: {grid: [1, 2]}\nlarge: ${steps}\nlabel: steps-${steps}-${name}");
        Assert.Equal([(1L, "steps-1-toys"), (2L, "steps-2-toys")], experiment.Trials.Select(t => (ToyTrial)experiment.Create(t)).Select(t => (t.Large, t.Label)));
        Assert.Contains("unknown setting 'step'; did you mean 'steps'", Refused("steps: 1\nlarge: ${step}"), StringComparison.Ordinal);
        Assert.Contains("refers to itself", Refused("steps: ${large}\nlarge: ${steps}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Anchors_and_merges_stand_for_what_they_name()
    {
        Experiment experiment = Toys.Of("rule: &pc {name: predictive-coding, inference-steps: 5, inference-rate: 0.2}\nsizes: [4, 2]", "except:\n  - {rule: {<<: {name: predictive-coding}, inference-steps: 6}}");
        Assert.Equal(5, ((BioLearn.ML.Energy.PredictiveCoding)((ToyTrial)experiment.Create(experiment.Trials[0])).Rule!).InferenceSteps);
    }

    [Fact]
    public void A_file_has_what_its_base_has_but_for_what_it_says_itself()
    {
        _folder.Write("base/common.yaml", "task: toy\nseeds: 2\ntrial: {rate: {grid: [1, 2, 3]}, steps: 3, rule: {name: predictive-coding, inference-steps: 5}, optimizer: {kind: sgd, learning-rate: 0.1}}\n");
        string file = _folder.Write("own.yaml", "name: own\nbase: base/common.yaml\ntrial: {rate: {grid: [4]}, rule: {name: backpropagation}, optimizer: {learning-rate: 0.2}}\n");
        Experiment experiment = Experiment.Read(file, Toys.Catalog);
        Assert.Equal(2, experiment.Trials.Count);
        var made = (ToyTrial)experiment.Create(experiment.Trials[0]);
        Assert.Equal((4.0, 3, "Backpropagation", new OptimizerSettings(OptimizerKind.Sgd, .2)), (made.Rate, made.Steps, made.Rule!.GetType().Name, made.Optimizer));
        Assert.Equal(file, GridFile.Read(file).Document.Place.File); // copies and reports are named after it
        string circle = _folder.Write("circle.yaml", "name: c\nbase: circle.yaml\n");
        Assert.Contains($"{circle}, line 2: base: circle.yaml is based on this file itself", Assert.Throws<InvalidDataException>(() => GridFile.Read(circle)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Copy_in_a_results_folder_makes_the_same_trials()
    {
        string file = _folder.Write("own.yaml", "name: own\ntask: toy\nsummary: \"a: b\\n'c'\"\nseeds: [x, '1', \"#\"]\ntrial:\n  label: {grid: ['', ' ', null, '1e-4', \"tab\\t\"]}\n  sizes: []\n  rate: 1e-4\nexcept: [{label: ' '}]\noverrides:\n  - {when: {label: ''}, set: {sizes: [1, 2]}}\n");
        Experiment experiment = Experiment.Read(file, Toys.Catalog);
        ResultsFolder folder = new(_folder["out"]);
        Experiment copy = Experiment.Read(folder.Grids.FileOf(folder.Grids.Keep(experiment.Grid)), Toys.Catalog);
        Assert.Equal(12, experiment.Trials.Count);
        Assert.Equal(experiment.Trials.Select(t => t.Identity), copy.Trials.Select(t => t.Identity));
        Assert.Equal(experiment.Grid.Summary, copy.Grid.Summary);
    }

    [Fact]
    public void Every_type_of_setting_is_read()
    {
        Experiment experiment = Toys.Of("kind: last-half\nflag: true\nlarge: 1e10\nsizes: [1, 2e0]\nactivation: leaky-relu\ninitializer: {name: normal, parameter: 0.5, scale: 2}\noptimizer: {kind: adamw, learning-rate: 1e-3, weight-decay: .1}\nlabel: 007\nrate: .inf");
        var made = (ToyTrial)experiment.Create(experiment.Trials[0]);
        Assert.Equal((ToyKind.LastHalf, true, 10_000_000_000, Activation.LeakyReLU, "007", double.PositiveInfinity), (made.Kind, made.Flag, made.Large, made.Activation, made.Label, made.Rate));
        Assert.Equal([1, 2], made.Sizes);
        Assert.Equal(("normal", .5, 2), (made.Initializer!.Name, made.Initializer.Parameter, made.Initializer.Scale));
        Assert.Equal(new OptimizerSettings(OptimizerKind.AdamW, 1e-3) { WeightDecay = .1 }, made.Optimizer);
    }

    [Theory]
    [InlineData("rat: 1", "toys.yaml, line 5: unknown setting of the task toy: 'rat'; did you mean 'rate'?")]
    [InlineData("steps: many", "toys.yaml, line 5: steps: 'many': expected a whole number")]
    [InlineData("steps: 1.5", "expected a whole number")]
    [InlineData("steps: '3'", "expected a whole number")]
    [InlineData("rate: [1]", "toys.yaml, line 5: rate: a list: expected a number")]
    [InlineData("flag: 1", "flag: '1': expected true or false")]
    [InlineData("kind: last", "kind: 'last': expected first, last-half")]
    [InlineData("rule: predictive-codin", "toys.yaml, line 5: unknown learning rule 'predictive-codin'; did you mean 'predictive-coding'?")]
    [InlineData("rule:\n  name: predictive-coding\n  inference-step: 3", "toys.yaml, line 7: unknown key 'inference-step'; did you mean 'inference-steps'?")]
    [InlineData("activation: relux", "unknown activation 'relux'; did you mean 'relu'?")]
    [InlineData("optimizer: {kind: sgd}", "toys.yaml, line 5: the key learning-rate is missing")]
    [InlineData("rate: {grid: []}", "grid: expected a list of values, not an empty one")]
    [InlineData("rate: {grid: [1], of: 2}", "unknown key 'of'; did you mean 'grid'?")]
    [InlineData("rate: {from: 1, to: 2}", "needs step: (a distance) or log: (a number of values)")]
    [InlineData("rate: {from: 1, to: 2, step: -1}", "step -1: does not lead from 1 to 2")]
    [InlineData("rate: {from: 1, step: 1}", "toys.yaml, line 5: the key to is missing")]
    [InlineData("initializer: glorot-norml", "unknown initializer 'glorot-norml'; did you mean 'glorot-normal'? Known: zeros, glorot-uniform, glorot-normal, he-uniform, uniform-by-fan-in, orthogonal, normal, uniform")]
    [InlineData("rate: {grid: [4, 8", "toys.yaml, line 6: no YAML")]
    [InlineData("rate: 1\nrule: *pc", "toys.yaml, line 6: no YAML")]
    [InlineData("rate: {from: 1, to: 1000, step: 1}\nsteps: {from: 1, to: 1000, step: 1}\nlarge: {from: 1, to: 1000, step: 1}", "1000 of large x 1000 of rate x 1000 of steps are 1,000,000,000 combinations; expected at most 1,000,000")]
    [InlineData("rate: {from: 0, to: 2, log: 3}", "must lie above 0")]
    [InlineData("rate: 1\nrate: 2", "toys.yaml, line 6: no YAML")]
    public void Mistakes_in_settings_name_file_line_and_what_was_expected(string trial, string message) => Assert.Contains(message, Refused(trial), StringComparison.Ordinal);

    [Theory]
    [InlineData("sead: 3", "toys.yaml, line 3: unknown key 'sead'; did you mean 'seeds'?")]
    [InlineData("seeds: 1000000\nexcept: [{steps: 7}]\noverrides: [{when: {steps: 1}, set: {rate: {grid: [1, 2]}}}]", "more than 1,000,000 trials with its 1,000,000 seeds")]
    [InlineData("seeds: 0", "seeds: '0': expected a number from 1")]
    [InlineData("seeds: [a, a]", "seeds: a stands twice")]
    [InlineData("version: none", "version: 'none': expected a whole number from 1")]
    [InlineData("except: [{step: 1}]", "toys.yaml, line 3: unknown setting of the task toy: 'step'; did you mean 'steps'?")]
    [InlineData("overrides: [{when: {steps: 1}}]", "an override has two maps")]
    [InlineData("overrides: [{when: {steps: 1}, set: {rates: 1}}]", "unknown setting of the task toy: 'rates'; did you mean 'rate'?")]
    public void Mistakes_in_the_rest_of_the_file_name_file_line_and_what_was_expected(string rest, string message) => Assert.Contains(message, Refused("steps: 1", rest), StringComparison.Ordinal);

    [Theory]
    [InlineData("../../x")]
    [InlineData("/x")]
    [InlineData("a/")]
    [InlineData("''")]
    [InlineData("a/./b")]
    [InlineData("a\\b")]
    public void Name_that_leads_out_of_the_folder_of_results_is_refused(string name) =>
        Assert.Contains("line 2: name: ", Assert.Throws<InvalidDataException>(() => GridFile.Parse($"task: toy\nname: {name}")).Message, StringComparison.Ordinal);

    /// <summary>Nine anchors of nine aliases each: ten lines, and more values than there is memory for.</summary>
    [Fact]
    public void Anchors_within_anchors_are_bounded()
    {
        string text = "name: a\nsummary: &a0 [x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"k{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n"));
        Assert.Contains("more than 1,000,000 values, with what anchors stand for", Assert.Throws<InvalidDataException>(() => GridFile.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: [t\ntask: credit\n")]
    [InlineData("name: t\ntrial: {a: {grid: [4, 8")]
    public void Bracket_that_is_not_closed_is_named_with_file_and_line(string text) =>
        Assert.Matches("^grid, line [0-9]+: no YAML", Assert.Throws<InvalidDataException>(() => GridFile.Parse(text)).Message);

    [Fact]
    public void List_in_the_place_of_a_map_is_named_with_its_key() => Assert.Contains("line 4: labels: a list: expected a map",
        Assert.Throws<InvalidDataException>(() => Reports.MadeResults.Of("name: a\ntask: made\ntrial: {depth: 2}\nreport: {labels: [a]}", _ => []) is var results ? new BioLearn.Experiments.Reports.ExperimentReport(results) : null).Message, StringComparison.Ordinal);

    [Fact]
    public void Copy_of_another_experiment_is_not_replaced()
    {
        ResultsFolder folder = new(_folder["out"]);
        folder.Grids.Keep(GridFile.Parse("name: a\ntask: toy", "f.yaml"));
        folder.Grids.Keep(GridFile.Parse("name: a\ntask: toy\nversion: 2", "f.yaml"));
        Assert.Contains("f.yaml, line 1: name: the experiment 'b' would replace", Assert.Throws<InvalidDataException>(() => folder.Grids.Keep(GridFile.Parse("name: b\ntask: toy", "f.yaml"))).Message, StringComparison.Ordinal);
        Assert.Equal(2, GridFile.Read(folder.Grids.FileOf("f")).Version);
    }

    [Fact]
    public void Missing_keys_and_tasks_are_named()
    {
        Assert.Contains("the key name is missing", Assert.Throws<InvalidDataException>(() => GridFile.Parse("task: toy")).Message, StringComparison.Ordinal);
        Assert.Contains("the key task is missing", Assert.Throws<InvalidDataException>(() => GridFile.Parse("name: toy")).Message, StringComparison.Ordinal);
        Assert.Contains("line 2: unknown task 'toi'; did you mean 'toy'?", Assert.Throws<InvalidDataException>(() => new Experiment(GridFile.Parse("name: a\ntask: toi"), Toys.Catalog)).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Choices(Experiment experiment) => experiment.Trials.Select(t => string.Join(", ", t.Choices().Select(c => $"{c.Key} {c.Value}")));

    private static string Refused(string trial, string rest = "") => Assert.Throws<InvalidDataException>(() => Toys.Of(trial, rest)).Message;
}
