using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace BioLearn.Experiments.Grids;

/// <summary>Reads YAML into values that know their places. Anchors stand for what they name; <c>&lt;&lt;</c> takes over another map's keys.</summary>
public static class GridReader
{
    /// <summary>Reads a text that holds one map.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <returns>The map.</returns>
    /// <exception cref="InvalidDataException">The text is no YAML, or no map; the message has file and line.</exception>
    public static GridMap Read(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        YamlStream stream = [];
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new GridPlace(file, (int)e.Start.Line).Error($"no YAML: {e.Message}");
        }
        if (stream.Documents.Count != 1)
            throw new GridPlace(file, 1).Error($"{stream.Documents.Count} documents; expected one");
        YamlNode root = stream.Documents[0].RootNode;
        return Value(root, file, 0) as GridMap ?? throw At(root, file).Error($"expected a map of keys such as name, task and trial");
    }

    /// <summary>Reads a file that holds one map; a key <c>base</c> names files whose keys it takes over, but for those that it has itself.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The map, without the key <c>base</c>.</returns>
    /// <exception cref="InvalidDataException">A file is no YAML, is missing, or is based on itself; the message has file and line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static GridMap ReadFile(string file)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        return GridInheritance.Read(file);
    }

    private static GridValue Value(YamlNode node, string file, int depth)
    {
        GridPlace place = At(node, file);
        if (depth > DeepestNesting)
            throw place.Error($"maps and lists lie more than {DeepestNesting} deep in one another");
        return node switch
        {
            YamlScalarNode scalar => new GridScalar(place, scalar.Value ?? "", scalar.Style is not ScalarStyle.Plain),
            YamlSequenceNode sequence => new GridList(place, [.. sequence.Children.Select(child => Value(child, file, depth + 1))]),
            YamlMappingNode mapping => Map(mapping, file, depth),
            _ => throw place.Error($"a {node.NodeType} cannot be read"),
        };
    }

    private const int DeepestNesting = 50;
    private const string Merge = "<<";

    private static GridMap Map(YamlMappingNode mapping, string file, int depth)
    {
        List<GridEntry> entries = [], taken = [];
        foreach ((YamlNode key, YamlNode value) in mapping.Children)
        {
            if (key is not YamlScalarNode { Value: { } name })
                throw At(key, file).Error("a key must be a word");
            GridValue read = Value(value, file, depth + 1);
            if (name == Merge)
                taken.AddRange(Taken(read));
            else
                entries.Add(new(name, At(key, file), read));
        }
        foreach (GridEntry entry in taken)
        {
            if (entries.TrueForAll(own => own.Key != entry.Key))
                entries.Add(entry);
        }
        return new(At(mapping, file), entries);
    }

    private static IEnumerable<GridEntry> Taken(GridValue value) => value switch
    {
        GridMap map => map.Entries,
        GridList list => list.Items.SelectMany(Taken),
        _ => throw value.Place.Error($"{Merge} takes over the keys of a map; {value.Kind} is none"),
    };

    private static GridPlace At(YamlNode node, string file) => new(file, (int)node.Start.Line);
}
