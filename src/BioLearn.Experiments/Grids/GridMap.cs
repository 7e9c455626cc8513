using System.Text;

namespace BioLearn.Experiments.Grids;

/// <summary>One key of a map, with its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Place">Where the key stands.</param>
/// <param name="Value">Its value.</param>
public sealed record GridEntry(string Key, GridPlace Place, GridValue Value);

/// <summary>Values by name, in the order of the file. Never changed: maps of different trials share what is the same.</summary>
/// <param name="place">Where it begins.</param>
/// <param name="entries">Its keys and values; a key stands once.</param>
public sealed class GridMap(GridPlace place, IReadOnlyList<GridEntry> entries) : GridValue(place)
{
    /// <summary>Its keys and values.</summary>
    public IReadOnlyList<GridEntry> Entries { get; } = entries;

    /// <inheritdoc/>
    public override string Kind => "a map";

    /// <summary>The value of a key, or null where there is none.</summary>
    /// <param name="key">The key.</param>
    public GridValue? this[string key] => Find(key)?.Value;

    /// <summary>The entry of a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The entry, or null.</returns>
    public GridEntry? Find(string key)
    {
        foreach (GridEntry entry in Entries)
        {
            if (entry.Key == key)
                return entry;
        }
        return null;
    }

    /// <summary>The map with another value of a key, or with the key at its end.</summary>
    internal GridMap With(string key, GridValue value)
    {
        GridEntry[] changed = [.. Entries];
        int at = Array.FindIndex(changed, entry => entry.Key == key);
        if (at >= 0)
            changed[at] = changed[at] with { Value = value };
        else
            changed = [.. changed, new(key, value.Place, value)];
        return new(Place, changed);
    }

    internal override void Write(StringBuilder text)
    {
        text.Append('{');
        for (int i = 0; i < Entries.Count; i++)
        {
            text.Append(i > 0 ? ", " : "").Append(Entries[i].Key).Append(": ");
            Entries[i].Value.Write(text);
        }
        text.Append('}');
    }
}
