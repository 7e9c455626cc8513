namespace BioLearn.Experiments.Grids;

/// <summary>Where in the settings a value lies: keys of maps and numbers of list items, from the outermost in.</summary>
/// <param name="Steps">Keys and numbers.</param>
internal sealed record GridPath(IReadOnlyList<string> Steps) : IComparable<GridPath>
{
    public static GridPath Root { get; } = new([]);

    public GridPath Into(string step) => new([.. Steps, step]);

    /// <summary>Step by step: keys by the numbers of their letters, so that capitals come first, items of lists by their numbers.</summary>
    public int CompareTo(GridPath? other)
    {
        if (other is null)
            return 1;
        for (int i = 0; i < Steps.Count && i < other.Steps.Count; i++)
        {
            int order = int.TryParse(Steps[i], out int own) && int.TryParse(other.Steps[i], out int others) ? own.CompareTo(others) : string.CompareOrdinal(Steps[i], other.Steps[i]);
            if (order != 0)
                return order;
        }
        return Steps.Count.CompareTo(other.Steps.Count);
    }

    /// <summary>What lies there, or null.</summary>
    public GridValue? In(GridValue root)
    {
        GridValue? at = root;
        foreach (string step in Steps)
        {
            at = at switch
            {
                GridMap map => map[step],
                GridList list when int.TryParse(step, out int number) && number >= 0 && number < list.Items.Count => list.Items[number],
                _ => null,
            };
        }
        return at;
    }

    /// <summary>The tree with another value there; all that lies elsewhere is shared with it.</summary>
    public GridValue Replace(GridValue root, GridValue value) => Replace(root, value, 0);

    private GridValue Replace(GridValue at, GridValue value, int depth)
    {
        if (depth == Steps.Count)
            return value;
        string step = Steps[depth];
        switch (at)
        {
            case GridMap map:
                return map.With(step, Replace(map[step] ?? new GridMap(value.Place, []), value, depth + 1));
            case GridList list:
                GridValue[] items = [.. list.Items];
                int number = int.Parse(step, System.Globalization.CultureInfo.InvariantCulture);
                items[number] = Replace(items[number], value, depth + 1);
                return new GridList(list.Place, items);
            default:
                return Replace(new GridMap(value.Place, []), value, depth);
        }
    }

    public override string ToString() => string.Join('.', Steps);

    public bool Equals(GridPath? other) => other is not null && Steps.SequenceEqual(other.Steps);

    public override int GetHashCode() => Steps.Count == 0 ? 0 : Steps[^1].GetHashCode(StringComparison.Ordinal);
}
