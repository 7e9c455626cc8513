using System.Security.Cryptography;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Learning.Data;

/// <summary>
/// Pictures in a folder that has one folder a class: <c>cats/1.jpg</c>, <c>dogs/7.png</c>; or those of <c>train</c> to learn from and those of <c>test</c> to test on.
/// All are brought to one size; grey ones have one channel, if all are grey.
/// </summary>
internal sealed class PictureFolder
{
    private const int LargestAsIs = 64, UsualSide = 32;

    private readonly string _folder;
    private readonly List<string> _notes = [];

    private PictureFolder(string folder) => _folder = folder;

    /// <summary>Whether a folder has folders of pictures.</summary>
    public static bool Is(string folder) => Directory.Exists(folder) && Classes(folder).Any(Any);

    /// <summary>Whether a folder has pictures to learn from and others to test on.</summary>
    public static bool IsSplit(string folder) => Is(Path.Combine(folder, "train")) && Is(Path.Combine(folder, "test"));

    /// <summary>Reads all pictures.</summary>
    /// <exception cref="UsageException">There are too few.</exception>
    /// <exception cref="InvalidDataException">None can be read.</exception>
    public static DataSet Open(DataChoice choice, CancellationToken cancellation)
    {
        PictureFolder folder = new(choice.Data);
        string train = Path.Combine(choice.Data, "train"), test = Path.Combine(choice.Data, "test");
        bool isSplit = IsSplit(choice.Data);
        List<Picture> all = folder.Read(isSplit ? train : choice.Data, choice, cancellation), others = isSplit ? folder.Read(test, choice, cancellation) : [];
        if (all.Concat(others).Select(picture => picture.Class).Distinct().ToArray() is [var only])
            throw new UsageException($"--data {choice.Data}: all its pictures lie below one folder, {only}; expected one folder a class{(Is(Path.Combine(choice.Data, only)) ? $", as {Path.Combine(choice.Data, only)} has them" : "")}");
        TensorShape shape = folder.ShapeOf([.. all, .. others], choice.Size);
        if (!isSplit)
            (all, others) = SetAside(all, choice);
        return new(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(choice.Data))), LearningTask.Classification, View(all, shape), View(others, shape))
        {
            Shape = shape,
            Notes = folder._notes,
        };
    }

    /// <summary>Files of pictures below a folder, in the order of their names.</summary>
    public static IEnumerable<string> FilesOf(string folder) => Files(folder).Order(StringComparer.Ordinal);

    /// <summary>Whether there are pictures below a folder.</summary>
    public static bool Any(string folder) => Files(folder).Any();

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System, MaxRecursionDepth = 8 })
        .Where(file => ImageFiles.Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase));

    /// <summary>A checksum of names and contents.</summary>
    public static string Fingerprint(string folder)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in FilesOf(folder))
        {
            sum.AppendData(System.Text.Encoding.UTF8.GetBytes(Path.GetRelativePath(folder, file)));
            using var content = File.OpenRead(file);
            sum.AppendData(SHA256.HashData(content));
        }
        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }

    private static IEnumerable<string> Classes(string folder) => Directory.EnumerateDirectories(folder).Where(one => !Path.GetFileName(one).StartsWith('.')).Order(StringComparer.Ordinal);

    private List<Picture> Read(string folder, DataChoice choice, CancellationToken cancellation)
    {
        (string File, string Class)[] files = [.. Classes(folder).SelectMany(one => FilesOf(one).Select(file => (file, Path.GetFileName(one))))];
        Dictionary<string, string> classes = files.ToDictionary(file => file.File, file => file.Class);
        return [.. PictureReading.Each([.. files.Select(file => file.File)], _folder, image => Reduced(image, choice.Size), _notes, cancellation)
            .Select(one => new Picture(one.Kept.Image, one.Kept.Size, classes[one.File]))];
    }

    /// <summary>A picture at no more than the size that it can come to, so that a folder of photographs need not fit in memory; and its own size.</summary>
    private static Small Reduced(PixelImage image, PictureSize? asked)
    {
        PictureSize own = new(image.Width, image.Height);
        PictureSize to = asked ?? (own is { Width: <= LargestAsIs, Height: <= LargestAsIs } ? own : new(UsualSide, UsualSide));
        return new(to == own ? image : ImageResampler.Resize(image, to.Width, to.Height), own);
    }

    private TensorShape ShapeOf(IReadOnlyList<Picture> pictures, PictureSize? asked)
    {
        PictureSize[] sizes = [.. pictures.Select(picture => picture.Size).Distinct()];
        PictureSize size = asked ?? (sizes is [{ Width: <= LargestAsIs, Height: <= LargestAsIs } one] ? one : new(UsualSide, UsualSide));
        if (asked is null && (sizes.Length > 1 || sizes[0] != size))
            _notes.Add($"pictures of {(sizes.Length == 1 ? $"{sizes[0]}" : $"{sizes.Length} sizes")} are brought to {size}; --size names another");
        return new(pictures.All(picture => IsGray(picture.Image)) ? 1 : 3, size.Height, size.Width);
    }

    private static (List<Picture> Training, List<Picture> Test) SetAside(List<Picture> all, DataChoice choice)
    {
        int[] order = new int[all.Count];
        new RandomStream(0, "test rows").FillPermutation(order);
        int held = (int)Math.Ceiling(choice.TestShare * order.Length);
        return held < order.Length
            ? ([.. order[held..].Select(i => all[i])], [.. order[..held].Select(i => all[i])])
            : throw new UsageException($"{choice.Data}: {order.Length} pictures are too few to set {held} aside for the test");
    }

    private static TableView View(IReadOnlyList<Picture> pictures, TensorShape shape)
    {
        float[][] features = new float[pictures.Count][];
        Parallel.For(0, features.Length, i => features[i] = PictureFeatures.Of(pictures[i].Image, shape));
        return new(pictures.Count, [ViewColumn.Vectors("Features", features, shape.Size), ViewColumn.Texts("Label", [.. pictures.Select(picture => picture.Class)])]);
    }

    private static bool IsGray(PixelImage image)
    {
        byte[] rgb = image.Rgb;
        for (int i = 0; i < rgb.Length; i += 3)
        {
            if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2])
                return false;
        }
        return true;
    }

    private sealed record Small(PixelImage Image, PictureSize Size);

    private sealed record Picture(PixelImage Image, PictureSize Size, string Class);
}

/// <summary>A picture as the rows of a network that reads pictures.</summary>
internal static class PictureFeatures
{
    /// <summary>Brings a picture to a shape: planes of red, green and blue, or of grey, from 0 to 1.</summary>
    public static float[] Of(PixelImage image, TensorShape shape)
    {
        PixelImage sized = image.Width == shape.Width && image.Height == shape.Height ? image : ImageResampler.Resize(image, shape.Width, shape.Height);
        float[] features = new float[shape.Size];
        int area = shape.Height * shape.Width;
        if (shape.Channels == 1)
        {
            byte[] gray = sized.ToGray();
            for (int i = 0; i < area; i++)
                features[i] = gray[i] / 255f;
            return features;
        }
        for (int i = 0; i < area; i++)
        {
            for (int channel = 0; channel < 3; channel++)
                features[(channel * area) + i] = sized.Rgb[(3 * i) + channel] / 255f;
        }
        return features;
    }
}
