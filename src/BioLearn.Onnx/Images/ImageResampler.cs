using BioLearn.Kernels.Images;

namespace BioLearn.Onnx.Images;

/// <summary>Resizes pictures bit for bit as Pillow does.</summary>
public static class ImageResampler
{
    /// <summary>Resizes a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="width">New columns.</param>
    /// <param name="height">New rows.</param>
    /// <param name="filter">The interpolation.</param>
    public static PixelImage Resize(PixelImage image, int width, int height, ResampleFilter filter = ResampleFilter.Bilinear) =>
        ResizeAndCrop(image, width, height, new PixelWindow(0, 0, width, height), filter);

    /// <summary>Computes one window of the resized picture and nothing else: the same pixels as resizing, then cropping.</summary>
    internal static PixelImage ResizeAndCrop(PixelImage image, long width, long height, PixelWindow window, ResampleFilter filter)
    {
        ArgumentNullException.ThrowIfNull(image);
        var result = new PixelImage(window.Width, window.Height);
        PixelResampler.Resize(image.Rgb, image.Width, image.Height, channels: 3, width, height, window, filter, result.Rgb);
        return result;
    }
}
