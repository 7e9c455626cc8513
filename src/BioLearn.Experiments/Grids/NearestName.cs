namespace BioLearn.Experiments.Grids;

/// <summary>The name that was probably meant.</summary>
public static class NearestName
{
    /// <summary>The known name that takes the fewest insertions, deletions and exchanges of letters (Levenshtein's distance).</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">What would have been right.</param>
    /// <returns>The nearest, or null where there are none.</returns>
    public static string? Of(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(known);
        return known.MinBy(one => Distance(name, one));
    }

    /// <summary>Whether a letter or two tell the names apart: one is the other, mistyped.</summary>
    internal static bool IsNear(string name, string known) => Distance(name, known) <= Math.Min(2, known.Length / 3);

    /// <summary>The message about an unknown name: the nearest, and all that are known.</summary>
    internal static string Unknown(string what, string name, IReadOnlyCollection<string> known) => known.Count == 0
        ? $"unknown {what} '{name}'; none is expected here"
        : $"unknown {what} '{name}'; did you mean '{Of(name, known)}'? Known: {string.Join(", ", known)}";

    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
