using System.Globalization;
using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Reports;

/// <summary>Values of settings as groups and names: a component with options counts as its name, a number as its value however it is written.</summary>
internal static class SettingLabel
{
    /// <summary>The value of a setting, by a dotted path; "–" where the trial does not have it.</summary>
    public static string Of(GridMap settings, string path) => Of(new GridPath(path.Split('.')).In(settings));

    /// <summary>Values of several settings in one text.</summary>
    public static string Of(GridMap settings, IReadOnlyList<string> paths) => string.Join(", ", paths.Select(path => Of(settings, path)));

    public static string Of(GridValue? value) => value switch
    {
        null => "–",
        GridScalar { Value: long or double } number => Convert.ToDouble(number.Value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        GridScalar scalar => scalar.Text,
        GridMap map when map["name"] is GridScalar name => name.Text,
        _ => value.ToString(),
    };

    /// <summary>A label as a number, where it is one.</summary>
    public static double? Number(string label) => double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;

    /// <summary>Numbers by size, words in the order in which they came.</summary>
    public static IEnumerable<string> Ordered(IEnumerable<string> labels)
    {
        string[] all = [.. labels.Distinct()];
        return all.All(label => Number(label) is not null) ? all.OrderBy(label => Number(label)) : all;
    }
}
