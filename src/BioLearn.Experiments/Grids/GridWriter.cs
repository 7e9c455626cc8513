using System.Text;

namespace BioLearn.Experiments.Grids;

/// <summary>Writes values as YAML: maps and lists of maps by indentation, all else on one line.</summary>
internal static class GridWriter
{
    /// <param name="map">The map.</param>
    /// <param name="text">Where it goes.</param>
    /// <param name="indent">Spaces before each key.</param>
    /// <param name="folders">What the key data holds: folders that are found from anywhere.</param>
    public static void Write(GridMap map, StringBuilder text, int indent, IReadOnlyDictionary<string, string>? folders = null)
    {
        foreach (GridEntry entry in map.Entries)
        {
            text.Append(' ', indent).Append(Scalar(entry.Key)).Append(':');
            if (folders is not null && entry.Key == "data" && entry.Value is GridMap)
                Below(new GridMap(entry.Place, [.. folders.Select(folder => new GridEntry(folder.Key, entry.Place, new GridScalar(entry.Place, Path.GetFullPath(folder.Value), isQuoted: true)))]), text, indent);
            else
                Below(entry.Value, text, indent);
        }
    }

    private static void Below(GridValue value, StringBuilder text, int indent)
    {
        switch (value)
        {
            case GridMap { Entries.Count: > 0 } map:
                text.Append('\n');
                Write(map, text, indent + 2);
                break;
            case GridList { Items.Count: > 0 } list:
                text.Append('\n');
                foreach (GridValue item in list.Items)
                {
                    text.Append(' ', indent + 2).Append('-');
                    if (item is GridMap { Entries.Count: > 0 } or GridList { Items.Count: > 0 })
                        Below(item, text, indent + 2);
                    else
                        text.Append(' ').Append(Flow(item)).Append('\n');
                }
                break;
            default:
                text.Append(' ').Append(Flow(value)).Append('\n');
                break;
        }
    }

    private static string Flow(GridValue value) => value switch
    {
        GridScalar { IsQuoted: true } scalar => Quoted(scalar.Text),
        GridScalar scalar => scalar.Text,
        GridMap => "{}",
        _ => "[]",
    };

    private static string Scalar(string key) => key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/') ? key : Quoted(key);

    // Double quotes, so that line breaks are kept as they are.
    private static string Quoted(string text) => BoundValue.Text(text);
}
