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

    private static bool Add(Chart chart, DiagnosticRecord[] records, string metric, string name)
    {
        var layers = records.Where(record => record.Metric == metric).GroupBy(record => record.Layer).OrderBy(layer => layer.Key).ToArray();
        foreach (var layer in layers)
            chart.Curve(name.Replace("{0}", $"{layer.Key}", StringComparison.Ordinal), layer.Select(record => new PlotPoint(record.Step, record.Value)));
        return layers.Length > 0;
    }
}
