namespace BioLearn.Experiments.Naming;

/// <summary>Rows of named things, pictures mostly, by their places: from which examples are drawn, and which are to be named.</summary>
public sealed record NamingRows
{
    /// <summary>The names; labels are places in this list.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>For each name the places of rows that examples are drawn from.</summary>
    public required IReadOnlyList<int[]> Training { get; init; }

    /// <summary>For each name the places of rows that are to be named.</summary>
    public required IReadOnlyList<int[]> Test { get; init; }

    /// <summary>Whether the examples of an episode and the rows to name come from the same rows, less the examples.</summary>
    public bool TestsAreTheOthers { get; init; }

    /// <summary>Rows of a source; names are the numbers of its classes, those that no row has left out.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="tests">Places from which on rows are to be named; null where any row may be an example and any other be named.</param>
    /// <returns>Their places, by name.</returns>
    public static NamingRows Of(LabelledRows rows, int? tests)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int[][] all = [.. Enumerable.Range(0, rows.Classes).Select(_ => Array.Empty<int>())];
        foreach (var label in Enumerable.Range(0, rows.Count).GroupBy(place => rows.Labels.Span[place]))
            all[label.Key] = [.. label];
        int[] kept = [.. Enumerable.Range(0, rows.Classes).Where(label => tests is { } from ? all[label].Any(place => place < from) && all[label].Any(place => place >= from) : all[label].Length > 1)];
        return new()
        {
            Names = [.. kept.Select(label => $"{label}")],
            Training = [.. kept.Select(label => tests is { } from ? Array.FindAll(all[label], place => place < from) : all[label])],
            Test = [.. kept.Select(label => tests is { } from ? Array.FindAll(all[label], place => place >= from) : all[label])],
            TestsAreTheOthers = tests is null,
        };
    }
}
