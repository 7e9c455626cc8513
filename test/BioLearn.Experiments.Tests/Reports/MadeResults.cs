using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Reports;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Tests.Reports;

/// <summary>Results of a grid, made up from settings and seed.</summary>
internal static class MadeResults
{
    /// <summary>A grid of two rules and three rates over depths, and what follows it.</summary>
    public static string Grid(string rest) => $$"""
        name: made/deep
        version: 1
        task: made
        seeds: 3
        trial:
          depth: {grid: [2, 8]}
          rule: {grid: [{name: predictive-coding, inference-steps: 12}, backpropagation]}
          rate: {grid: [0.1, 1e-3]}
        {{rest}}
        """;

    public static ExperimentResults Of(string yaml, Func<ReportTrial, IEnumerable<(string, double)[]>> rows, Func<Trial, bool>? isDone = null, Func<ReportTrial, TrialOutcome>? outcome = null)
    {
        Experiment experiment = new(GridFile.Parse(yaml, "made.yaml"), new TrialCatalog().Add<MadeTrial>("made"));
        Trial[] done = [.. experiment.Trials.Where(trial => isDone?.Invoke(trial) != false)];
        return new(experiment.Grid, [.. done.Select(trial =>
        {
            ReportTrial bare = new(trial.Identity, trial.Settings, trial.Seed, TrialOutcome.Finished, [], 2);
            TrialRow[] noted = [.. rows(bare).Select((values, i) => new TrialRow(i + 1, [.. values.Select(value => new KeyValuePair<string, double>(value.Item1, value.Item2))]))];
            return bare with { Rows = noted, Outcome = outcome?.Invoke(bare) ?? TrialOutcome.Finished };
        })], [.. experiment.Trials.Except(done).Select(trial => trial.Settings)], "biolearn experiment run made.yaml", []);
    }

    /// <summary>A setting as a number.</summary>
    public static double Number(this ReportTrial trial, string name) => Convert.ToDouble(((GridScalar)trial.Settings[name]!).Value, null);

    public static bool IsPredictive(this ReportTrial trial) => trial.Settings["rule"] is GridMap;
}

/// <summary>A trial that is never run.</summary>
public sealed class MadeTrial : ITrial
{
    public int Depth { get; init; }

    public LearningRule? Rule { get; init; }

    public double Rate { get; init; }

    public void Run(TrialContext context) => context.Record(1, ("error", Rate));
}
