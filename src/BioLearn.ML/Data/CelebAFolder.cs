using System.Globalization;

namespace BioLearn.ML.Data;

/// <summary>Part of CelebA that a picture belongs to, with the number that the list of parts gives it.</summary>
public enum CelebAPart
{
    /// <summary>To learn from.</summary>
    Training,

    /// <summary>To choose settings by.</summary>
    Validation,

    /// <summary>To be tested on.</summary>
    Test,
}

/// <summary>A picture of CelebA.</summary>
/// <param name="File">Its name, such as 000001.jpg.</param>
/// <param name="Attributes">Which of the attributes it has, in the order of <see cref="CelebAFolder.AttributeNames"/>.</param>
/// <param name="Part">The part it belongs to.</param>
public sealed record CelebAPicture(string File, IReadOnlyList<bool> Attributes, CelebAPart Part);

/// <summary>
/// A folder as CelebA is distributed (Liu et al. 2015): pictures in <c>img_align_celeba</c>, forty attributes of each in <c>list_attr_celeba.txt</c> (1 and
/// -1), their parts in <c>list_eval_partition.txt</c> (0 training, 1 validation, 2 test), or both lists as <c>.csv</c>. Only the lists are read here:
/// decoding is up to the caller. A set of other attributes in the same form does as well.
/// </summary>
public sealed class CelebAFolder
{
    /// <summary>Name of the folder of pictures.</summary>
    public const string PictureFolder = "img_align_celeba";

    private const string Attributes = "list_attr_celeba";
    private const string Parts = "list_eval_partition";

    private CelebAFolder(string path, IReadOnlyList<string> names, IReadOnlyList<CelebAPicture> pictures)
    {
        (Path, AttributeNames, Pictures) = (path, names, pictures);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Names of the attributes, such as Smiling.</summary>
    public IReadOnlyList<string> AttributeNames { get; }

    /// <summary>All pictures that the list of attributes names, in its order.</summary>
    public IReadOnlyList<CelebAPicture> Pictures { get; }

    /// <summary>Path of a picture's file; nobody has looked whether it is there.</summary>
    /// <param name="picture">The picture.</param>
    public string PathOf(CelebAPicture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return System.IO.Path.Combine(Path, PictureFolder, picture.File);
    }

    /// <summary>Pictures of a part.</summary>
    /// <param name="part">The part.</param>
    public IEnumerable<CelebAPicture> Of(CelebAPart part) => Pictures.Where(picture => picture.Part == part);

    /// <summary>Reads the lists of a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="testShare">Where there is no list of parts: the share of the pictures at the end of the list that is to be tested on.</param>
    /// <returns>What is in it.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or none of pictures in it.</exception>
    /// <exception cref="FileNotFoundException">It has no list of attributes.</exception>
    /// <exception cref="InvalidDataException">A list is damaged; the message names file, line and what was expected.</exception>
    public static CelebAFolder Open(string path, double testShare = .2)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!(testShare is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(testShare), testShare, "expected a share between 0 and 1");
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"{path}: no such folder; expected one with {PictureFolder} and {Attributes}.txt");
        if (!Directory.Exists(System.IO.Path.Combine(path, PictureFolder)))
            throw new DirectoryNotFoundException($"{path}: no folder {PictureFolder} in it, which holds the pictures (unpack {PictureFolder}.zip)");
        string list = Find(path, Attributes) ?? throw new FileNotFoundException($"{path}: no {Attributes}.txt or {Attributes}.csv");
        var (names, rows) = ReadAttributes(list);
        if (Find(path, Parts) is not { } parts)
        {
            int training = rows.Count - Math.Max(1, (int)Math.Round(testShare * rows.Count));
            return new(path, names, [.. rows.Select((row, i) => new CelebAPicture(row.File, row.Has, i < training ? CelebAPart.Training : CelebAPart.Test))]);
        }
        Dictionary<string, CelebAPart> partOf = ReadParts(parts);
        return new(path, names, [.. rows.Select(row => new CelebAPicture(row.File, row.Has, partOf.TryGetValue(row.File, out var part)
            ? part
            : throw new InvalidDataException($"{parts}: {row.File}, which {list} names, is not in it")))]);
    }

    private static string? Find(string folder, string name) =>
        ((string[])[".txt", ".csv"]).Select(extension => System.IO.Path.Combine(folder, name + extension)).FirstOrDefault(File.Exists);

    private static (string[] Names, List<(string File, bool[] Has)> Rows) ReadAttributes(string path)
    {
        string[] names = [];
        List<(string, bool[])> rows = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var (number, fields) in Lines(path))
        {
            // The text file counts its pictures first; the CSV file names the column of files.
            if (names.Length == 0 && fields.Length == 1 && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
                continue;
            if (names.Length == 0)
            {
                names = fields[0] is "image_id" or "image" ? fields[1..] : fields;
                continue;
            }
            if (fields.Length != names.Length + 1)
                throw new InvalidDataException($"{path}, line {number}: {fields.Length} fields; expected the name of a picture and {names.Length} attributes");
            if (!seen.Add(fields[0]))
                throw new InvalidDataException($"{path}, line {number}: {fields[0]} stands in a line above already");
            rows.Add((fields[0], [.. fields.Skip(1).Select((field, i) => field switch
            {
                "1" => true,
                "-1" or "0" => false,
                _ => throw new InvalidDataException($"{path}, line {number}, attribute {names[i]}: '{field}'; expected 1 or -1"),
            })]));
        }
        return rows.Count > 1 ? (names, rows) : throw new InvalidDataException($"{path}: {rows.Count} pictures; expected a line of names of attributes, and a line a picture, at least two");
    }

    private static Dictionary<string, CelebAPart> ReadParts(string path)
    {
        Dictionary<string, CelebAPart> parts = new(StringComparer.Ordinal);
        foreach (var (number, fields) in Lines(path))
        {
            if (fields[0] is "image_id" or "image")
                continue;
            if (fields.Length != 2 || fields[1] is not ("0" or "1" or "2"))
                throw new InvalidDataException($"{path}, line {number}: '{string.Join(' ', fields)}'; expected the name of a picture and 0 (training), 1 (validation) or 2 (test)");
            parts[fields[0]] = (CelebAPart)(fields[1][0] - '0');
        }
        return parts;
    }

    private static IEnumerable<(int Number, string[] Fields)> Lines(string path)
    {
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            string[] fields = line.Split((char[])[' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 0)
                yield return (number, fields);
        }
    }
}
