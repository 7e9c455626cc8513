namespace BioLearn.Onnx.Images;

/// <summary>The eight EXIF orientations: how stored rows and columns must be turned so that the picture stands upright.</summary>
internal static class ExifOrientation
{
    /// <summary>Turns the picture; 1 (and anything that is no orientation) leaves it as it is.</summary>
    public static PixelImage Apply(PixelImage stored, int orientation)
    {
        if (orientation is < 2 or > 8)
            return stored;
        var swapsSides = orientation >= 5;
        var upright = swapsSides ? new PixelImage(stored.Height, stored.Width) : new PixelImage(stored.Width, stored.Height);
        int right = stored.Width - 1, bottom = stored.Height - 1;
        for (var y = 0; y < upright.Height; y++)
        {
            for (var x = 0; x < upright.Width; x++)
            {
                var (column, row) = orientation switch
                {
                    2 => (right - x, y),
                    3 => (right - x, bottom - y),
                    4 => (x, bottom - y),
                    5 => (y, x),
                    6 => (y, bottom - x),
                    7 => (right - y, bottom - x),
                    _ => (right - y, x),
                };
                stored.Rgb.AsSpan(3 * (row * stored.Width + column), 3).CopyTo(upright.Rgb.AsSpan(3 * (y * upright.Width + x)));
            }
        }
        return upright;
    }
}
