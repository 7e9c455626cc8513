using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Terminal;

/// <summary>Turns the files, folders and glob patterns of a command line into a list of files.</summary>
internal static class InputFiles
{
    /// <summary>
    /// In the order of the arguments; within a folder or pattern by name. A folder gives its own pictures, not those of folders inside it
    /// (that is <c>folder/**/*.jpg</c>). Nothing is listed twice.
    /// </summary>
    /// <exception cref="UsageException">An argument names nothing that exists, or a folder without pictures.</exception>
    public static IReadOnlyList<string> FindPictures(IEnumerable<string> arguments)
    {
        var found = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var argument in arguments)
            found.AddRange(Expand(argument).Where(path => seen.Add(Path.GetFullPath(path))));
        return found;
    }

    private static IReadOnlyList<string> Expand(string argument)
    {
        if (File.Exists(argument))
            return [argument];
        if (Directory.Exists(argument))
        {
            string[] pictures = [.. Directory.EnumerateFiles(argument).Where(IsPicture).Order(StringComparer.Ordinal)];
            return pictures.Length > 0
                ? pictures
                : throw new UsageException($"{argument}: no picture ({string.Join(' ', ImageFiles.Extensions)}) in this folder; for folders inside it say \"{argument}/**/*.jpg\"");
        }
        if (!argument.Contains('*', StringComparison.Ordinal))
            throw new UsageException($"{argument}: no such file or folder");
        var matches = GlobPattern.Match(argument);
        return matches.Count > 0 ? matches : throw new UsageException($"{argument}: no file matches");
    }

    private static bool IsPicture(string path) => ImageFiles.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
