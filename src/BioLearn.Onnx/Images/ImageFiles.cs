using BioLearn.ML.Hosting;

namespace BioLearn.Onnx.Images;

/// <summary>Loads and saves pictures with the codec that this build carries.</summary>
public static class ImageFiles
{
    /// <summary>The codec in use.</summary>
    public static IImageCodec Codec { get; } =
#if IMAGESHARP
        new ImageSharpCodec();
#else
        new SkiaWithImageSharpCodec();
#endif

    /// <summary>The extensions, with their dots, of files that are looked for where a folder is named.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
        [".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".pbm", ".pgm", ".ppm", ".tga", ".ico"];

    /// <summary>Loads a picture; see <see cref="IImageCodec.Decode"/> for what becomes of alpha, palettes and orientation.</summary>
    /// <param name="path">A PNG, JPEG, WebP, GIF, BMP, TIFF, PBM, PGM, PPM, TGA or ICO.</param>
    /// <exception cref="InvalidImageException">No picture, damaged, truncated or too large.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static PixelImage Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var length = new FileInfo(path).Length;
        if (length > ImageLimits.MaxFileBytes)
            throw new InvalidImageException(path, $"{length:N0} bytes are more than the {ImageLimits.MaxFileBytes:N0} that are allowed");
        return Codec.Decode(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads a stream to its end and decodes it.</summary>
    /// <param name="encoded">The bytes of a picture file.</param>
    /// <param name="name">What to call the picture in errors.</param>
    /// <exception cref="InvalidImageException">No picture, damaged, truncated or too large.</exception>
    public static PixelImage Load(Stream encoded, string name)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        using var bytes = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = encoded.Read(buffer)) > 0;)
        {
            if (bytes.Length + read > ImageLimits.MaxFileBytes)
                throw new InvalidImageException(name, $"more than the {ImageLimits.MaxFileBytes:N0} bytes that are allowed");
            bytes.Write(buffer, 0, read);
        }
        return Codec.Decode(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), name);
    }

    /// <summary>Saves a picture as PNG or JPEG, by the file's extension. Written beside and renamed: a reader never sees half a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="path">A name that ends in .png, .jpg or .jpeg.</param>
    /// <exception cref="ArgumentException">Another extension.</exception>
    /// <exception cref="IOException">The disk is full, or the folder is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Save(PixelImage image, string path)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var format = FormatOf(path)
            ?? throw new ArgumentException($"{path}: expected .png, .jpg or .jpeg, found '{Path.GetExtension(path)}'", nameof(path));
        SafeFile.Write(path, file => Codec.Encode(image, file, format), durable: false);
    }

    /// <summary>The format that a file's extension stands for; null for one that is not written.</summary>
    /// <param name="path">A name.</param>
    public static ImageFormat? FormatOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".PNG" => ImageFormat.Png,
        ".JPG" or ".JPEG" => ImageFormat.Jpeg,
        _ => null,
    };
}
