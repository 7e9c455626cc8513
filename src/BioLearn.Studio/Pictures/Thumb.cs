using System.Runtime.CompilerServices;
using BioLearn.Onnx.Images;

namespace BioLearn.Studio.Pictures;

/// <summary>Small pictures of pictures, made once as long as the picture is there.</summary>
internal static class Thumb
{
    private const int Side = 160;

    private static readonly ConditionalWeakTable<PixelImage, string> Made = [];

    /// <summary>The address that holds it: the picture itself where it is small, else one whose longer side is 160.</summary>
    public static string Of(PixelImage image) => Made.GetValue(image, Make);

    private static string Make(PixelImage image)
    {
        int longer = Math.Max(image.Width, image.Height);
        return longer <= Side
            ? PictureUrl.Png(image)
            : PictureUrl.Jpeg(ImageResampler.Resize(image, Math.Max(1, image.Width * Side / longer), Math.Max(1, image.Height * Side / longer)));
    }
}
