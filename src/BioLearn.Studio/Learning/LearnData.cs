using System.Globalization;
using System.Text;
using BioLearn.Experiments;
using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;

namespace BioLearn.Studio.Learning;

/// <summary>Rows to learn from and rows to test on, features of about one size, classes from 0.</summary>
/// <param name="Title">What it is, in words.</param>
/// <param name="Training">Rows to learn from.</param>
/// <param name="Test">Rows to test on.</param>
/// <param name="Picture">What a row is as a picture, or null for a row of a table.</param>
internal sealed record LearnData(string Title, LabelledRows Training, LabelledRows Test, TensorShape? Picture)
{
    private const int MostTested = 300;
    private const double TestShare = .2;

    /// <summary>Names of the sets that are always at hand, with their titles.</summary>
    public static IReadOnlyList<(string Name, string Title)> Known { get; } =
    [
        ("fashion-mnist", "Pictures of clothes"),
        ("spirals", "Two spirals in the plane"),
        ("rings", "A disc and a ring in the plane"),
        ("clouds", "Four clouds in the plane"),
    ];

    /// <summary>Whether rows are points of the plane, of which the answers can be drawn as a map.</summary>
    public bool IsPlane => Training.Width == 2;

    /// <summary>Number of classes.</summary>
    public int Classes => Training.Classes;

    /// <summary>A set by its name.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    /// <exception cref="IOException">Its files cannot be read.</exception>
    public static LearnData Find(string name) => name switch
    {
        "fashion-mnist" => Pictures(DataSource.Find(name)),
        "spirals" => Plane(name, 2, (random, c, t) => (3.2 * Math.PI * t, (.15 + (.85 * t)) * (c == 0 ? 1 : -1)), noise: .03),
        "rings" => Plane(name, 2, (random, c, t) => (2 * Math.PI * random.NextDouble(), c == 0 ? .45 * Math.Sqrt(t) : .7 + (.25 * t)), noise: .03),
        "clouds" => Plane(name, 4, (random, c, t) => ((Math.PI / 4) + (c * Math.PI / 2), .6), noise: .17),
        _ => throw new ArgumentException($"there is no data set '{name}'; expected {string.Join(", ", Known.Select(known => known.Name))}", nameof(name)),
    };

    /// <summary>Rows of a table that somebody dropped, each column scaled to mean 0 and deviation 1 by the rows to learn from.</summary>
    /// <param name="table">The table as it was read.</param>
    public static LearnData Of(DataSource table)
    {
        (float[] mean, float[] factor) = Scale(table.Training);
        return new(table.Name, Scaled(table.Training), Scaled(Known(table.Test)), null);

        LabelledRows Scaled(LabelledRows rows)
        {
            float[] features = rows.Features.ToArray();
            for (int i = 0; i < features.Length; i++)
                features[i] = (features[i] - mean[i % rows.Width]) * factor[i % rows.Width];
            return new(features, rows.Labels);
        }

        // A class that no row to learn from has cannot be found.
        LabelledRows Known(LabelledRows rows) => rows.Take([.. Enumerable.Range(0, rows.Count).Where(row => rows.Labels.Span[row] < table.Training.Classes).Take(MostTested)]);
    }

    /// <summary>The rows of the plane as the text of a CSV file, to learn from elsewhere.</summary>
    public string ToCsv()
    {
        StringBuilder text = new("x,y,label\n");
        foreach (var rows in (LabelledRows[])[Training, Test])
        {
            for (int row = 0; row < rows.Count; row++)
                text.Append(CultureInfo.InvariantCulture, $"{rows.Features.Span[2 * row]:R},{rows.Features.Span[(2 * row) + 1]:R},c{rows.Labels.Span[row]}\n");
        }
        return text.ToString();
    }

    /// <summary>A row to test on, by its number.</summary>
    public ReadOnlySpan<float> TestRow(int row) => Test.Features.Span.Slice(row * Test.Width, Test.Width);

    private static LearnData Pictures(DataSource source) => new("pictures of clothes", source.Training, source.Test.First(Math.Min(MostTested, source.Test.Count)), source.Shape);

    private static LearnData Plane(string name, int classes, Func<RandomStream, int, double, (double Angle, double Radius)> place, double noise)
    {
        const int Rows = 800;
        RandomStream random = new(seed: 1, $"plane/{name}");
        float[] features = new float[2 * Rows], spread = new float[2 * Rows];
        int[] labels = [.. Enumerable.Range(0, Rows).Select(row => row % classes)];
        random.FillNormal<float>(spread, 0, (float)noise);
        for (int row = 0; row < Rows; row++)
        {
            (double angle, double radius) = place(random, labels[row], random.NextDouble());
            (features[2 * row], features[(2 * row) + 1]) = ((float)(radius * Math.Cos(angle)) + spread[2 * row], (float)(radius * Math.Sin(angle)) + spread[(2 * row) + 1]);
        }
        LabelledRows all = new(features, labels);
        int test = (int)(TestShare * Rows);
        return new(name, all.Slice(test, Rows - test), all.First(test), null);
    }

    private static (float[] Mean, float[] Factor) Scale(LabelledRows rows)
    {
        float[] mean = new float[rows.Width], factor = new float[rows.Width];
        for (int column = 0; column < rows.Width; column++)
        {
            double sum = 0, squares = 0;
            for (int row = 0; row < rows.Count; row++)
                sum += rows.Features.Span[(row * rows.Width) + column];
            for (int row = 0; row < rows.Count; row++)
                squares += Math.Pow(rows.Features.Span[(row * rows.Width) + column] - (sum / rows.Count), 2);
            mean[column] = (float)(sum / rows.Count);
            factor[column] = squares > 0 ? (float)(1 / Math.Sqrt(squares / rows.Count)) : 0;
        }
        return (mean, factor);
    }
}
