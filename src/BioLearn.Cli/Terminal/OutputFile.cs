namespace BioLearn.Cli.Terminal;

/// <summary>Single files that commands write: seen to be writable before the work begins, whose result would be lost.</summary>
internal static class OutputFile
{
    /// <summary>Looks whether a file can be written.</summary>
    /// <param name="option">What named it, for messages.</param>
    /// <param name="path">The file; null passes.</param>
    /// <param name="inputs">Files that are read, and must not be replaced.</param>
    /// <exception cref="UsageException">There is no name, or it is that of an input.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Check(string option, string? path, params IEnumerable<string?> inputs)
    {
        if (path is null)
            return;
        if (string.IsNullOrWhiteSpace(path))
            throw new UsageException($"{option}: expected the name of a file");
        CheckReplaceable($"{option} {path}", path);
        string whole = Path.GetFullPath(path), folder = Path.GetDirectoryName(whole)!;
        if (inputs.Any(input => input is not null && Path.GetFullPath(input) == whole))
            throw new UsageException($"{option} {path}: this file is read; expected another name");
        if (!Directory.Exists(folder))
            throw new IOException($"{option} {path}: there is no folder {folder}");
        try
        {
            DeleteUnfinished(whole, folder);
            string probe = Path.Combine(folder, $".biolearn-{Guid.NewGuid():N}");
            new FileStream(probe, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{option} {path}: the folder {folder} cannot be written: {problem.Message}");
        }
    }

    /// <summary>Deletes what a killed process left of this file half written; what a process has open stays.</summary>
    private static void DeleteUnfinished(string whole, string folder)
    {
        string name = Path.GetFileName(whole);
        foreach (string left in Directory.EnumerateFiles(folder, "*.tmp").Where(file => IsUnfinished(Path.GetFileName(file), name)).ToArray())
        {
            try
            {
                new FileStream(left, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
            }
            catch (IOException)
            {
                // Another process is writing it.
            }
        }
    }

    private static bool IsUnfinished(string file, string name) =>
        file.Length == name.Length + ".".Length + 32 + ".tmp".Length && file.StartsWith(name + ".", StringComparison.Ordinal) && file[(name.Length + 1)..^4].All(char.IsAsciiHexDigitLower);

    /// <summary>Refuses what stands in the place of a file and must stay.</summary>
    public static void CheckReplaceable(string option, string path)
    {
        string whole;
        try
        {
            whole = Path.GetFullPath(path);
        }
        catch (ArgumentException)
        {
            throw new UsageException($"{option}: is no name of a file");
        }
        if (Directory.Exists(whole))
            throw new IOException($"{option}: {path} is a folder; expected a file's name");
        // Written beside and renamed, a file would take the place of a device.
        if (whole.StartsWith("/dev/", StringComparison.Ordinal))
            throw new IOException($"{option}: {path} is a device; expected a file's name");
        if (File.Exists(whole) && File.GetAttributes(whole).HasFlag(FileAttributes.ReadOnly))
            throw new IOException($"{option}: {path} is read-only");
    }
}
