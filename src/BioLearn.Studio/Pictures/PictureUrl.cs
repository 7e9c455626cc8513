using BioLearn.Onnx.Images;

namespace BioLearn.Studio.Pictures;

/// <summary>Pictures as addresses that hold them: no request, nothing kept, and a static page is made of the same.</summary>
internal static class PictureUrl
{
    /// <summary>As PNG, without loss.</summary>
    public static string Png(PixelImage image) => $"data:image/png;base64,{Convert.ToBase64String(PngBytes(image))}";

    /// <summary>The bytes of the PNG.</summary>
    public static byte[] PngBytes(PixelImage image)
    {
        using MemoryStream encoded = new();
        ImageFiles.Codec.Encode(image, encoded, ImageFormat.Png);
        return encoded.ToArray();
    }

    /// <summary>As JPEG, small: for what is only looked at.</summary>
    public static string Jpeg(PixelImage image, int quality = 85)
    {
        using MemoryStream encoded = new();
        ImageFiles.Codec.Encode(image, encoded, ImageFormat.Jpeg, quality);
        return $"data:image/jpeg;base64,{Convert.ToBase64String(encoded.GetBuffer().AsSpan(0, (int)encoded.Length))}";
    }
}
