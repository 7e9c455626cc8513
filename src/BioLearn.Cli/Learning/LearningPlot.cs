using BioLearn.Cli.Terminal;
using BioLearn.ML.Hosting;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using OxyPlot.SkiaSharp;

namespace BioLearn.Cli.Learning;

/// <summary>Pictures of trainings.</summary>
internal static class LearningPlot
{
    private const int Width = 1000;
    private const int Height = 600;

    // Distinct for the eye, in print and to the colour-blind (Okabe and Ito 2008).
    private static readonly OxyColor[] Colors =
    [
        OxyColor.FromRgb(0, 0, 0), OxyColor.FromRgb(230, 159, 0), OxyColor.FromRgb(86, 180, 233), OxyColor.FromRgb(0, 158, 115),
        OxyColor.FromRgb(213, 94, 0), OxyColor.FromRgb(0, 114, 178), OxyColor.FromRgb(204, 121, 167), OxyColor.FromRgb(150, 150, 150),
    ];

    /// <summary>Test accuracy by epoch, a line a rule: the mean over seeds, and a band from the lowest to the highest.</summary>
    public static void Accuracy(string path, string title, IReadOnlyList<(string Rule, EpochResult[][] Seeds)> rules)
    {
        var model = Model(title, "epoch", "test accuracy, %");
        int index = 0;
        foreach (var (rule, seeds) in rules)
        {
            var color = Color(index++);
            int epochs = seeds.Max(s => s.Length);
            var mean = new LineSeries { Title = rule, Color = color, StrokeThickness = 2, MarkerType = epochs > 30 ? MarkerType.None : MarkerType.Circle, MarkerSize = 3, MarkerFill = color };
            var band = new AreaSeries { Fill = OxyColor.FromAColor(50, color), Color = OxyColors.Transparent, Color2 = OxyColors.Transparent };
            for (int e = 0; e < epochs; e++)
            {
                double[] values = [.. seeds.Where(s => s.Length > e).Select(s => 100 * s[e].TestAccuracy)];
                mean.Points.Add(new(e + 1, values.Average()));
                band.Points.Add(new(e + 1, values.Min()));
                band.Points2.Add(new(e + 1, values.Max()));
            }
            if (seeds.Length > 1)
                model.Series.Add(band);
            model.Series.Add(mean);
        }
        Save(path, model);
    }

    /// <summary>Lines over learning steps, or over what else <paramref name="xTitle"/> says.</summary>
    public static void Lines(string path, string title, string yTitle, IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> lines, string xTitle = "step")
    {
        var model = Model(title, xTitle, yTitle);
        int index = 0;
        foreach (var (name, points) in lines)
        {
            var line = new LineSeries { Title = name, Color = Color(index++), StrokeThickness = 2 };
            line.Points.AddRange(points.Select(p => new DataPoint(p.X, p.Y)));
            model.Series.Add(line);
        }
        Save(path, model);
    }

    private static OxyColor Color(int index) => Colors[index % Colors.Length];

    private static PlotModel Model(string title, string xTitle, string yTitle)
    {
        var model = new PlotModel { Title = title, TitleFontSize = 14, Background = OxyColors.White };
        model.Legends.Add(new Legend { LegendPosition = LegendPosition.RightBottom, LegendBackground = OxyColor.FromAColor(200, OxyColors.White) });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = xTitle, Minimum = 0, MajorGridlineStyle = LineStyle.Dot });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = yTitle, MajorGridlineStyle = LineStyle.Dot });
        return model;
    }

    private static void Save(string path, PlotModel model) =>
        SafeFile.Write(path, file => new PngExporter { Width = Width, Height = Height, UseTextShaping = false }.Export(model, file));
}
