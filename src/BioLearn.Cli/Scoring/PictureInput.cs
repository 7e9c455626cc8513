using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Tables;
using BioLearn.ML.Networks;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Scoring;

/// <summary>Pictures as a network that was taught pictures reads them.</summary>
/// <param name="View">The rows.</param>
/// <param name="Truth">The folder of each picture; null where pictures lie in no folder of a class.</param>
/// <param name="Files">The file of each row.</param>
/// <param name="Notes">What a reader should know.</param>
internal sealed record PictureInput(TableView View, IReadOnlyList<string>? Truth, IReadOnlyList<string> Files, IReadOnlyList<string> Notes)
{
    /// <summary>Whether a path is a picture, or a folder of pictures.</summary>
    public static bool Is(string path) => File.Exists(path) && ImageFiles.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) || Directory.Exists(path) && PictureFolder.Any(path);

    /// <summary>Reads pictures.</summary>
    /// <param name="path">A picture, or a folder of them, with one folder a class or without.</param>
    /// <param name="training">Of a folder with parts <c>train</c> and <c>test</c>: the first.</param>
    /// <param name="shape">What the network reads.</param>
    /// <param name="cancellation">Heard before each picture.</param>
    /// <exception cref="InvalidDataException">None can be read.</exception>
    public static PictureInput Read(string path, bool training, TensorShape shape, CancellationToken cancellation)
    {
        string folder = PictureFolder.IsSplit(path) ? Path.Combine(path, training ? "train" : "test") : path;
        string[] files = File.Exists(folder) ? [folder] : [.. PictureFolder.FilesOf(folder)];
        List<string> notes = [];
        (string File, float[] Kept)[] read = PictureReading.Each(files, File.Exists(folder) ? Path.GetDirectoryName(Path.GetFullPath(folder))! : folder, image => PictureFeatures.Of(image, shape), notes, cancellation);
        string[] good = [.. read.Select(one => one.File)];
        float[][] features = [.. read.Select(one => one.Kept)];
        string[] classes = [.. good.Select(file => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)).Select(parts => parts.Length > 1 ? parts[0] : "")];
        return new(
            new(features.Length, [ViewColumn.Vectors("Features", features, shape.Size), ViewColumn.Texts("Label", classes)]),
            classes.Contains("") ? null : classes,
            [.. good.Select(file => File.Exists(path) ? file : Path.GetRelativePath(path, file))],
            notes);
    }
}
