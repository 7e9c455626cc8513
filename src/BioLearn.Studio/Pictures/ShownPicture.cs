using System.Security.Cryptography;
using BioLearn.Onnx.Images;

namespace BioLearn.Studio.Pictures;

/// <summary>A picture that somebody chose, dropped, drew or photographed.</summary>
/// <param name="Name">What it is called: a bundled name, or the name of the file.</param>
/// <param name="Key">Names it in a link: the bundled name, or the first digits of the SHA-256 of its file.</param>
/// <param name="Image">Its pixels.</param>
/// <param name="IsBundled">Whether it is one of those to choose from.</param>
public sealed record ShownPicture(string Name, string Key, PixelImage Image, bool IsBundled)
{
    private const int KeyDigits = 20;

    /// <summary>Decodes what was dropped.</summary>
    /// <exception cref="InvalidImageException">It is no picture, damaged, or larger than <see cref="ImageLimits"/> allow.</exception>
    internal static ShownPicture Decode(string name, ReadOnlyMemory<byte> file) =>
        new(name, Convert.ToHexStringLower(SHA256.HashData(file.Span))[..KeyDigits], ImageFiles.Codec.Decode(file, name), false);
}
