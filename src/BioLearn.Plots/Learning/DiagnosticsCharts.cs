using BioLearn.ML.Diagnostics;

namespace BioLearn.Plots;

/// <summary>Charts of what <see cref="LearningDiagnostics"/> noted, for any rule: the library's, or one's own.</summary>
public static class DiagnosticsCharts
{
    /// <summary>One metric over the learning steps, a line a layer.</summary>
    /// <param name="records">What was noted.</param>
    /// <param name="metric">Its name: one of <see cref="DiagnosticMetric"/>, or what a rule notes itself.</param>
    /// <param name="title">Above the chart; null for the metric's name.</param>
    /// <returns>The chart.</returns>
    /// <exception cref="ArgumentException">The metric was not noted; the message lists those that were.</exception>
    public static Chart Of(IEnumerable<DiagnosticRecord> records, string metric, string? title = null)
    {
        DiagnosticRecord[] all = [.. records];
        Chart chart = new() { Title = title ?? metric, X = new("step"), Y = new(metric) };
        return Add(chart, all, metric, "layer {0}") ? chart
            : throw new ArgumentException($"{metric} was not noted, but {string.Join(", ", all.Select(record => record.Metric).Distinct())}.", nameof(metric));
    }

    /// <summary>The angles in degrees between the rule's gradients and backpropagation's, and between feedback weights and what they stand for, a line a layer.</summary>
    /// <param name="records">What was noted; angles that were not are left out.</param>
    /// <param name="title">Above the chart; null for none.</param>
    /// <returns>The chart.</returns>
    public static Chart Angles(IEnumerable<DiagnosticRecord> records, string? title = null)
    {
        DiagnosticRecord[] all = [.. records];
        Chart chart = new() { Title = title, X = new("step"), Y = new("angle, degrees") };
        Add(chart, all, DiagnosticMetric.GradientAngle, "gradient and backpropagation's, layer {0}");
        Add(chart, all, DiagnosticMetric.FeedbackAngle, "feedback and its weights, layer {0}");
        return chart;
    }

    /// <summary>Figures growing with the learning steps: each picture shows one step more, on axes that stay.</summary>
    /// <param name="records">What was noted.</param>
    /// <param name="chart">Draws what was noted until a step, such as <c>until => DiagnosticsCharts.Angles(until)</c>.</param>
    /// <param name="framesPerSecond">Above 0, at most 100.</param>
    /// <returns>The animation.</returns>
    /// <exception cref="ArgumentException">Nothing was noted.</exception>
    public static Animation Film(IEnumerable<DiagnosticRecord> records, Func<IReadOnlyList<DiagnosticRecord>, Chart> chart, double framesPerSecond = 6)
    {
        ArgumentNullException.ThrowIfNull(chart);
        DiagnosticRecord[] all = [.. records];
        if (all.Length == 0)
            throw new ArgumentException("Nothing was noted.", nameof(records));
        Chart whole = chart(all);
        PlotPoint[] points = [.. whole.Layers.OfType<CurveLayer>().SelectMany(layer => layer.Points).Where(point => double.IsFinite(point.Y))];
        (double low, double high) = points.Length == 0 ? (0, 1) : (points.Min(point => point.Y), points.Max(point => point.Y));
        double room = .05 * Math.Max(high - low, 1e-9);
        Animation film = new() { FramesPerSecond = framesPerSecond };
        foreach (long step in all.Select(record => record.Step).Distinct().Order())
        {
            Chart moment = chart([.. all.Where(record => record.Step <= step)]);
            moment.X = moment.X with { Minimum = moment.X.Minimum ?? 0, Maximum = moment.X.Maximum ?? Math.Max(1, all.Max(record => record.Step)) };
            moment.Y = moment.Y with { Minimum = moment.Y.Minimum ?? low - room, Maximum = moment.Y.Maximum ?? high + room };
            film.Add(moment);
        }
        return film;
    }

    private static bool Add(Chart chart, DiagnosticRecord[] records, string metric, string name)
    {
        var layers = records.Where(record => record.Metric == metric).GroupBy(record => record.Layer).OrderBy(layer => layer.Key).ToArray();
        foreach (var layer in layers)
            chart.Curve(name.Replace("{0}", $"{layer.Key}", StringComparison.Ordinal), layer.Select(record => new PlotPoint(record.Step, record.Value)));
        return layers.Length > 0;
    }
}
