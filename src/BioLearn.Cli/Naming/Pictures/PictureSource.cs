using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.Kernels.Random;
using BioLearn.ML.Data;
using BioLearn.ML.Spiking;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Naming.Pictures;

/// <summary>Finds named pictures where <c>--data</c> points.</summary>
internal static class PictureSource
{
    public const string Sample = "sample";
    private const string SampleTitle = "the bundled part of Fashion-MNIST";

    /// <summary>Opens the pictures.</summary>
    /// <param name="data">sample, or a folder: lists with an archive, TrainingSet and TestingSet, IDX files, Omniglot, or one folder a name.</param>
    /// <param name="testShare">Share of the pictures of each name to set aside where nothing says which.</param>
    /// <param name="seed">Decides which.</param>
    /// <exception cref="UsageException">There is no such data.</exception>
    public static PictureSet Open(string data, double testShare, long seed)
    {
        if (data == Sample)
            return Idx(Path.Combine(AppContext.BaseDirectory, "data", "fashion-mnist"), SampleTitle);
        if (!Directory.Exists(data))
            throw new UsageException($"--data {data}: no such folder; expected {Sample}, or a folder with one folder of pictures for each name");
        string title = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(data)));
        if (Directory.GetFiles(data, "*.zip") is [var archive] && File.Exists(Path.Combine(data, "TrainingSet.txt")))
            return Listed.Open(data, archive, title);
        if (OmniglotFolder.IsThere(data))
            return OmniglotFolder.Open(data);
        if (IdxFolder.Find(data, "train-images-idx3-ubyte") is not null)
            return Idx(data, title);
        if (Directory.Exists(Path.Combine(data, "TrainingSet")) && Directory.Exists(Path.Combine(data, "TestingSet")))
        {
            string[] names = Names(Path.Combine(data, "TrainingSet"));
            return PictureSet.Of(title, names, Folders(Path.Combine(data, "TrainingSet"), names), Folders(Path.Combine(data, "TestingSet"), names));
        }

        return Divide(title, data, testShare, seed);
    }

    /// <summary>Decodes a picture to grey values.</summary>
    public static GrayPicture Load(string path)
    {
        var image = ImageFiles.Load(path);
        return new(image.Width, image.Height, image.ToGray());
    }

    private static PictureSet Divide(string title, string data, double testShare, long seed)
    {
        string[] names = Names(data);
        var all = Folders(data, names);
        List<NamedPicture> training = [], test = [];
        for (int name = 0; name < names.Length; name++)
        {
            NamedPicture[] own = [.. all.Where(picture => picture.Name == name)];
            new RandomStream(seed, $"test pictures/{names[name]}").Shuffle<NamedPicture>(own);
            int held = (int)Math.Ceiling(testShare * own.Length);
            if (own.Length < 2 || held >= own.Length)
                throw new UsageException($"{Path.Combine(data, names[name])}: {own.Length} picture{(own.Length == 1 ? "" : "s")}; a name needs one to learn from and one to be tested on");
            test.AddRange(own[..held].OrderBy(picture => picture.Id, StringComparer.Ordinal));
            training.AddRange(own[held..].OrderBy(picture => picture.Id, StringComparer.Ordinal));
        }

        return PictureSet.Of(title, names, training, test);
    }

    private static string[] Names(string folder)
    {
        string[] names = [.. Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        return names.Length >= 2
            ? names
            : throw new UsageException($"{folder}: {names.Length} folders; expected one folder of pictures for each name, at least two (or IDX files, or Omniglot's)");
    }

    private static List<NamedPicture> Folders(string root, string[] names)
    {
        var pictures = new List<NamedPicture>();
        for (int name = 0; name < names.Length; name++)
        {
            string folder = Path.Combine(root, names[name]);
            if (!Directory.Exists(folder))
                throw new UsageException($"{folder}: no such folder");
            foreach (string path in Directory.GetFiles(folder).Where(IsPicture).Order(StringComparer.Ordinal))
                pictures.Add(new(name, path, Load(path)));
        }

        return pictures;
    }

    private static PictureSet Idx(string folder, string title)
    {
        var training = IdxPictures(folder, "train");
        var test = IdxPictures(folder, "t10k");
        int names = training.Concat(test).Max(picture => picture.Name) + 1;
        return PictureSet.Of(title, ClassNames.Of(title, names), training, test);
    }

    private static List<NamedPicture> IdxPictures(string folder, string part)
    {
        var (imagesPath, labelsPath) = IdxFolder.Pair(folder, part);
        IdxFile images = IdxFile.Read(imagesPath), labels = IdxFile.Read(labelsPath);
        if (images.Dimensions.Count != 3 || labels.Dimensions.Count != 1 || labels.Dimensions[0] != images.Dimensions[0])
            throw new InvalidDataException($"{imagesPath}: expected pictures x rows x columns, and as many labels in {labelsPath}");
        var (height, width) = (images.Dimensions[1], images.Dimensions[2]);
        return [.. Enumerable.Range(0, images.Dimensions[0]).Select(i => new NamedPicture(
            labels.Values[i], $"{part} {i}", new GrayPicture(width, height, images.Values.AsMemory(i * images.ItemSize, images.ItemSize))))];
    }

    private static bool IsPicture(string path) => ImageFiles.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
