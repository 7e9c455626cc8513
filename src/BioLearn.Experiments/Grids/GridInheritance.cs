namespace BioLearn.Experiments.Grids;

/// <summary>A file that names others as its <c>base</c> has what they have, but for what it says itself.</summary>
internal static class GridInheritance
{
    public const string Key = "base";

    /// <summary>Reads a file and the files that it is based on.</summary>
    /// <exception cref="InvalidDataException">A file is no YAML, is missing, or is based on itself.</exception>
    public static GridMap Read(string file) => Read(file, []);

    private static GridMap Read(string file, string[] above)
    {
        GridMap own = GridReader.Read(File.ReadAllText(file), file);
        if (own.Find(Key) is not { } named)
            return own;
        string[] chain = [.. above, Path.GetFullPath(file)];
        GridMap? inherited = null;
        foreach (GridScalar name in Names(named.Value))
        {
            string path = Path.Combine(Path.GetDirectoryName(file) ?? "", name.Text);
            if (!File.Exists(path))
                throw name.Place.Error($"{Key}: there is no file {path}");
            if (chain.Contains(Path.GetFullPath(path)))
                throw name.Place.Error($"{Key}: {name.Text} is based on this file itself");
            GridMap read = Read(path, chain);
            inherited = inherited is null ? read : Over(inherited, read);
        }
        GridMap rest = new(own.Place, [.. own.Entries.Where(entry => entry != named)]);
        // The file that was named is what it all is about, in messages and in the copy's name.
        return inherited is null ? rest : new(own.Place, Over(inherited, rest).Entries);
    }

    private static IEnumerable<GridScalar> Names(GridValue value) => value switch
    {
        GridScalar scalar => [scalar],
        GridList list => list.Items.SelectMany(Names),
        _ => throw value.Place.Error($"{Key}: expected a file's name or a list of names, not {value.Kind}"),
    };

    /// <summary>One map over another: keys of both are merged where both are maps of the same thing, else the upper value stands. It is the upper file's.</summary>
    public static GridMap Over(GridMap lower, GridMap upper)
    {
        GridMap merged = lower;
        foreach (GridEntry entry in upper.Entries)
        {
            GridValue value = lower[entry.Key] is GridMap below && entry.Value is GridMap above && AreAlike(below, above) ? Over(below, above) : entry.Value;
            merged = merged.Find(entry.Key) is null ? new(merged.Place, [.. merged.Entries, entry with { Value = value }]) : merged.With(entry.Key, value);
        }
        return new(upper.Place, [.. merged.Entries]);
    }

    /// <summary>A grid takes the place of another one; so does a component that has another name.</summary>
    private static bool AreAlike(GridMap below, GridMap above) =>
        !GridChoices.IsGrid(below) && !GridChoices.IsGrid(above) && (above["name"] is not GridScalar name || below["name"] is not GridScalar other || name.Text == other.Text);
}
