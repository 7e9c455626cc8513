using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments;

/// <summary>
/// Pictures under a name: a folder with the four IDX files of MNIST's kind (<c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>,
/// <c>t10k-images-idx3-ubyte</c>, <c>t10k-labels-idx1-ubyte</c>, each with or without <c>.gz</c>), or with CIFAR-10's binary files
/// (<c>data_batch_1.bin</c> to <c>5</c>, those that are there, and <c>test_batch.bin</c>), or with Omniglot's (<c>background-images-105-idx3-ubyte</c>,
/// <c>evaluation-images-105-idx3-ubyte</c>; pictures of 31 x 31 are made of them). A grid file gives the name; where the folder
/// lies is a matter of the machine. Files are read once a process, when somebody asks. Or rows of one's own (<see cref="Of"/>).
/// </summary>
public sealed class DataSource
{
    private static readonly ConcurrentDictionary<(string Name, string Folder), DataSource> Known = new();

    private readonly Lazy<string> _checksum;
    private readonly Lazy<(LabelledRows Rows, TensorShape Shape)> _training, _test;

    private DataSource(string name, string folder)
    {
        (Name, Folder) = (name, folder);
        _checksum = new(Sum);
        _training = new(() => PictureFiles.In(Name, Folder).Read(training: true));
        _test = new(() => PictureFiles.In(Name, Folder).Read(training: false));
    }

    private DataSource(string name, string place, LabelledRows training, LabelledRows test)
    {
        (Name, Folder, IsTable) = (name, place, true);
        _checksum = new(() => Sum(training, test));
        _training = new(() => (training, new TensorShape(training.Width)));
        _test = new(() => (test, new TensorShape(test.Width)));
    }

    private DataSource(string name, string checksum, Func<(LabelledRows, TensorShape)> absent)
    {
        (Name, Folder, IsTable) = (name, $"known by its checksum {checksum[..Math.Min(8, checksum.Length)]} alone", true);
        _checksum = new(checksum);
        (_training, _test) = (new(absent), new(absent));
    }

    /// <summary>The name, as a grid file gives it.</summary>
    public string Name { get; }

    /// <summary>Full path of the folder, or what its maker calls the place of rows.</summary>
    public string Folder { get; }

    /// <summary>Whether these are rows of numbers of any scale, not pictures of pixels from 0 to 1.</summary>
    public bool IsTable { get; }

    /// <summary>Whether it is what lies beside the program, for want of another folder: of Fashion-MNIST a small part.</summary>
    public bool IsBundled => Folder == Beside(Name);

    /// <summary>Full paths of the files: training pictures and labels, test pictures and labels; of CIFAR-10 the training files, then the test file; none of a table.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public IReadOnlyList<string> Files => IsTable ? [] : PictureFiles.In(Name, Folder).All();

    /// <summary>SHA-256 of the files' bytes, in hexadecimal digits: a part of a trial's identity. Computed once a process.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public string Checksum => _checksum.Value;

    /// <summary>Training pictures, pixels divided by 255.</summary>
    /// <exception cref="InvalidDataException">A file is damaged; the message names it.</exception>
    public LabelledRows Training => _training.Value.Rows;

    /// <summary>Test pictures, pixels divided by 255.</summary>
    /// <exception cref="InvalidDataException">A file is damaged; the message names it.</exception>
    public LabelledRows Test => _test.Value.Rows;

    /// <summary>Shape of a picture: channels, rows, columns; grey ones have one channel.</summary>
    public TensorShape Shape => _training.Value.Shape;

    /// <summary>The source of a folder.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="folder">The folder.</param>
    /// <returns>The same object for the same name and folder.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static DataSource At(string name, string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"data source '{name}': there is no folder {folder}");
        return Known.GetOrAdd((name, Path.GetFullPath(folder)), static key => new(key.Name, key.Folder));
    }

    /// <summary>A source of rows of one's own: a table that was read, numbers that were made.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="place">Where the rows come from, for people.</param>
    /// <param name="training">Rows to learn from.</param>
    /// <param name="test">Rows to test on; a class that no row to learn from has counts as wrong.</param>
    /// <returns>The source; its checksum is that of the numbers.</returns>
    /// <exception cref="ArgumentException">The rows have different numbers of features.</exception>
    public static DataSource Of(string name, string place, LabelledRows training, LabelledRows test)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(place);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(test);
        return training.Width == test.Width ? new(name, place, training, test)
            : throw new ArgumentException($"The rows to learn from have {training.Width} features, those to test on {test.Width}.", nameof(test));
    }

    /// <summary>A source of which nothing is known but its checksum: enough to tell which trials a record is of, not to run one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="checksum">Its <see cref="Checksum"/>.</param>
    /// <returns>The source; asked for rows it throws an <see cref="InvalidOperationException"/>.</returns>
    public static DataSource Recorded(string name, string checksum)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(checksum);
        return new(name, checksum, () => throw new InvalidOperationException($"data source '{name}': only its checksum is known here, not its rows"));
    }

    /// <summary>
    /// The source of a name: in the folder that <paramref name="folders"/> gives, else in that of the environment variable BIOLEARN_NAME (capitals,
    /// hyphens as underscores), else beside the program in <c>data/NAME</c>, where the bundled part of Fashion-MNIST lies.
    /// </summary>
    /// <param name="name">The name, such as <c>fashion-mnist</c>.</param>
    /// <param name="folders">Folders by name; null for none.</param>
    /// <returns>The source.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no folder; the message says where one was looked for.</exception>
    public static DataSource Find(string name, IReadOnlyDictionary<string, string>? folders = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (folders?.GetValueOrDefault(name) is { Length: > 0 } given)
            return At(name, given);
        string variable = $"BIOLEARN_{name.ToUpperInvariant().Replace('-', '_')}";
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } configured)
            return At(name, configured);
        string bundled = Beside(name);
        return Directory.Exists(bundled)
            ? At(name, bundled)
            : throw new DirectoryNotFoundException($"data source '{name}': no folder is given by --data {name}=FOLDER or by {variable}, and none is bundled; fashion-mnist is");
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string Beside(string name) => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "data", name));

    private static string Sum(LabelledRows training, LabelledRows test)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (LabelledRows rows in (LabelledRows[])[training, test])
        {
            hash.AppendData(MemoryMarshal.AsBytes(rows.Features.Span));
            hash.AppendData(MemoryMarshal.AsBytes(rows.Labels.Span));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private string Sum()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in Files)
            hash.AppendData(File.ReadAllBytes(file));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
