namespace BioLearn.Experiments.Grids;

/// <summary>
/// <c>${path}</c> stands for the value of another setting, or of another key of the file: alone for the value as it is, within a text for its text.
/// </summary>
internal sealed class GridReferences(GridMap document)
{
    private const string Open = "${";

    /// <summary>Whether a value holds a reference.</summary>
    public static bool AreIn(GridValue value) => value switch
    {
        GridScalar scalar => scalar.Text.Contains(Open, StringComparison.Ordinal),
        GridMap map => map.Entries.Any(entry => AreIn(entry.Value)),
        GridList list => list.Items.Any(AreIn),
        _ => false,
    };

    /// <summary>The settings with every reference replaced.</summary>
    /// <exception cref="InvalidDataException">There is no such setting, or it refers to itself.</exception>
    public GridMap Resolve(GridMap settings) => (GridMap)Resolve(settings, settings, []);

    private GridValue Resolve(GridValue value, GridMap settings, string[] within) => value switch
    {
        GridScalar scalar => Resolve(scalar, settings, within),
        GridList list when AreIn(list) => new GridList(list.Place, [.. list.Items.Select(item => Resolve(item, settings, within))]),
        GridMap map when AreIn(map) => new GridMap(map.Place, [.. map.Entries.Select(entry => entry with { Value = Resolve(entry.Value, settings, within) })]),
        _ => value,
    };

    private GridValue Resolve(GridScalar scalar, GridMap settings, string[] within)
    {
        string text = scalar.Text;
        int open;
        while ((open = text.IndexOf(Open, StringComparison.Ordinal)) >= 0)
        {
            int close = text.IndexOf('}', open);
            if (close < 0)
                throw scalar.Place.Error($"{text}: expected }} after ${{");
            GridValue meant = Meant(text[(open + Open.Length)..close].Trim(), scalar, settings, within);
            if (open == 0 && close == text.Length - 1)
                return meant;
            if (meant is not GridScalar piece)
                throw scalar.Place.Error($"{text}: {meant.Kind} cannot stand within a text");
            text = text[..open] + piece.Text + text[(close + 1)..];
        }
        return text == scalar.Text ? scalar : new GridScalar(scalar.Place, text, scalar.IsQuoted);
    }

    private GridValue Meant(string name, GridScalar scalar, GridMap settings, string[] within)
    {
        if (within.Contains(name))
            throw scalar.Place.Error($"${{{name}}} refers to itself");
        GridPath path = new(name.Split('.'));
        GridValue value = path.In(settings) ?? path.In(document)
            ?? throw scalar.Place.Error(NearestName.Unknown("setting", name, [.. settings.Entries.Select(entry => entry.Key)]));
        return Resolve(value, settings, [.. within, name]);
    }
}
