using System.Globalization;
using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Reports;

/// <summary>Published numbers of a claim or figure: for each point one, or one for each side of a comparison.</summary>
internal sealed class PublishedValues
{
    private readonly Dictionary<string, double[]> _values = [];

    private PublishedValues()
    {
    }

    public static PublishedValues None { get; } = new();

    /// <summary>The points that it speaks of, in the file's order; one empty one where it holds without 'along'.</summary>
    public IReadOnlyList<string> Points => [.. _values.Keys];

    /// <summary>Reads a number, a list, or a map of points to either.</summary>
    /// <param name="value">The value; null for nothing published.</param>
    /// <param name="along">Whether the claim holds along a setting or iterations.</param>
    /// <param name="sides">Numbers that a point has.</param>
    /// <param name="firstIteration">A plain list along iterations begins here; null where it is no such list.</param>
    /// <exception cref="InvalidDataException">It has another shape; the message has file, line and what was expected.</exception>
    public static PublishedValues Read(GridValue? value, bool along, int sides, int? firstIteration = null)
    {
        PublishedValues published = new();
        switch (value)
        {
            case null:
                break;
            case GridMap map when along:
                foreach (GridEntry entry in map.Entries)
                    published._values[SettingLabel.Of(new GridScalar(entry.Place, entry.Key))] = Sides(entry.Value, sides);
                break;
            case GridList list when along && sides == 1 && firstIteration is { } first:
                for (int i = 0; i < list.Items.Count; i++)
                    published._values[(first + i).ToString(CultureInfo.InvariantCulture)] = Sides(list.Items[i], 1);
                break;
            case var other when along:
                throw other.Place.Error($"{other.Kind}: expected a map from the values of 'along' to published numbers, such as {{2: .297, 8: .296}}");
            default:
                published._values[""] = Sides(value, sides);
                break;
        }
        return published;
    }

    /// <summary>The published number of a side; NaN where there is none.</summary>
    public double Of(string point, int side = 0) => _values.TryGetValue(point, out double[]? values) ? values[side] : double.NaN;

    /// <summary>A spread: one number for all points, or a map.</summary>
    public static Func<string, double> Spread(GridValue? value)
    {
        if (value is not GridMap map)
        {
            double one = value is null ? double.NaN : MetricReader.Number(value);
            return _ => one;
        }
        PublishedValues read = Read(map, along: true, sides: 1);
        return point => read.Of(point);
    }

    private static double[] Sides(GridValue value, int sides)
    {
        double[] numbers = MetricReader.Numbers(value);
        return numbers.Length == sides ? numbers : throw value.Place.Error($"{numbers.Length} published numbers; expected {sides}{(sides > 1 ? ", in the order of 'ascending'" : "")}");
    }
}
