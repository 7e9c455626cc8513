using BioLearn.ML.Plasticity;
using BioLearn.Plots;

namespace BioLearn.Cli.Plasticity;

/// <summary>The picture of a training: every update's error with its trailing mean, and below it the share of wrong signs.</summary>
internal static class LossCurve
{
    private const int MostPoints = 4000;
    private const string Cloud = "#B0B0B0";

    public static void Write(string path, string title, PlasticTrainingHistory history)
    {
        int window = Math.Clamp(history.Count / 20, 1, 500);
        Chart errors = new() { X = new("update") { Minimum = 0 }, Y = new("Σ |output − target|") { Minimum = 0 } };
        errors.Dots("every update", EveryUpdate(history.AbsoluteErrors), new() { Colour = Cloud }).Curve($"mean of the last {window}", Trailing(history.AbsoluteErrors, window, 1));
        Chart signs = new() { X = new("update") { Minimum = 0 }, Y = new("wrong signs, %") { Minimum = 0 } };
        signs.Curve($"mean of the last {window}", Trailing(history.WrongSigns, window, 100));
        new SmallMultiples([errors, signs], columns: 1) { Title = title }.Save(path);
    }

    private static List<PlotPoint> EveryUpdate(ReadOnlySpan<float> values)
    {
        List<PlotPoint> points = [];
        for (int i = 0; i < values.Length; i += Every(values.Length))
            points.Add(new(i + 1, values[i]));
        return points;
    }

    private static List<PlotPoint> Trailing(ReadOnlySpan<float> values, int window, double scale)
    {
        List<PlotPoint> points = [];
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += values[i] - (i >= window ? values[i - window] : 0);
            if (i % Every(values.Length) == 0)
                points.Add(new(i + 1, scale * sum / Math.Min(i + 1, window)));
        }
        return points;
    }

    private static int Every(int count) => Math.Max(1, count / MostPoints);
}
