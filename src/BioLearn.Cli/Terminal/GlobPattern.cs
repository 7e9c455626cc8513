using System.IO.Enumeration;

namespace BioLearn.Cli.Terminal;

/// <summary>
/// Files that a pattern names: <c>*</c> stands for any part of a name, <c>**</c> for any folders. As in a shell, <c>**</c> enters no folder by a
/// symbolic link, so that a link to a folder above makes neither doubles nor an endless search; a folder that is named may be a link.
/// </summary>
internal static class GlobPattern
{
    /// <summary>Paths in order of their names; relative if the pattern is.</summary>
    public static IReadOnlyList<string> Match(string pattern)
    {
        var parts = pattern.Replace('\\', '/').Split('/');
        var plain = parts.TakeWhile(part => !part.Contains('*', StringComparison.Ordinal)).ToArray();
        var root = plain is [""] ? "/" : string.Join('/', plain);
        if (root.Length > 0 && !Directory.Exists(root))
            return [];
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Match(root, parts.AsSpan(plain.Length), found);
        return [.. found];
    }

    private static void Match(string folder, ReadOnlySpan<string> parts, SortedSet<string> found)
    {
        if (parts is ["**", ..])
        {
            Match(folder, parts.Length == 1 ? (string[])["*"] : parts[1..], found);
            foreach (var inside in Folders(folder).Where(inside => inside.LinkTarget is null))
                Match(Join(folder, inside.Name), parts, found);
        }
        else if (parts.Length > 1)
        {
            var name = parts[0];
            foreach (var inside in Folders(folder).Where(inside => IsMatch(name, inside.Name)))
                Match(Join(folder, inside.Name), parts[1..], found);
        }
        else
        {
            var name = parts[0];
            foreach (var file in Entries(folder, where => where.EnumerateFiles()).Where(file => IsMatch(name, file.Name)))
                found.Add(Join(folder, file.Name));
        }
    }

    private static DirectoryInfo[] Folders(string folder) => Entries(folder, where => where.EnumerateDirectories());

    // A folder that may not be read, or is gone by now, has nothing to show.
    private static T[] Entries<T>(string folder, Func<DirectoryInfo, IEnumerable<T>> list)
    {
        try
        {
            return [.. list(new DirectoryInfo(folder.Length == 0 ? "." : folder))];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // A question mark is a letter like any other.
    private static bool IsMatch(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern.Replace("?", "\\?", StringComparison.Ordinal), name, ignoreCase: false);

    private static string Join(string folder, string name) => folder.Length == 0 ? name : folder.EndsWith('/') ? folder + name : $"{folder}/{name}";
}
