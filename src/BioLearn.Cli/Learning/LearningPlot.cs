using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Terminal;
using BioLearn.Plots;

namespace BioLearn.Cli.Learning;

/// <summary>Pictures of trainings.</summary>
internal static class LearningPlot
{
    /// <summary>The score on the test rows by epoch, a line a rule: the mean over seeds, and a band from the lowest to the highest.</summary>
    public static void Scores(string path, string title, ScoreKind score, IReadOnlyList<(string Rule, EpochResult[][] Seeds)> rules)
    {
        Chart chart = new() { Title = title, X = new("epoch"), Y = new($"test {score.Name}{(score.IsShare ? ", %" : "")}") };
        foreach (var (rule, seeds) in rules)
            chart.Curve(rule, PlotPoint.MeanAndRange(seeds.Select(seed => seed.Select(epoch => score.Scaled(epoch.TestScore)).ToArray())));
        chart.Save(path);
    }

    /// <summary>Lines over learning steps, or over what else <paramref name="x"/> says.</summary>
    public static void Lines(string path, string title, string y, IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> lines, string x = "step")
    {
        Chart chart = new() { Title = title, X = new(x), Y = new(y) };
        foreach (var (name, points) in lines)
            chart.Curve(name, points.Select(point => new PlotPoint(point.X, point.Y)));
        chart.Save(path);
    }
}
