namespace BioLearn.Experiments.Grids;

/// <summary>Whether settings are such as <c>when</c> or <c>except</c> describe: each key, dotted or nested, has the value, or one of a list's.</summary>
internal static class GridMatch
{
    public static bool Fits(GridMap settings, GridMap wanted)
    {
        foreach (GridEntry entry in wanted.Entries)
        {
            if (new GridPath(entry.Key.Split('.')).In(settings) is not { } value || !Fits(value, entry.Value))
                return false;
        }
        return true;
    }

    public static bool Fits(GridValue value, GridValue wanted) => (value, wanted) switch
    {
        (GridScalar own, GridScalar other) => IsSame(own, other),
        // A component with options is meant by its name.
        (GridMap own, GridScalar other) => own["name"] is GridScalar name && IsSame(name, other),
        (GridScalar own, GridMap other) => other.Entries is [{ Key: "name", Value: GridScalar name }] && IsSame(own, name),
        (GridMap own, GridMap other) => Fits(own, other),
        (GridList own, GridList other) when own.Items.Count == other.Items.Count && own.Items.Zip(other.Items).All(pair => Fits(pair.First, pair.Second)) => true,
        (_, GridList other) => other.Items.Any(one => Fits(value, one)),
        _ => false,
    };

    private static bool IsSame(GridScalar a, GridScalar b) => a.Text == b.Text || (a.Value, b.Value) switch
    {
        (long or double, long or double) => Convert.ToDouble(a.Value, null) == Convert.ToDouble(b.Value, null),
        ({ } own, { } other) => own.Equals(other),
        (null, null) => true,
        _ => false,
    };
}
