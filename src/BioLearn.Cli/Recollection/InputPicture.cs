namespace BioLearn.Cli.Recollection;

/// <summary>A picture to be done, and its unique name among the results.</summary>
internal sealed record InputPicture(string Path, string Id, long Bytes, DateTime Modified)
{
    /// <summary>
    /// Names come from the file names. Where two are alike, both get a digest of their full path behind, so that a picture keeps its name when the
    /// order changes.
    /// </summary>
    public static IReadOnlyList<InputPicture> Name(IReadOnlyList<string> paths)
    {
        var names = paths.Select(path => Clean(System.IO.Path.GetFileNameWithoutExtension(path))).ToArray();
        var alike = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => group.Key)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. paths.Zip(names, (path, name) =>
        {
            var file = new FileInfo(path);
            return new InputPicture(path, alike.Contains(name) ? $"{name}-{Digest(path)}" : name, file.Length, file.LastWriteTimeUtc);
        })];
    }

    private static string Clean(string name)
    {
        var clean = string.Concat(name.Select(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.' or ' ' ? letter : '-')).Trim(' ', '.');
        return clean.Length == 0 ? "picture" : clean[..Math.Min(clean.Length, 80)];
    }

    private static string Digest(string path)
    {
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(System.IO.Path.GetFullPath(path)));
        return Convert.ToHexStringLower(hash.AsSpan(0, 4));
    }
}
