namespace BioLearn.Onnx.Images;

/// <summary>The one seam through which pictures are decoded and encoded. <see cref="ImageFiles.Codec"/> is the one in use.</summary>
public interface IImageCodec
{
    /// <summary>
    /// Decodes the first frame of a picture. Grey and palette pictures become RGB, samples of 16 bits keep their upper 8 (of grey PNG, TIFF and PGM they are cut at 255), an alpha channel
    /// is dropped, colour profiles are not applied (as Pillow's <c>convert("RGB")</c> does), and the EXIF orientation is honoured.
    /// </summary>
    /// <param name="encoded">The bytes of the file.</param>
    /// <param name="name">What to call the picture in errors, usually its path.</param>
    /// <exception cref="InvalidImageException">No picture, damaged, truncated, or larger than <see cref="ImageLimits.MaxPixels"/>.</exception>
    PixelImage Decode(ReadOnlyMemory<byte> encoded, string name);

    /// <summary>Encodes a picture. The same pixels give the same bytes.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="destination">Where to write; stays open.</param>
    /// <param name="format">PNG (lossless) or JPEG.</param>
    /// <param name="quality">JPEG quality, 1 to 100; PNG ignores it.</param>
    void Encode(PixelImage image, Stream destination, ImageFormat format, int quality = 90);
}

/// <summary>What <see cref="IImageCodec.Encode"/> can write.</summary>
public enum ImageFormat
{
    /// <summary>Portable network graphics, lossless.</summary>
    Png,

    /// <summary>JPEG.</summary>
    Jpeg,
}
