namespace BioLearn.Onnx.Images;

/// <summary>
/// What a GIF shows where its first frame is transparent or does not reach: the colour that its palette has there, as where alpha is dropped from
/// any other picture (Pillow's <c>convert("RGB")</c>), instead of the black that decoders leave.
/// </summary>
internal static class GifBackground
{
    /// <summary>The colour of the transparent index, of index 0 where none is transparent; null where the file is no GIF or has no such colour.</summary>
    public static (byte R, byte G, byte B)? Of(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith("GIF8"u8) || file.Length < 13)
            return null;
        ReadOnlySpan<byte> palette = Palette(file, flags: file[10], start: 13, out int at);
        int transparent = 0;
        while (at < file.Length)
        {
            switch (file[at])
            {
                case 0x21 when at + 8 <= file.Length: // an extension: label, then blocks with their lengths until an empty one
                    if (file[at + 1] == 0xF9 && (file[at + 3] & 1) != 0)
                        transparent = file[at + 6];
                    for (at += 2; at < file.Length && file[at] != 0;)
                        at += file[at] + 1;
                    at++;
                    break;
                case 0x2C when at + 10 <= file.Length: // the first frame, perhaps with a palette of its own
                    ReadOnlySpan<byte> own = Palette(file, file[at + 9], at + 10, out _);
                    return Colour(own.IsEmpty ? palette : own, transparent);
                default:
                    return null;
            }
        }
        return null;
    }

    private static ReadOnlySpan<byte> Palette(ReadOnlySpan<byte> file, byte flags, int start, out int end)
    {
        int length = (flags & 0x80) == 0 ? 0 : 3 * (2 << (flags & 7));
        end = start + length;
        return end <= file.Length ? file.Slice(start, length) : [];
    }

    private static (byte, byte, byte)? Colour(ReadOnlySpan<byte> palette, int index) =>
        palette.Length >= 3 * (index + 1) ? (palette[3 * index], palette[3 * index + 1], palette[3 * index + 2]) : null;
}
