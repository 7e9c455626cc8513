using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Learning.Data;

/// <summary>Pictures of many files, several at a time. Of each only what is asked for is kept; what cannot be read is left out, and named.</summary>
internal static class PictureReading
{
    private const int Named = 3;

    /// <summary>Reads pictures.</summary>
    /// <param name="files">The files.</param>
    /// <param name="folder">What their names are given from, in messages.</param>
    /// <param name="keep">Makes of a picture what is kept of it.</param>
    /// <param name="notes">Hears of those left out.</param>
    /// <param name="cancellation">Heard before each picture.</param>
    /// <returns>The files that could be read, in their order, each with what was kept.</returns>
    /// <exception cref="InvalidDataException">None can be read.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static (string File, T Kept)[] Each<T>(IReadOnlyList<string> files, string folder, Func<PixelImage, T> keep, List<string> notes, CancellationToken cancellation)
        where T : class
    {
        T?[] read = new T?[files.Count];
        Parallel.For(0, files.Count, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            try
            {
                read[i] = keep(ImageFiles.Load(files[i]));
            }
            catch (Exception bad) when (bad is InvalidImageException or IOException or UnauthorizedAccessException)
            {
                // Said below, with the others.
            }
        });
        string[] skipped = [.. files.Where((_, i) => read[i] is null).Select(file => Path.GetRelativePath(folder, file))];
        if (skipped.Length == files.Count)
            throw new InvalidDataException(files.Count == 1 ? $"{files[0]}: the picture cannot be read" : $"{folder}: none of its {files.Count} pictures can be read, {skipped[0]} for one");
        if (skipped.Length > 0)
            notes.Add($"{skipped.Length} of {files.Count} pictures cannot be read and are left out: {string.Join(", ", skipped.Take(Named))}{(skipped.Length > Named ? ", ..." : "")}");
        return [.. files.Zip(read).Where(one => one.Second is not null).Select(one => (one.First, one.Second!))];
    }
}
