using YamlDotNet.Core;
using YamlDotNet.Core.Events;
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
        catch (AnchorNotFoundException e)
        {
            throw new GridPlace(file, LineOfUnknownAlias(text) ?? (int)e.Start.Line).Error($"no YAML: {e.Message}");
        }
        catch (YamlException e)
        {
            throw new GridPlace(file, (int)e.Start.Line).Error($"no YAML: {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or NullReferenceException or InvalidCastException or KeyNotFoundException)
        {
            // The parser's own trouble with a text that ends in the middle of a list or map.
            throw new GridPlace(file, text.AsSpan().TrimEnd().Count('\n') + 1).Error("no YAML: a bracket [ or { is not closed before the end of the file");
        }
        if (stream.Documents.Count != 1)
            throw new GridPlace(file, 1).Error($"{stream.Documents.Count} documents; expected one");
        YamlNode root = stream.Documents[0].RootNode;
        int left = MostValues;
        return Value(root, file, 0, ref left) as GridMap ?? throw At(root, file).Error($"expected a map of keys such as name, task and trial");
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

    private static GridValue Value(YamlNode node, string file, int depth, ref int left)
    {
        GridPlace place = At(node, file);
        if (--left < 0)
            throw place.Error(FormattableString.Invariant($"more than {MostValues:N0} values, with what anchors stand for; expected fewer"));
        if (depth > DeepestNesting)
            throw place.Error($"maps and lists lie more than {DeepestNesting} deep in one another");
        return node switch
        {
            YamlScalarNode scalar => new GridScalar(place, scalar.Value ?? "", scalar.Style is not ScalarStyle.Plain),
            YamlSequenceNode sequence => List(sequence, file, depth, ref left),
            YamlMappingNode mapping => Map(mapping, file, depth, ref left),
            _ => throw place.Error($"a {node.NodeType} cannot be read"),
        };
    }

    private static GridList List(YamlSequenceNode sequence, string file, int depth, ref int left)
    {
        List<GridValue> items = new(sequence.Children.Count);
        foreach (YamlNode child in sequence.Children)
            items.Add(Value(child, file, depth + 1, ref left));
        return new(At(sequence, file), items);
    }

    /// <summary>The parser does not tell the place of an alias without an anchor.</summary>
    private static int? LineOfUnknownAlias(string text)
    {
        HashSet<string> anchors = [];
        Parser parser = new(new StringReader(text));
        while (parser.MoveNext())
        {
            if (parser.Current is AnchorAlias alias && !anchors.Contains(alias.Value.Value))
                return (int)alias.Start.Line;
            if (parser.Current is NodeEvent { Anchor.IsEmpty: false } node)
                anchors.Add(node.Anchor.Value);
        }
        return null;
    }

    private const int DeepestNesting = 50;
    // Anchors within anchors make of ten lines more values than a memory holds.
    private const int MostValues = 1_000_000;
    private const string Merge = "<<";

    private static GridMap Map(YamlMappingNode mapping, string file, int depth, ref int left)
    {
        List<GridEntry> entries = [], taken = [];
        foreach ((YamlNode key, YamlNode value) in mapping.Children)
        {
            if (key is not YamlScalarNode { Value: { } name })
                throw At(key, file).Error("a key must be a word");
            GridValue read = Value(value, file, depth + 1, ref left);
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
