using BioLearn.Cli.Terminal;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Hosting;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using OxyPlot.SkiaSharp;

namespace BioLearn.Cli.Naming.Comparing;

/// <summary>Cumulative distributions of the accuracy over episodes, a line a contestant: the further to the right, the better.</summary>
internal static class CdfPlot
{
    private const int Width = 1000;
    private const int Height = 560;

    // Distinct for the eye, in print and to the colour-blind (Okabe and Ito 2008); naming and SVM are drawn strong.
    private static readonly Dictionary<string, OxyColor> Colors = new()
    {
        [Contestant.Naming] = OxyColor.FromRgb(0, 114, 178),
        [Contestant.Svm] = OxyColor.FromRgb(213, 94, 0),
        ["naming-plain"] = OxyColor.FromRgb(86, 180, 233),
        ["naming-potential"] = OxyColor.FromRgb(150, 190, 220),
        ["svm-neurons"] = OxyColor.FromRgb(230, 159, 0),
        ["linear-svm"] = OxyColor.FromRgb(204, 121, 167),
        ["nearest"] = OxyColor.FromRgb(0, 158, 115),
        ["pixels"] = OxyColor.FromRgb(150, 150, 150),
        ["cnn-naming"] = OxyColor.FromRgb(0, 0, 0),
        ["cnn-svm"] = OxyColor.FromRgb(110, 80, 60),
        ["cnn-nearest"] = OxyColor.FromRgb(90, 90, 90),
    };

    /// <summary>Writes a PNG.</summary>
    public static void Write(string path, string title, Comparison comparison)
    {
        var model = new PlotModel { Title = title, TitleFontSize = 14, Background = OxyColors.White };
        model.Legends.Add(new Legend { LegendPosition = LegendPosition.LeftTop, LegendBackground = OxyColor.FromAColor(200, OxyColors.White) });
        double lowest = comparison.Accuracies.Min(one => one.Min());
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "share of the pictures named right, %", Minimum = Math.Floor(10 * lowest) * 10, Maximum = 100, MajorGridlineStyle = LineStyle.Dot });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "share of the episodes at or below, %", Minimum = 0, Maximum = 100, MajorGridlineStyle = LineStyle.Dot });
        for (int c = 0; c < comparison.Contestants.Count; c++)
        {
            var contestant = comparison.Contestants[c];
            bool strong = contestant.Key is Contestant.Naming or Contestant.Svm;
            var line = new LineSeries
            {
                Title = contestant.Key,
                Color = Colors.GetValueOrDefault(contestant.Key, OxyColors.Black),
                StrokeThickness = strong ? 3.5 : 1.3,
                LineStyle = contestant.Key.StartsWith("cnn", StringComparison.Ordinal) ? LineStyle.Dash : LineStyle.Solid,
            };
            line.Points.AddRange(new EmpiricalDistribution(comparison.Accuracies[c]).Cumulative().Select(point => new DataPoint(100 * point.Value, 100 * point.Share)));
            model.Series.Add(line);
        }

        SafeFile.Write(path, file => new PngExporter { Width = Width, Height = Height, UseTextShaping = false }.Export(model, file));
    }
}
