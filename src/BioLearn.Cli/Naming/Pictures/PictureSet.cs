using System.Security.Cryptography;
using System.Text;
using BioLearn.Experiments.Naming;
using BioLearn.ML.Spiking;

namespace BioLearn.Cli.Naming.Pictures;

/// <summary>A picture of a named thing.</summary>
/// <param name="Name">Number of its name.</param>
/// <param name="Id">Which picture it is: its path, or its number in its file.</param>
/// <param name="Picture">Its grey values.</param>
internal sealed record NamedPicture(int Name, string Id, GrayPicture Picture);

/// <summary>One episode that somebody else has laid down: examples to learn from and pictures to name, by their places in the set.</summary>
internal sealed record LaidDownEpisode(string Title, int[] Examples, int[] Tests);

/// <summary>Pictures of named things: some to learn from, others to be named.</summary>
internal sealed record PictureSet
{
    public required string Title { get; init; }

    public required IReadOnlyList<string> Names { get; init; }

    public required IReadOnlyList<NamedPicture> Pictures { get; init; }

    /// <summary>For each name the places of pictures that examples are drawn from.</summary>
    public required int[][] Training { get; init; }

    /// <summary>For each name the places of pictures that are to be named.</summary>
    public required int[][] Test { get; init; }

    /// <summary>Pictures that a network learns its features from, without their names; null for those of <see cref="Training"/>.</summary>
    public IReadOnlyList<GrayPicture>? Unnamed { get; init; }

    /// <summary>Whether the examples of an episode and the pictures to name come from the same pictures, less the examples.</summary>
    public bool TestsAreTheOthers { get; init; }

    public IReadOnlyList<LaidDownEpisode> Episodes { get; init; } = [];

    /// <summary>Names and places of the pictures.</summary>
    public NamingRows Rows => new() { Names = Names, Training = Training, Test = Test, TestsAreTheOthers = TestsAreTheOthers };

    /// <summary>The episodes that the set brings along.</summary>
    public NamingEpisode[] LaidDown() => [.. Episodes.Select(one => new NamingEpisode(
        one.Title, [.. one.Examples.Select(place => Pictures[place].Name)],
        one.Examples, [.. one.Examples.Select(place => Pictures[place].Name)],
        one.Tests, [.. one.Tests.Select(place => Pictures[place].Name)]))];

    /// <summary>What the network is trained on: class after class, as the original did.</summary>
    public IEnumerable<GrayPicture> NetworkPictures => Unnamed ?? Training.SelectMany(places => places).Select(place => Pictures[place].Picture);

    /// <summary>A set from two lists of pictures.</summary>
    public static PictureSet Of(string title, IReadOnlyList<string> names, IReadOnlyList<NamedPicture> training, IReadOnlyList<NamedPicture> test)
    {
        return new()
        {
            Title = title,
            Names = names,
            Pictures = [.. training, .. test],
            Training = Places(names.Count, training, 0),
            Test = Places(names.Count, test, training.Count),
        };
    }

    /// <summary>A checksum of all that is in it, so that other pictures of the same name are told from these.</summary>
    public string Fingerprint()
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(string.Join('\n', Names));
        foreach (var (name, _, picture) in Pictures)
        {
            Add($"{name} {picture.Width} {picture.Height}");
            sum.AppendData(picture.Pixels.Span);
        }
        foreach (int[] places in Training.Concat(Test))
            Add(string.Join(' ', places) + "\n");
        return Convert.ToHexStringLower(sum.GetHashAndReset());

        void Add(string text) => sum.AppendData(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The same with these names only, in this order.</summary>
    public PictureSet Only(IReadOnlyList<int> kept) => this with
    {
        Names = [.. kept.Select(name => Names[name])],
        Pictures = [.. Pictures.Select(picture => picture with { Name = Array.IndexOf([.. kept], picture.Name) })],
        Training = [.. kept.Select(name => Training[name])],
        Test = [.. kept.Select(name => Test[name])],
        Episodes = [],
    };

    private static int[][] Places(int names, IReadOnlyList<NamedPicture> pictures, int offset)
    {
        var places = Enumerable.Range(0, names).Select(_ => new List<int>()).ToArray();
        for (int i = 0; i < pictures.Count; i++)
            places[pictures[i].Name].Add(offset + i);
        return [.. places.Select(list => list.ToArray())];
    }
}
