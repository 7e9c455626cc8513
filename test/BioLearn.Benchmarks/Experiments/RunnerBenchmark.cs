using BioLearn.Benchmarks.Harness;
using BioLearn.Experiments;
using BioLearn.Experiments.Grids;

namespace BioLearn.Benchmarks.Experiments;

/// <summary>
/// Plan, run and status of trials that do nothing, in a folder that goes afterwards: wall time of one call, as the tool makes it, the compilation of
/// what it calls included. A plan of 41,472 trials, the run of 50,000 (a fiftieth of it is 1,000 trials), and their status.
/// </summary>
internal sealed class RunnerBenchmark : IBenchmark
{
    private const int Trials = 50_000;

    public void Run(SideBySide bench)
    {
        TrialCatalog catalog = new TrialCatalog().Add<IdleTrial>("idle");
        if (bench.Selects("experiments/plan", "41472 trials"))
            bench.Once("experiments/plan", "41472 trials", new("BioLearn", () => Planned(Grid("{grid: [%]}", 36, 192, seeds: 6), catalog, 41_472)), wall: true);
        if (!bench.Selects("experiments/run", $"{Trials} trials") && !bench.Selects("experiments/status", $"{Trials} trials"))
            return;
        string folder = Directory.CreateTempSubdirectory("biolearn-runner-").FullName;
        try
        {
            ResultsFolder results = new(folder);
            Experiment experiment = Planned(Grid("{grid: [%]}", 10, 100, seeds: Trials / 1000), catalog, Trials);
            bench.Once("experiments/run", $"{Trials} trials", new("BioLearn", () => new LocalRun(experiment, results, new() { Workers = 1 }).Run()), wall: true);
            bench.Once("experiments/status", $"{Trials} trials", new("BioLearn", () => Status(Grid("{grid: [%]}", 10, 100, seeds: Trials / 1000), catalog, results)), wall: true);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Status(string grid, TrialCatalog catalog, ResultsFolder results)
    {
        Experiment experiment = Planned(grid, catalog, Trials);
        ResultsIndex index = results.Scan();
        if (experiment.Trials.Count(index.IsDone) != Trials || results.Journals.Costs().Count != Trials)
            throw new InvalidOperationException("not all trials are done");
    }

    private static Experiment Planned(string grid, TrialCatalog catalog, int trials)
    {
        Experiment experiment = new(GridFile.Parse(grid), catalog);
        return experiment.Trials.Count == trials ? experiment : throw new InvalidOperationException($"{experiment.Trials.Count} trials; expected {trials}");
    }

    private static string Grid(string values, int rates, int widths, int seeds) => $$"""
        name: runner
        task: idle
        seeds: {{seeds}}
        trial:
          rate: {{values.Replace("%", string.Join(", ", Enumerable.Range(1, rates).Select(i => $"{i}e-3")), StringComparison.Ordinal)}}
          width: {{values.Replace("%", string.Join(", ", Enumerable.Range(1, widths)), StringComparison.Ordinal)}}
          rule: {name: predictive-coding, inference-steps: 64}
        """;

    /// <summary>Notes one number.</summary>
    internal sealed class IdleTrial : ITrial
    {
        public double Rate { get; init; }

        public int Width { get; init; }

        public ML.Networks.LearningRule? Rule { get; init; }

        public void Run(TrialContext context) => context.Record(1, ("value", Rate * Width));
    }
}
