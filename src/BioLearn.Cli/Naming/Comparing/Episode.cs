using BioLearn.Cli.Naming.Pictures;
using BioLearn.Cli.Terminal;
using BioLearn.Kernels.Random;

namespace BioLearn.Cli.Naming.Comparing;

/// <summary>One round of the comparison: examples with names, and pictures to name. Every contestant gets the same.</summary>
/// <param name="Title">Which round.</param>
/// <param name="Names">Names in the set that take part; labels are places in this list.</param>
/// <param name="Examples">Places of the examples.</param>
/// <param name="ExampleLabels">Their names.</param>
/// <param name="Tests">Places of the pictures to name.</param>
/// <param name="TestLabels">Their names.</param>
internal sealed record Episode(string Title, int[] Names, int[] Examples, int[] ExampleLabels, int[] Tests, int[] TestLabels)
{
    /// <summary>Draws episodes; the k-th depends on the seed and k alone.</summary>
    /// <param name="set">The pictures.</param>
    /// <param name="count">How many episodes.</param>
    /// <param name="ways">Names of an episode.</param>
    /// <param name="shots">Examples of each name; 0 for all there are.</param>
    /// <param name="tests">Most pictures to name, of each name.</param>
    /// <param name="seed">Of the drawing.</param>
    public static Episode[] Draw(PictureSet set, int count, int ways, int shots, int tests, long seed)
    {
        if (ways < 2 || ways > set.Names.Count)
            throw new UsageException($"--ways {ways}: expected 2 to {set.Names.Count}, the number of names in {set.Title}");
        for (int name = 0; name < set.Names.Count; name++)
        {
            int needed = shots + (set.TestsAreTheOthers ? 1 : 0);
            if (set.Training[name].Length < needed || set.Training[name].Length == 0)
                throw new UsageException($"--shots {shots}: '{set.Names[name]}' has {set.Training[name].Length} pictures to learn from");
            if (set.Test[name].Length == 0)
                throw new UsageException($"'{set.Names[name]}' has no pictures to be tested on");
        }

        return [.. Enumerable.Range(0, count).Select(k => One(set, k, ways, shots, tests, seed))];
    }

    /// <summary>Those that the set brings along.</summary>
    public static Episode[] LaidDown(PictureSet set)
        => [.. set.Episodes.Select(one => new Episode(
            one.Title,
            [.. one.Examples.Select(place => set.Pictures[place].Name)],
            one.Examples,
            [.. one.Examples.Select(place => set.Pictures[place].Name)],
            one.Tests,
            [.. one.Tests.Select(place => set.Pictures[place].Name)]))];

    private static Episode One(PictureSet set, int k, int ways, int shots, int tests, long seed)
    {
        var random = new RandomStream(seed, $"episode/{k}");
        int[] names = new int[set.Names.Count];
        random.FillPermutation(names);
        names = [.. names[..ways].Order()];
        List<int> examples = [], exampleLabels = [], asked = [], askedLabels = [];
        for (int label = 0; label < ways; label++)
        {
            int[] pool = [.. set.Training[names[label]]];
            random.Shuffle<int>(pool);
            int[] shown = pool[..(shots == 0 ? pool.Length : shots)];
            examples.AddRange(shown);
            exampleLabels.AddRange(shown.Select(_ => label));
            int[] others = [.. set.Test[names[label]].Except(set.TestsAreTheOthers ? shown : [])];
            if (others.Length > tests)
            {
                // The same pictures in every episode: differences between episodes are then due to the examples.
                others = others[..tests];
            }

            asked.AddRange(others);
            askedLabels.AddRange(others.Select(_ => label));
        }

        return new($"{k + 1}", names, [.. examples], [.. exampleLabels], [.. asked], [.. askedLabels]);
    }
}
