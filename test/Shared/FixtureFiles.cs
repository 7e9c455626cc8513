using System.Text.Json;
using Xunit.Sdk;

namespace BioLearn.Tests;

/// <summary>
/// Reference figures by name pattern in one folder a system; BIOLEARN_FIXTURES names another root than test/fixtures. Another set may lack
/// a file: its tests say "no file" and are skipped. The repository's own set must be whole.
/// </summary>
internal static class FixtureFiles
{
    /// <summary>Full paths, in order; a test that finds none is skipped, or fails on the repository's own set.</summary>
    public static string[] Find(string system, string pattern)
    {
        string[] files = Matching(system, pattern);
        return files.Length > 0 ? files : throw Missing($"no file {pattern} in {Path.Combine(Root(), system)}");
    }

    /// <summary>The set's only file of a pattern, or the repository's own where the set leans on it, as it may on weights and pictures.</summary>
    public static string? FindOrOwn(string system, string pattern) =>
        (Configured() is null ? [] : Matching(system, pattern)) is [var file] ? file : Matching(system, pattern, Own()) is [var own] ? own : null;

    /// <summary>A file of the repository's own set, whatever set is configured: for tests that need some network or picture, and know what is in it.</summary>
    public static string OwnFile(string system, string name) => Path.Combine(Own(), system, name);

    /// <summary>File names for a theory's rows. Where there is none, the pattern itself: the test that asks for it by <see cref="Find"/> says so.</summary>
    public static string[] Names(string system, string pattern)
    {
        string[] files = Matching(system, pattern);
        return files.Length > 0 ? [.. files.Select(file => Path.GetFileName(file))] : [pattern];
    }

    /// <summary>Names of files, each with the numbers of the cases in one of its lists; a single row where there is no file or no such list.</summary>
    public static TheoryData<string, int> Cases(string system, string pattern, string list = "cases")
    {
        TheoryData<string, int> data = [];
        foreach (string name in Names(system, pattern))
        {
            int count = Matching(system, name) is [var file] && Read(file).TryGetProperty(list, out JsonElement cases) ? cases.GetArrayLength() : 0;
            for (int i = 0; i < Math.Max(1, count); i++)
                data.Add(name, i);
        }
        return data;
    }

    /// <summary>One case of a file's list.</summary>
    public static JsonElement Case(string system, string file, int index, string list = "cases")
    {
        string path = Find(system, file)[0];
        return Read(path).TryGetProperty(list, out JsonElement cases) && cases.GetArrayLength() > index
            ? cases[index]
            : throw Missing($"no file with {list}/{index}: {path} has none");
    }

    public static JsonElement Read(string path)
    {
        using var file = File.OpenRead(path);
        using var document = JsonDocument.Parse(file);
        return document.RootElement.Clone();
    }

    /// <summary>What a test throws that needs something another set does not have: it is skipped with these words.</summary>
    public static Exception Missing(string what) =>
        Configured() is null ? new FileNotFoundException($"{what}; BIOLEARN_FIXTURES may name another root") : SkipException.ForSkip(what);

    private static string[] Matching(string system, string pattern, string? root = null)
    {
        string folder = Path.Combine(root ?? Root(), system);
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, pattern) : [];
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    private static string? Configured() => Environment.GetEnvironmentVariable("BIOLEARN_FIXTURES") is { Length: > 0 } configured ? configured : null;

    private static string Root() => Configured() switch
    {
        null => Own(),
        var configured => Directory.Exists(configured) ? configured : throw new DirectoryNotFoundException($"BIOLEARN_FIXTURES is {configured}, which is no folder"),
    };

    private static string Own()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "test", "fixtures");
            if (Directory.Exists(candidate))
                return candidate;
        }
        throw new DirectoryNotFoundException("test/fixtures is not above the test assembly; set BIOLEARN_FIXTURES");
    }
}
