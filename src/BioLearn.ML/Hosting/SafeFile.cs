namespace BioLearn.ML.Hosting;

/// <summary>Files of networks: written whole or not at all, and read with errors that name the file.</summary>
internal static class SafeFile
{
    /// <summary>Writes beside <paramref name="path"/>, then renames: a crash leaves the old file or the new one.</summary>
    public static void Replace(string path, Action<BinaryWriter> write)
    {
        string beside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
            using (var writer = new BinaryWriter(file))
            {
                write(writer);
                writer.Flush();
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>Reads a file; whatever is wrong with its contents is an <see cref="InvalidDataException"/> that names it.</summary>
    public static TResult Open<TResult>(string path, Func<BinaryReader, TResult> read)
    {
        using var file = File.OpenRead(path);
        using var reader = new BinaryReader(file);
        try
        {
            return read(reader);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"{path}, byte {file.Position}: {e.Message}", e);
        }
    }
}
