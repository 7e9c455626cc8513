using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using BioLearn.ML.Data;
using BioLearn.ML.Networks;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Instructed.Data;

/// <summary>Pictures of CelebA, asked for each of their attributes: yes or no.</summary>
internal static class Faces
{
    /// <summary>Decodes the pictures to learn from and those to be tested on.</summary>
    /// <param name="path">The folder (<see cref="CelebAFolder"/>).</param>
    /// <param name="size">Rows and columns that a network reads; pictures are cut to their middle square and resized.</param>
    /// <param name="rows">Learn from so many pictures only; null for all.</param>
    /// <param name="threads">Threads that decode.</param>
    /// <param name="skipped">Hears of pictures that cannot be decoded and are left out.</param>
    /// <param name="cancellation">Heard between pictures.</param>
    public static InstructedData Open(string path, int size, int? rows, int threads, Action<string> skipped, CancellationToken cancellation)
    {
        var folder = CelebAFolder.Open(path);
        InputForm input = new(new TensorShape(3, size, size), .5f, .5f);
        CelebAPicture[] training = [.. folder.Of(CelebAPart.Training).Take(rows ?? int.MaxValue)], test = [.. folder.Of(CelebAPart.Test)];
        if (training.Length == 0 || test.Length == 0)
            throw new InvalidDataException($"{path}: {training.Length} pictures to learn from and {test.Length} to be tested on; expected some of both");
        return new()
        {
            Title = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))),
            Input = input,
            Instructions = folder.AttributeNames,
            Classes = ["no", "yes"],
            IsBinary = true,
            Training = Decode(folder, training, input, threads, skipped, cancellation),
            Test = Decode(folder, test, input, threads, skipped, cancellation),
            Fingerprint = Fingerprint(folder, training.Concat(test)),
        };
    }

    private static Rows Decode(CelebAFolder folder, CelebAPicture[] pictures, InputForm input, int threads, Action<string> skipped, CancellationToken cancellation)
    {
        byte[]?[] planes = new byte[]?[pictures.Length];
        ConcurrentDictionary<int, string> problems = [];
        Parallel.For(0, pictures.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, i =>
        {
            try
            {
                planes[i] = input.Planes(ImageFiles.Load(folder.PathOf(pictures[i])));
            }
            catch (Exception problem) when (problem is InvalidImageException or IOException or UnauthorizedAccessException)
            {
                problems[i] = problem.Message;
            }
        });
        foreach (var (_, problem) in problems.OrderBy(one => one.Key))
            skipped(problem);
        int[] whole = [.. Enumerable.Range(0, pictures.Length).Where(i => planes[i] is not null)];
        return whole.Length > 0
            ? new Rows([.. whole.Select(i => planes[i]!)], [.. whole.Select(i => pictures[i])], input)
            : throw new InvalidDataException($"{folder.Path}: none of {pictures.Length} pictures can be decoded");
    }

    private static string Fingerprint(CelebAFolder folder, IEnumerable<CelebAPicture> pictures)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(string.Join('\n', folder.AttributeNames));
        foreach (var picture in pictures)
        {
            FileInfo file = new(folder.PathOf(picture));
            Add($"{picture.File} {picture.Part} {(file.Exists ? file.Length : 0)} {string.Concat(picture.Attributes.Select(has => has ? '1' : '0'))}\n");
        }
        return Convert.ToHexStringLower(sum.GetHashAndReset());

        void Add(string text) => sum.AppendData(Encoding.UTF8.GetBytes(text));
    }

    private sealed class Rows(byte[][] planes, CelebAPicture[] pictures, InputForm input) : AskedRows
    {
        public override int Count => planes.Length;

        public override IReadOnlyList<Question> Questions(int row) => [.. pictures[row].Attributes.Select((has, i) => new Question(i, has ? 1 : 0))];

        public override void CopyFeatures(int row, Span<float> features) => input.Scale(planes[row], features);

        public override PixelImage Picture(int row) => input.Picture(planes[row]);

        public override string Caption(int row) => pictures[row].File;
    }
}
