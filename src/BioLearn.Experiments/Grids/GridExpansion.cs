namespace BioLearn.Experiments.Grids;

/// <summary>One combination of a grid's choices.</summary>
/// <param name="Settings">The settings, in which nothing is left to choose.</param>
/// <param name="Varied">Paths of the values that were chosen.</param>
internal readonly record struct GridVariant(GridMap Settings, IReadOnlyList<GridPath> Varied);

/// <summary>
/// All combinations of a document's grids, in Ray Tune's order: grids are sorted by their paths, and the first varies fastest. Values that hold
/// grids themselves are chosen first; their variants then follow each other.
/// </summary>
internal static class GridExpansion
{
    /// <summary>Most combinations, and most trials, of a grid: more would fill the memory before the first one runs.</summary>
    public const int Most = 1_000_000;

    public static IEnumerable<GridVariant> Expand(GridMap settings) => Expand(settings, []);

    private static IEnumerable<GridVariant> Expand(GridMap settings, IReadOnlyList<GridPath> chosen)
    {
        Dimension[] dimensions = Dimensions(settings);
        if (dimensions.Length == 0)
        {
            yield return new(settings, chosen);
            yield break;
        }
        double combinations = dimensions.Aggregate(1.0, (product, d) => product * d.Count);
        if (combinations > Most)
            throw settings.Place.Error(FormattableString.Invariant($"{string.Join(" x ", dimensions.Select(d => $"{d.Count} of {d.Members[0].Path}"))} are {combinations:N0} combinations; expected at most {Most:N0}"));
        IReadOnlyList<GridPath> paths = [.. chosen, .. dimensions.SelectMany(d => d.Members.Select(m => m.Path))];
        bool isNested = Array.Exists(dimensions, d => d.Members.Exists(m => m.Choices.Values.Any(HoldsGrid)));
        int[] at = new int[dimensions.Length];
        do
        {
            GridValue variant = settings;
            for (int d = 0; d < dimensions.Length; d++)
            {
                foreach ((GridPath path, GridChoices choices) in dimensions[d].Members)
                    variant = path.Replace(variant, choices.Values[at[d]]);
            }
            if (isNested)
            {
                foreach (GridVariant nested in Expand((GridMap)variant, paths))
                    yield return nested;
            }
            else
            {
                yield return new((GridMap)variant, paths);
            }
        }
        while (Next(at, dimensions));
    }

    /// <summary>Whether something is left to choose.</summary>
    public static bool HoldsGrid(GridValue value) => value switch
    {
        GridMap map => GridChoices.IsGrid(map) || map.Entries.Any(entry => HoldsGrid(entry.Value)),
        GridList list => list.Items.Any(HoldsGrid),
        _ => false,
    };

    private static bool Next(int[] at, Dimension[] dimensions)
    {
        for (int d = 0; d < at.Length; d++)
        {
            if (++at[d] < dimensions[d].Count)
                return true;
            at[d] = 0;
        }
        return false;
    }

    /// <summary>Grids of their own, and groups that go together at the place of their first member.</summary>
    private static Dimension[] Dimensions(GridMap settings)
    {
        List<(GridPath Path, GridChoices Choices)> found = [];
        Find(settings, GridPath.Root, found);
        found.Sort((a, b) => a.Path.CompareTo(b.Path));
        List<Dimension> dimensions = [];
        foreach ((GridPath path, GridChoices choices) in found)
        {
            Dimension? group = choices.Group is null ? null : dimensions.Find(d => d.Members[0].Choices.Group == choices.Group);
            if (group is null)
            {
                dimensions.Add(new([(path, choices)]));
                continue;
            }
            if (choices.Values.Count != group.Count)
                throw choices.Place.Error($"zip: {path} has {choices.Values.Count} values, but {group.Members[0].Path} ({group.Members[0].Choices.Place}), with which it goes, has {group.Count}");
            group.Members.Add((path, choices));
        }
        return [.. dimensions];
    }

    private static void Find(GridValue value, GridPath path, List<(GridPath, GridChoices)> found)
    {
        switch (value)
        {
            case GridMap map when GridChoices.IsGrid(map):
                found.Add((path, GridChoices.Of(map)));
                break;
            case GridMap map:
                foreach (GridEntry entry in map.Entries)
                    Find(entry.Value, path.Into(entry.Key), found);
                break;
            case GridList list:
                for (int i = 0; i < list.Items.Count; i++)
                    Find(list.Items[i], path.Into(i.ToString(System.Globalization.CultureInfo.InvariantCulture)), found);
                break;
        }
    }

    private sealed record Dimension(List<(GridPath Path, GridChoices Choices)> Members)
    {
        public int Count => Members[0].Choices.Values.Count;
    }
}
