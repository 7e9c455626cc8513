using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Reports;

/// <summary>One point of a figure.</summary>
/// <param name="Label">Its place as a text: a setting's value, an iteration.</param>
/// <param name="X">Its place; the number of the category where places are no numbers.</param>
/// <param name="Summary">Of the seeds.</param>
/// <param name="Band">The interval that is drawn.</param>
public sealed record FigurePoint(string Label, double X, SampleSummary Summary, Interval Band)
{
    /// <summary>The number of each seed, in the seeds' order; empty of a fit and of what was published.</summary>
    public IReadOnlyList<double> Values { get; init; } = [];

    /// <summary>Seeds that they are of, diverged ones counted in; 0 of what was published.</summary>
    public int Seeds { get; init; }
}

/// <summary>One series of a figure.</summary>
/// <param name="Panel">Its panel; empty where there is one.</param>
/// <param name="Name">As the grid file has it; empty where there is one.</param>
/// <param name="IsPublished">Whether these are the published numbers.</param>
/// <param name="Points">Its points, from left to right; of a trajectory in the order of time.</param>
public sealed record FigureSeries(string Panel, string Name, bool IsPublished, IReadOnlyList<FigurePoint> Points);
