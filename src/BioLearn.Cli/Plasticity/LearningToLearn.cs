using System.Globalization;
using BioLearn.Cli.Experiments;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.Experiments.Grids;
using BioLearn.Plots;
using Spectre.Console;

namespace BioLearn.Cli.Plasticity;

/// <summary>What <c>biolearn plastic maze</c> and <c>omniglot</c> have in common: a grid made of the command line, whose trials stay in a folder and are not done again.</summary>
internal sealed class LearningToLearn(IAnsiConsole console, string grid, OutputFolder folder, int? workers)
{
    /// <summary>Runs what is missing; null if something failed.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; the same command goes on.</exception>
    public (Trial Trial, TrialRecord Record)[]? Run(CancellationToken cancellation)
    {
        Experiment experiment = new(GridFile.Parse(grid, "command line"));
        ResultsFolder results = new(folder.Path);
        int code = new TrialsOnTerminal(console, RunLimits.Options(workers, checkpointEvery: 30) with { RetriesFailed = true }, cancellation).Run(new(experiment, results, folder.Path), trials: null);
        return code == ExitCodes.Success ? [.. experiment.Trials.Select(trial => (trial, results.Read(trial.Identity)!))] : null;
    }

    /// <summary>A setting of a trial as text.</summary>
    public static string Setting(Trial trial, string name) => ((GridScalar)trial.Settings[name]!).Text;

    /// <summary>Curves of a metric, a line a group of trials: mean, and from the lowest to the highest.</summary>
    public static Chart Curves(string title, string y, string metric, IEnumerable<(string Name, TrialRecord[] Seeds)> groups)
    {
        Chart chart = new() { Title = title, X = new("updates"), Y = new(y) };
        foreach ((string name, TrialRecord[] seeds) in groups)
        {
            (int Iteration, double Value)[][] curves = [.. seeds.Select(record => record.Rows.Where(row => row.Find(metric) is not null).Select(row => (row.Iteration, row.Find(metric)!.Value)).ToArray())];
            int length = curves.Min(curve => curve.Length);
            PlotPoint[] points = PlotPoint.MeanAndRange(curves.Select(curve => curve.Take(length).Select(point => point.Value).ToArray())).ToArray();
            chart.Curve(name, points.Select((point, i) => point with { X = curves[0][i].Iteration }));
        }
        return chart;
    }

    /// <summary>The last value of a metric.</summary>
    public static double Last(TrialRecord record, string metric) => record.Rows.Last(row => row.Find(metric) is not null).Find(metric)!.Value;

    /// <summary>A mean, with the lowest and the highest of several seeds.</summary>
    public static string Text(double[] values, string format) => values.Length == 1
        ? values[0].ToString(format, CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{values.Average().ToString(format, CultureInfo.InvariantCulture)} ({values.Min().ToString(format, CultureInfo.InvariantCulture)} to {values.Max().ToString(format, CultureInfo.InvariantCulture)})");
}
