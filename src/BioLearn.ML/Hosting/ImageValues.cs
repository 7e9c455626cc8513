using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>Images as values of a column.</summary>
internal static class ImageValues
{
    /// <summary>Cursors that read ahead keep images, and hand each reader its own. Calling it again changes nothing.</summary>
    public static void Register() => ValueCopier<MLImage>.Copy = Copy;

    public static MLImage Copy(MLImage image)
    {
        if (IsDisposed(image))
            return image;
        var copy = MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, image.Pixels);
        copy.Tag = image.Tag;
        return copy;
    }

    /// <summary>
    /// ML.NET's <c>ResizeImages</c> has a missing image leave the one of the row before where it was, disposed; nothing but an exception tells.
    /// </summary>
    public static bool IsDisposed(MLImage image)
    {
        try
        {
            return image.Width < 0;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }
}
