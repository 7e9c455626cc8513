using BioLearn.ML.Hosting;
using BioLearn.ML.Plasticity;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using OxyPlot.SkiaSharp;

namespace BioLearn.Cli.Plasticity;

/// <summary>The picture of a training: every update's error, its trailing mean, and the share of wrong signs.</summary>
internal static class LossCurve
{
    private const int Width = 1000;
    private const int Height = 560;
    private const int MostPoints = 4000;

    /// <summary>Writes a PNG.</summary>
    public static void Write(string path, string title, PlasticTrainingHistory history)
    {
        var model = new PlotModel { Title = title, Background = OxyColors.White };
        model.Legends.Add(new Legend { LegendPosition = LegendPosition.RightTop, LegendBackground = OxyColor.FromAColor(200, OxyColors.White) });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "update", Minimum = 0, MajorGridlineStyle = LineStyle.Dot });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "Σ |output - target|", Minimum = 0, MajorGridlineStyle = LineStyle.Dot });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Right, Key = "signs", Title = "wrong signs, %", Minimum = 0 });
        int window = Math.Clamp(history.Count / 20, 1, 500);
        model.Series.Add(Errors(history.AbsoluteErrors));
        model.Series.Add(Trailing($"mean of the last {window}", history.AbsoluteErrors, window, 1, OxyColors.Firebrick, null));
        model.Series.Add(Trailing($"wrong signs, mean of the last {window}", history.WrongSigns, window, 100, OxyColors.SteelBlue, "signs"));

        SafeFile.Write(path, file => new PngExporter { Width = Width, Height = Height, UseTextShaping = false }.Export(model, file));
    }

    private static ScatterSeries Errors(ReadOnlySpan<float> values)
    {
        var series = new ScatterSeries { Title = "every update", MarkerType = MarkerType.Circle, MarkerSize = 1, MarkerFill = OxyColor.FromAColor(90, OxyColors.Gray) };
        int every = Math.Max(1, values.Length / MostPoints);
        for (int i = 0; i < values.Length; i += every)
            series.Points.Add(new(i + 1, values[i]));
        return series;
    }

    private static LineSeries Trailing(string title, ReadOnlySpan<float> values, int window, double scale, OxyColor color, string? axis)
    {
        var series = new LineSeries { Title = title, Color = color, StrokeThickness = 2, YAxisKey = axis };
        int every = Math.Max(1, values.Length / MostPoints);
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += values[i] - (i >= window ? values[i - window] : 0);
            if (i % every == 0)
                series.Points.Add(new(i + 1, scale * sum / Math.Min(i + 1, window)));
        }

        return series;
    }
}
