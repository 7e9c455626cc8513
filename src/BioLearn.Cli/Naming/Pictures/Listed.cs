using System.IO.Compression;
using BioLearn.Cli.Tables;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Naming.Pictures;

/// <summary>Pictures in one archive, with lists of those to learn from and those to be tested on; the folder of a picture is its name.</summary>
internal static class Listed
{
    public static PictureSet Open(string folder, string archivePath, string title)
    {
        string[] training = [.. TextFile.Lines(Path.Combine(folder, "TrainingSet.txt"))], test = [.. TextFile.Lines(Path.Combine(folder, "TestingSet.txt"))];
        string[] names = [.. training.Concat(test).Where(line => line.Length > 0).Select(NameOf).Distinct().Order(StringComparer.Ordinal)];
        using var archive = ZipFile.OpenRead(archivePath);
        return PictureSet.Of(title, names, Read(archive, archivePath, training, names), Read(archive, archivePath, test, names));
    }

    private static List<NamedPicture> Read(ZipArchive archive, string archivePath, string[] lines, string[] names)
    {
        var pictures = new List<NamedPicture>();
        foreach (string line in lines.Where(line => line.Length > 0))
        {
            var entry = archive.GetEntry(line) ?? throw new InvalidDataException($"{archivePath}: no entry {line}");
            using var stream = entry.Open();
            var image = ImageFiles.Load(stream, $"{archivePath}: {line}");
            pictures.Add(new(Array.IndexOf(names, NameOf(line)), line, new(image.Width, image.Height, image.ToGray())));
        }

        return pictures;
    }

    private static string NameOf(string line) => line.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
        ? line[..slash]
        : throw new InvalidDataException($"'{line}' in a list of pictures: expected name/picture");
}
