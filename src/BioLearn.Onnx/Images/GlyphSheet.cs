namespace BioLearn.Onnx.Images;

/// <summary>
/// Letters for labels: printable ASCII, 8 x 16 pixels each, side by side in one embedded picture of coverage (rendered from DejaVu Sans Mono 13 px,
/// a free font), so that sheets look the same on machines with other fonts or none.
/// </summary>
internal static class GlyphSheet
{
    public const int Width = 8;
    public const int Height = 16;

    private const char First = ' ';
    private const char Last = '~';

    private static readonly Lazy<PixelImage> Coverage = new(() =>
    {
        using var resource = typeof(GlyphSheet).Assembly.GetManifestResourceStream("BioLearn.Onnx.Images.glyphs.png")!;
        return ImageFiles.Load(resource, "glyphs.png");
    });

    /// <summary>Draws one line of text; what passes the right edge is cut, other characters than ASCII become '?'.</summary>
    public static void Draw(PixelImage target, int left, int top, string text, (byte R, byte G, byte B) ink)
    {
        var x = left;
        foreach (var letter in text)
        {
            if (x + Width > target.Width)
                return;
            DrawLetter(target, x, top, letter is >= First and <= Last ? letter : '?', ink);
            x += Width;
        }
    }

    private static void DrawLetter(PixelImage target, int left, int top, char letter, (byte R, byte G, byte B) ink)
    {
        var glyphs = Coverage.Value;
        for (var y = 0; y < Height && top + y < target.Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                int coverage = glyphs.Rgb[3 * (y * glyphs.Width + (letter - First) * Width + x)];
                var pixel = target.Rgb.AsSpan(3 * ((top + y) * target.Width + left + x), 3);
                pixel[0] = Blend(pixel[0], ink.R, coverage);
                pixel[1] = Blend(pixel[1], ink.G, coverage);
                pixel[2] = Blend(pixel[2], ink.B, coverage);
            }
        }
    }

    private static byte Blend(byte paper, byte ink, int coverage) => (byte)((paper * (255 - coverage) + ink * coverage + 127) / 255);
}
