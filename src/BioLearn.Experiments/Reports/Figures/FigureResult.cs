using System.Globalization;
using BioLearn.Plots;

namespace BioLearn.Experiments.Reports;

/// <summary>A figure of a report.</summary>
/// <param name="Name">Of its files.</param>
/// <param name="Title">Above it, or its name.</param>
/// <param name="Picture">The drawing.</param>
/// <param name="Series">What is drawn.</param>
/// <param name="Band">What its intervals are.</param>
public sealed record FigureResult(string Name, string Title, Picture Picture, IReadOnlyList<FigureSeries> Series, string Band)
{
    /// <summary>Whether it has so few places that a table of them can be read.</summary>
    internal bool HasTable { get; init; }

    /// <summary>Whether its points are the values of all trials, in order.</summary>
    internal bool IsDistribution { get; init; }

    /// <summary>The setting from left to right.</summary>
    internal string Place { get; init; } = "";

    /// <summary>Every number, a row a point.</summary>
    internal TextTable Numbers() => new(["panel", "series", "published", "at", "x", "mean", "low", "high", "sd", "sem", "seeds", "trials"],
        [.. Series.SelectMany(series => series.Points.Select(point => (IReadOnlyList<string>)[series.Panel, series.Name, series.IsPublished ? "yes" : "no", point.Label, Text(point.X), Text(point.Summary.Mean), Text(point.Band.Low), Text(point.Band.High),
            Text(point.Summary.StandardDeviation), Text(point.Summary.StandardError), series.IsPublished ? "" : Math.Min(point.Seeds > 0 ? point.Seeds : int.MaxValue, point.Summary.Count).ToString(CultureInfo.InvariantCulture), series.IsPublished ? "" : point.Summary.Count.ToString(CultureInfo.InvariantCulture)]))]);

    /// <summary>Mean ± standard error: a row a place, a column a series; with the number of each seed where there are no more than <paramref name="mostSeeds"/>.</summary>
    internal TextTable Table(Func<string, string> label, int mostSeeds = 0)
    {
        if (IsDistribution)
            return Quartiles(label);
        bool several = Series.Select(series => series.Panel).Distinct().Count() > 1;
        string[] names = [.. Series.Select(Column).Distinct()];
        List<IReadOnlyList<string>> rows = [];
        foreach (var panel in Series.GroupBy(series => series.Panel))
        {
            // Where a setting was chosen, published numbers of the others stand alone.
            foreach (string at in SettingLabel.Ordered(panel.Where(series => !series.IsPublished).SelectMany(series => series.Points).Select(point => point.Label)))
                rows.Add([.. several ? [label(panel.Key)] : Array.Empty<string>(), label(at), .. names.Select(name => panel.Where(series => Column(series) == name).SelectMany(series => series.Points).FirstOrDefault(point => point.Label == at) is { } point ? NumberText.Of(point.Summary, point.Values, mostSeeds) : "–")]);
        }
        return new([.. several ? ["panel"] : Array.Empty<string>(), Place, .. names], rows);

        string Column(FigureSeries series) => (series.Name.Length > 0 ? label(series.Name) : "ours") + (series.IsPublished ? ", published" : "");
    }

    /// <summary>Of a distribution: a row a series.</summary>
    private TextTable Quartiles(Func<string, string> label)
    {
        return new(["panel", "series", "trials", "least", "lower quartile", "median", "upper quartile", "largest"],
            [.. Series.Where(series => series.Points.Count > 0).Select(series => (IReadOnlyList<string>)[label(series.Panel), label(series.Name), series.Points.Count.ToString(CultureInfo.InvariantCulture), .. Shares.Select(share => NumberText.Of(At(series.Points, share)))])]);

        static double At(IReadOnlyList<FigurePoint> points, double share)
        {
            double place = share * (points.Count - 1);
            int below = (int)place;
            return points[below].X + ((place - below) * (points[Math.Min(below + 1, points.Count - 1)].X - points[below].X));
        }
    }

    private static readonly double[] Shares = [0, .25, .5, .75, 1];

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);
}
