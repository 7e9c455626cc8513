using BioLearn.ML.Diagnostics;

namespace BioLearn.Cli.Learning;

/// <summary>The picture of a training's alignment: angles of gradients and of feedback weights, a line a layer.</summary>
internal static class DiagnosticsPlot
{
    private static readonly (string Metric, string Name)[] Shown =
    [
        (DiagnosticMetric.GradientAngle, "gradient and backpropagation's, layer {0}"),
        (DiagnosticMetric.FeedbackAngle, "feedback and its weights, layer {0}"),
    ];

    public static void Write(string path, string title, IReadOnlyList<DiagnosticRecord> diagnostics)
    {
        var lines = new List<(string, IReadOnlyList<(double, double)>)>();
        foreach (var (metric, name) in Shown)
        {
            foreach (var layer in diagnostics.Where(r => r.Metric == metric).GroupBy(r => r.Layer).OrderBy(g => g.Key))
                lines.Add((string.Format(System.Globalization.CultureInfo.InvariantCulture, name, layer.Key), [.. layer.Select(r => ((double)r.Step, r.Value))]));
        }
        LearningPlot.Lines(path, title, "angle, degrees", lines);
    }
}
