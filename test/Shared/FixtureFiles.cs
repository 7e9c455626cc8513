using System.Text.Json;

namespace BioLearn.Tests;

/// <summary>Reference figures by name pattern in one folder a system; BIOLEARN_FIXTURES names another root than test/fixtures.</summary>
internal static class FixtureFiles
{
    /// <summary>Full paths, in order; an error if there is none.</summary>
    public static string[] Find(string system, string pattern)
    {
        var folder = Path.Combine(Root(), system);
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, pattern) : [];
        Array.Sort(files, StringComparer.Ordinal);
        return files.Length > 0 ? files : throw new FileNotFoundException($"no fixture {pattern} in {folder}; BIOLEARN_FIXTURES may name another root");
    }

    public static JsonElement Read(string path)
    {
        using var file = File.OpenRead(path);
        using var document = JsonDocument.Parse(file);
        return document.RootElement.Clone();
    }

    private static string Root()
    {
        if (Environment.GetEnvironmentVariable("BIOLEARN_FIXTURES") is { Length: > 0 } configured)
            return configured;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "test", "fixtures");
            if (Directory.Exists(candidate))
                return candidate;
        }
        throw new DirectoryNotFoundException("test/fixtures is not above the test assembly; set BIOLEARN_FIXTURES");
    }
}
