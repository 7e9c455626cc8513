using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>Images as values of a column.</summary>
internal static class ImageValues
{
    private const string Library = "Microsoft.ML.ImageAnalytics";

    /// <summary>Cursors that read ahead keep images, and hand each reader its own. Calling it again changes nothing.</summary>
    /// <exception cref="InvalidOperationException">The program lacks the package of ML.NET's images.</exception>
    public static void Register()
    {
        try
        {
            Assembly.Load(Library);
        }
        catch (FileNotFoundException missing)
        {
            throw new InvalidOperationException($"This component reads images, and the program lacks the package {Library}: reference it (dotnet add package {Library}).", missing);
        }
        RegisterCopy();
    }

    // Apart: compiling it loads the library.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RegisterCopy() => ValueCopier<MLImage>.Copy = Copy;

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
