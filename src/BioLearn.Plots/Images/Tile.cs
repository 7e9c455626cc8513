using OxyPlot;
using SkiaSharp;

namespace BioLearn.Plots;

/// <summary>One picture of a sheet.</summary>
/// <param name="Caption">Below it; empty for none.</param>
/// <param name="Pixels">[channels, height, width].</param>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="Channels">1 or 3.</param>
/// <param name="IsWeights">Numbers of both signs around 0, not brightness.</param>
internal sealed record Tile(string Caption, float[] Pixels, int Width, int Height, int Channels, bool IsWeights)
{
    // The palette's blue and vermilion: below and above 0.
    private static readonly (float R, float G, float B) Below = (0, 114, 178), Above = (213, 94, 0);

    /// <summary>The largest absolute weight.</summary>
    public float Extreme => Pixels.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();

    /// <summary>The picture, each pixel drawn as a square, so that no viewer smooths it.</summary>
    /// <param name="magnification">Pixels of the file for each pixel.</param>
    /// <param name="range">Weight of the full colour.</param>
    public OxyImage ToImage(int magnification, float range)
    {
        using SKBitmap bitmap = new(Width * magnification, Height * magnification, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                SKColor colour = !IsWeights ? Brightness(x, y, 0, 1) : Channels == 3 ? Brightness(x, y, -Full(range), Full(range)) : Signed(Pixels[(y * Width) + x] / Full(range));
                for (int i = 0; i < magnification * magnification; i++)
                    bitmap.SetPixel((x * magnification) + (i % magnification), (y * magnification) + (i / magnification), colour);
            }
        }
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return new OxyImage(data.ToArray());
    }

    private static float Full(float range) => range > 0 ? range : 1;

    private SKColor Brightness(int x, int y, float black, float white)
    {
        byte At(int channel) => (byte)Math.Round(255 * Math.Clamp((Pixels[(((channel * Height) + y) * Width) + x] - black) / (white - black), 0f, 1f));
        return Channels == 1 ? new(At(0), At(0), At(0)) : new(At(0), At(1), At(2));
    }

    private static SKColor Signed(float share)
    {
        if (!float.IsFinite(share))
            return SKColors.Gray;
        (float R, float G, float B) = share < 0 ? Below : Above;
        float s = Math.Min(1, Math.Abs(share));
        return new(Mix(R), Mix(G), Mix(B));
        byte Mix(float full) => (byte)Math.Round(255 + (s * (full - 255)));
    }
}
