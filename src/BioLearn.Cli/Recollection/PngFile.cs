namespace BioLearn.Cli.Recollection;

/// <summary>Results that an earlier run left.</summary>
internal static class PngFile
{
    private static ReadOnlySpan<byte> Begin => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> End => [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    /// <summary>Whether the file is there and has a PNG's first and last bytes: emptied, cut and overwritten files do not.</summary>
    public static bool IsWhole(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> begin = stackalloc byte[Begin.Length], end = stackalloc byte[End.Length];
            if (file.Length < begin.Length + end.Length)
                return false;
            file.ReadExactly(begin);
            file.Position = file.Length - end.Length;
            file.ReadExactly(end);
            return begin.SequenceEqual(Begin) && end.SequenceEqual(End);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
