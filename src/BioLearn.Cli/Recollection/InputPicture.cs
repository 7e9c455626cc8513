namespace BioLearn.Cli.Recollection;

/// <summary>A picture to be done, and its unique name among the results.</summary>
internal sealed record InputPicture(string Path, string Id, long Bytes, DateTime Modified)
{
    /// <summary>Of an id. With a column's (<see cref="RecollectionColumn.MostLetters"/>) and what is added while a file is written, it stays a file's name: 255 bytes.</summary>
    private const int MostBytes = 80;

    /// <summary>
    /// Names come from the file names. Where two are alike, both get a digest of their full path behind, so that a picture keeps its name when the
    /// order changes.
    /// </summary>
    public static IReadOnlyList<InputPicture> Name(IReadOnlyList<string> paths)
    {
        var names = paths.Select(path => Clean(System.IO.Path.GetFileNameWithoutExtension(path))).ToArray();
        var alike = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => group.Key)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. paths.Zip(names, (path, name) => Describe(path, alike.Contains(name) ? $"{name}-{Digest(path)}" : name))];
    }

    // A file that is gone by now, or whose name no string can hold, is told as failed when its turn comes.
    private static InputPicture Describe(string path, string id)
    {
        var file = new FileInfo(path);
        return file.Exists ? new(path, id, file.Length, file.LastWriteTimeUtc) : new(path, id, 0, DateTime.UnixEpoch);
    }

    /// <summary>Why a path that was listed cannot be opened, where the name itself is the reason; else null.</summary>
    public static string? NameProblem(string path) => path.Contains('\uFFFD') && !File.Exists(path)
        ? "the file's name is not UTF-8, so that it cannot be opened; rename it"
        : null;

    private static string Clean(string name)
    {
        var clean = string.Concat(name.Select(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.' or ' ' ? letter : '-')).Trim(' ', '.');
        var bytes = 0;
        clean = string.Concat(clean.TakeWhile(letter => (bytes += System.Text.Encoding.UTF8.GetByteCount([letter])) <= MostBytes));
        return clean.Length == 0 ? "picture" : clean;
    }

    private static string Digest(string path)
    {
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(System.IO.Path.GetFullPath(path)));
        return Convert.ToHexStringLower(hash.AsSpan(0, 4));
    }
}
