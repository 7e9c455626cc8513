using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments;

/// <summary>What differs between two trials of one grid.</summary>
/// <param name="Other">The other trial.</param>
/// <param name="Settings">Settings by dotted path with both values; null where one does not give it. The seed is among them.</param>
public sealed record TrialDifference(Trial Other, IReadOnlyList<(string Setting, string? Own, string? Others)> Settings)
{
    /// <summary>The trial with the fewest differences; of several the first.</summary>
    /// <param name="trial">A trial.</param>
    /// <param name="others">Those that it is compared with.</param>
    /// <returns>The nearest, or null where there are none.</returns>
    public static TrialDifference? Nearest(Trial trial, IEnumerable<Trial> others)
    {
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(others);
        SortedDictionary<string, string> own = Flat(trial);
        TrialDifference? nearest = null;
        foreach (Trial other in others)
        {
            SortedDictionary<string, string> theirs = Flat(other);
            (string, string?, string?)[] differing = [.. own.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal).Select(key => (key, own.GetValueOrDefault(key), theirs.GetValueOrDefault(key))).Where(pair => pair.Item2 != pair.Item3)];
            if (nearest is null || differing.Length < nearest.Settings.Count)
                nearest = new(other, differing);
        }
        return nearest;
    }

    private static SortedDictionary<string, string> Flat(Trial trial)
    {
        SortedDictionary<string, string> flat = new(StringComparer.Ordinal) { ["seed"] = trial.Seed };
        Add(trial.Settings, "", flat);
        return flat;
    }

    private static void Add(GridMap map, string before, SortedDictionary<string, string> flat)
    {
        foreach (GridEntry entry in map.Entries)
        {
            if (entry.Value is GridMap inner)
                Add(inner, $"{before}{entry.Key}.", flat);
            else
                flat[before + entry.Key] = entry.Value.ToString();
        }
    }
}
