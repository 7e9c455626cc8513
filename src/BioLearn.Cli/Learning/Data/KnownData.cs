using BioLearn.ML.Data;

namespace BioLearn.Cli.Learning.Data;

/// <summary>A file of a published data set.</summary>
/// <param name="Name">Its usual name, without the extension of its compression.</param>
/// <param name="Sha256">Checksum of the decompressed file, which does not depend on how it was compressed.</param>
internal sealed record KnownFile(string Name, string Sha256);

/// <summary>Published data sets that the tool knows by name, their origin and checksums.</summary>
internal sealed record KnownData(string Name, string Title, string Licence, Uri Origin, IReadOnlyList<KnownFile> Files)
{
    /// <summary>Environment variable that names the folder of data sets, one folder a set.</summary>
    public const string FolderVariable = "BIOLEARN_DATA";

    public static IReadOnlyList<KnownData> All { get; } =
    [
        new(
            "mnist",
            "MNIST, handwritten digits, 60,000 and 10,000 of 28 x 28 (LeCun, Cortes and Burges)",
            "CC BY-SA 3.0",
            new Uri("https://ossci-datasets.s3.amazonaws.com/mnist/"),
            [
                new("train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
                new("train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
                new("t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
                new("t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
            ]),
        new(
            "fashion-mnist",
            "Fashion-MNIST, pieces of clothing, 60,000 and 10,000 of 28 x 28 (Xiao, Rasul and Vollgraf)",
            "MIT",
            new Uri("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
            [
                new("train-images-idx3-ubyte", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
                new("train-labels-idx1-ubyte", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
                new("t10k-images-idx3-ubyte", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
                new("t10k-labels-idx1-ubyte", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
            ]),
    ];

    /// <summary>Where sets are kept: <see cref="FolderVariable"/>, else the user's application data.</summary>
    public static string Root => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "BioLearn", "data");

    /// <summary>Where this set is kept.</summary>
    public string Folder => Path.Combine(Root, Name);

    public bool IsHere => Files.All(file => IdxFolder.Find(Folder, file.Name) is not null);

    public static KnownData? Find(string name) => All.FirstOrDefault(set => set.Name == name);
}

/// <summary>A folder with the four IDX files of a data set, compressed or not.</summary>
internal static class IdxFolder
{
    /// <summary>The file, or null; both <c>images-idx3-ubyte</c> and <c>images.idx3-ubyte</c> are in use.</summary>
    public static string? Find(string folder, string name)
    {
        string other = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        return ((string[])[name + ".gz", name, other + ".gz", other]).Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    /// <summary>The pair of files of a part ("train" or "t10k").</summary>
    /// <exception cref="FileNotFoundException">One is missing.</exception>
    public static (string Images, string Labels) Pair(string folder, string part)
    {
        return (Need($"{part}-images-idx3-ubyte"), Need($"{part}-labels-idx1-ubyte"));

        string Need(string name) => Find(folder, name)
            ?? throw new FileNotFoundException($"{folder}: no {name} or {name}.gz; expected train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte");
    }

    /// <summary>Whether a decompressed file is the published one.</summary>
    public static void Verify(string path, KnownFile expected)
    {
        string found = IdxFile.Read(path).Sha256;
        if (found != expected.Sha256)
            throw new InvalidDataException($"{path}: the decompressed file has the SHA-256 {found}, not {expected.Sha256}: it was changed or damaged");
    }
}
