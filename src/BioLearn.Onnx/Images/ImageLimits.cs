namespace BioLearn.Onnx.Images;

/// <summary>Sizes beyond which a picture is refused from its header, before memory is taken: a small file may claim to be a huge picture.</summary>
public static class ImageLimits
{
    /// <summary>Most pixels of a picture: 8192 x 8192.</summary>
    public const long MaxPixels = 8192L * 8192;

    /// <summary>Most bytes of an encoded file: 256 MiB.</summary>
    public const long MaxFileBytes = 256L << 20;

    internal static void CheckSize(long width, long height, string name)
    {
        if (width < 1 || height < 1)
            throw new InvalidImageException(name, $"the header gives an impossible size, {width} x {height} pixels");
        if (width * height > MaxPixels)
            throw new InvalidImageException(name, $"{width} x {height} pixels are more than the {MaxPixels:N0} that are allowed");
    }
}
