namespace BioLearn.Onnx.Images;

/// <summary>A picture in memory: 8-bit RGB, rows from the top, pixels interleaved (height x width x 3), no padding.</summary>
public sealed class PixelImage
{
    /// <summary>Wraps pixels without copying them.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="rgb">Height x width x 3 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> has another length than height x width x 3.</exception>
    public PixelImage(int width, int height, byte[] rgb)
    {
        ArgumentNullException.ThrowIfNull(rgb);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.LongLength != 3L * width * height)
            throw new ArgumentException($"expected {height} x {width} x 3 = {3L * width * height} bytes, found {rgb.LongLength}", nameof(rgb));
        Width = width;
        Height = height;
        Rgb = rgb;
    }

    /// <summary>A black picture.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    public PixelImage(int width, int height) : this(width, height, new byte[checked(3 * width * height)])
    {
    }

    /// <summary>A grey picture in colours: each value three times.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="gray">Height x width values, rows from the top.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="gray"/> has another length than height x width.</exception>
    public static PixelImage FromGray(int width, int height, ReadOnlySpan<byte> gray)
    {
        if (gray.Length != (long)width * height)
            throw new ArgumentException($"expected {height} x {width} = {(long)width * height} values, found {gray.Length}", nameof(gray));
        byte[] rgb = new byte[3 * gray.Length];
        for (int i = 0; i < gray.Length; i++)
            rgb.AsSpan(3 * i, 3).Fill(gray[i]);
        return new(width, height, rgb);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The pixels, height x width x 3, red first.</summary>
    public byte[] Rgb { get; }

    /// <summary>Copies a window.</summary>
    /// <param name="left">First column.</param>
    /// <param name="top">First row.</param>
    /// <param name="width">Columns of the window.</param>
    /// <param name="height">Rows of the window.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window does not lie inside the picture.</exception>
    public PixelImage Crop(int left, int top, int width, int height)
    {
        if (left < 0 || top < 0 || width < 1 || height < 1 || left > Width - width || top > Height - height)
        {
            throw new ArgumentOutOfRangeException(nameof(width),
                $"window {width} x {height} at ({left}, {top}) does not lie inside {Width} x {Height}");
        }

        var window = new PixelImage(width, height);
        for (var y = 0; y < height; y++)
            Rgb.AsSpan(3 * ((top + y) * Width + left), 3 * width).CopyTo(window.Rgb.AsSpan(3 * y * width));
        return window;
    }

    /// <summary>Luma with the ITU-R 601 weights (299, 587, 114 thousandths) in 16-bit fixed point: what Pillow's mode "L" holds.</summary>
    /// <returns>Height x width values.</returns>
    public byte[] ToGray()
    {
        var gray = new byte[Width * Height];
        ReadOnlySpan<byte> rgb = Rgb;
        for (var i = 0; i < gray.Length; i++)
        {
            var pixel = rgb.Slice(3 * i, 3);
            gray[i] = (byte)((pixel[0] * 19595 + pixel[1] * 38470 + pixel[2] * 7471 + 0x8000) >> 16);
        }
        return gray;
    }
}
