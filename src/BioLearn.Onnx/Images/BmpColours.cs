using System.Buffers.Binary;

namespace BioLearn.Onnx.Images;

/// <summary>What Pillow makes of BMP files that Skia makes otherwise: samples of five and six bits, and places that a run-length file leaves out.</summary>
internal static class BmpColours
{
    private const int RunLengths8 = 1, RunLengths4 = 2, Masks = 3;

    /// <summary>The colour of palette index 0, for what a file with run lengths says nothing of; null for any other file.</summary>
    public static (byte R, byte G, byte B)? Background(ReadOnlySpan<byte> file)
    {
        if (!IsLong(file) || Compression(file) is not (RunLengths8 or RunLengths4))
            return null;
        long palette = 14L + BinaryPrimitives.ReadUInt32LittleEndian(file[14..]);
        return palette + 3 <= file.Length ? (file[(int)palette + 2], file[(int)palette + 1], file[(int)palette]) : null;
    }

    /// <summary>Samples of 5 and 6 bits, which Skia widens by repeating their upper bits, as v * 255 / 31 and v * 255 / 63.</summary>
    public static void Widen(ReadOnlySpan<byte> file, PixelImage image)
    {
        if (!IsLong(file) || BinaryPrimitives.ReadUInt16LittleEndian(file[28..]) != 16)
            return;
        bool hasSixBits = Compression(file) == Masks && file.Length >= 66 && BinaryPrimitives.ReadUInt32LittleEndian(file[58..]) == 0x7E0;
        for (int i = 0; i < image.Rgb.Length; i++)
            image.Rgb[i] = hasSixBits && i % 3 == 1 ? (byte)((image.Rgb[i] >> 2) * 255 / 63) : (byte)((image.Rgb[i] >> 3) * 255 / 31);
    }

    private static bool IsLong(ReadOnlySpan<byte> file) => file.Length >= 54 && file.StartsWith("BM"u8) && BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) >= 40;

    private static uint Compression(ReadOnlySpan<byte> file) => BinaryPrimitives.ReadUInt32LittleEndian(file[30..]);
}
