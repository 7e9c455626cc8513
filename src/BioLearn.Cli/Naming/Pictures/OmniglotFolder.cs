using System.IO.Compression;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Tables;
using BioLearn.ML.Data;
using BioLearn.ML.Spiking;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Naming.Pictures;

/// <summary>
/// Omniglot (Lake, Salakhutdinov and Tenenbaum 2015) as IDX files sorted by character and drawer: names are the characters of the evaluation
/// alphabets, features are learned from the background ones, and the 20 published runs of one-shot classification are there if their archive is.
/// </summary>
internal static class OmniglotFolder
{
    private const int Drawers = 20;
    private const int BackgroundEvery = 16;
    private const string Runs = "one_shot_all_runs.zip";

    public static bool IsThere(string folder) => IdxFolder.Find(folder, "evaluation-images-28-idx3-ubyte") is not null
        && IdxFolder.Find(folder, "background-images-28-idx3-ubyte") is not null && File.Exists(Path.Combine(folder, "evaluation_classes.txt"));

    public static PictureSet Open(string folder)
    {
        string[] names = [.. TextFile.Lines(Path.Combine(folder, "evaluation_classes.txt"))];
        var evaluation = Read(IdxFolder.Find(folder, "evaluation-images-28-idx3-ubyte")!);
        if (evaluation.Count != names.Length * Drawers)
            throw new InvalidDataException($"{folder}: {evaluation.Count} evaluation pictures; {names.Length} characters of {Drawers} drawers were expected");
        List<NamedPicture> pictures = [.. evaluation.Select((picture, i) => new NamedPicture(i / Drawers, $"{names[i / Drawers]} drawer {(i % Drawers) + 1}", picture))];
        int[][] places = [.. Enumerable.Range(0, names.Length).Select(name => Enumerable.Range(name * Drawers, Drawers).ToArray())];
        var episodes = File.Exists(Path.Combine(folder, Runs)) ? LaidDown(Path.Combine(folder, Runs), pictures) : [];
        return new()
        {
            Title = "Omniglot",
            Names = names,
            Pictures = pictures,
            Training = places,
            Test = places,
            TestsAreTheOthers = true,
            Unnamed = [.. Read(IdxFolder.Find(folder, "background-images-28-idx3-ubyte")!).Where((_, i) => i % BackgroundEvery == 0)],
            Episodes = episodes,
        };
    }

    private static List<GrayPicture> Read(string path)
    {
        var file = IdxFile.Read(path);
        if (file.Dimensions.Count != 3)
            throw new InvalidDataException($"{path}: expected pictures x rows x columns");
        return [.. Enumerable.Range(0, file.Dimensions[0]).Select(i => new GrayPicture(file.Dimensions[2], file.Dimensions[1], file.Values.AsMemory(i * file.ItemSize, file.ItemSize)))];
    }

    // Each of the 20 runs asks for one of 20 characters; in order of its classes it gives four episodes of five.
    private static List<LaidDownEpisode> LaidDown(string path, List<NamedPicture> pictures)
    {
        using var archive = ZipFile.OpenRead(path);
        var episodes = new List<LaidDownEpisode>();
        foreach (var list in archive.Entries.Where(entry => entry.Name == "class_labels.txt").OrderBy(entry => entry.FullName, StringComparer.Ordinal))
        {
            using var reader = new StreamReader(list.Open());
            string[][] lines = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Split(' '))];
            string run = list.FullName[..list.FullName.IndexOf('/', StringComparison.Ordinal)];
            var examples = lines.Select(line => line[1]).Distinct().Order(StringComparer.Ordinal).ToArray();
            foreach (string[] five in examples.Chunk(5))
            {
                var known = new Dictionary<string, int>();
                int[] shown = [.. five.Select((file, name) => Add(archive, pictures, file, known[file] = name))];
                int[] tests = [.. lines.Where(line => known.ContainsKey(line[1])).Select(line => Add(archive, pictures, line[0], known[line[1]]))];
                episodes.Add(new(run, shown, tests));
            }
        }

        return episodes;
    }

    // Names of these pictures are places in their episode, not in the set.
    private static int Add(ZipArchive archive, List<NamedPicture> pictures, string file, int name)
    {
        var entry = archive.GetEntry(file) ?? throw new InvalidDataException($"{Runs}: no entry {file}");
        using var stream = entry.Open();
        var image = ImageFiles.Load(stream, file);
        byte[] ink = Array.ConvertAll(image.ToGray(), value => (byte)(255 - value)); // black on white there, bright on black in the IDX files
        pictures.Add(new(name, file, new(image.Width, image.Height, ink)));
        return pictures.Count - 1;
    }
}
