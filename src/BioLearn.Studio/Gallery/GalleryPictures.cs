using System.Security.Cryptography;
using System.Text.RegularExpressions;
using BioLearn.ML.Hosting;
using BioLearn.Onnx.Images;
using BioLearn.Studio.Pictures;

namespace BioLearn.Studio.Gallery;

/// <summary>The pictures of a gallery: named by what they hold, so that the same picture is there once. They are written when all are there: a gallery that is given up leaves none.</summary>
internal sealed partial class GalleryPictures(string folder)
{
    private const string Place = "pictures";

    private readonly Dictionary<string, byte[]> _kept = new(StringComparer.Ordinal);

    /// <summary>Keeps a picture.</summary>
    /// <returns>Its address in the gallery.</returns>
    public string Keep(PixelImage image)
    {
        byte[] png = PictureUrl.PngBytes(image);
        string name = $"{Convert.ToHexStringLower(SHA256.HashData(png))[..16]}.png";
        _kept.TryAdd(name, png);
        return $"{Place}/{name}";
    }

    /// <summary>Writes the pictures.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Write()
    {
        if (_kept.Count > 0)
            Directory.CreateDirectory(Path.Combine(folder, Place));
        foreach (var (name, png) in _kept)
            SafeFile.Write(Path.Combine(folder, Place, name), file => file.Write(png), durable: false);
    }

    /// <summary>Deletes the pictures of a gallery that stood here before.</summary>
    public void Tidy()
    {
        if (!Directory.Exists(Path.Combine(folder, Place)))
            return;
        foreach (string path in Directory.EnumerateFiles(Path.Combine(folder, Place)))
        {
            if (Ours().IsMatch(Path.GetFileName(path)) && !_kept.ContainsKey(Path.GetFileName(path)))
                File.Delete(path);
        }
    }

    [GeneratedRegex(@"^[0-9a-f]{16}\.png$")]
    private static partial Regex Ours();
}
