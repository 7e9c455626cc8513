using BioLearn.Kernels.Random;

namespace BioLearn.Experiments.Naming;

/// <summary>One round of a comparison: examples with names, and rows to name. Every contestant gets the same.</summary>
/// <param name="Title">Which round.</param>
/// <param name="Names">Names that take part; labels are places in this list.</param>
/// <param name="Examples">Places of the examples.</param>
/// <param name="ExampleLabels">Their names.</param>
/// <param name="Tests">Places of the rows to name.</param>
/// <param name="TestLabels">Their names.</param>
public sealed record NamingEpisode(string Title, IReadOnlyList<int> Names, int[] Examples, int[] ExampleLabels, int[] Tests, int[] TestLabels)
{
    /// <summary>Draws episodes; the k-th depends on the seed and k alone.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="count">How many episodes.</param>
    /// <param name="ways">Names of an episode.</param>
    /// <param name="shots">Examples of each name; 0 for all there are.</param>
    /// <param name="tests">Most rows to name, of each name.</param>
    /// <param name="seed">Of the drawing.</param>
    /// <returns>The episodes.</returns>
    /// <exception cref="ArgumentException">There are fewer names, or too few examples of one; the message names what was asked for.</exception>
    public static NamingEpisode[] Draw(NamingRows rows, int count, int ways, int shots, int tests, long seed)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(tests, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(shots);
        if (rows.Names.Count < 2)
            throw new ArgumentException($"the rows have {rows.Names.Count} name; expected two or more to tell apart");
        if (ways < 2 || ways > rows.Names.Count)
            throw new ArgumentException($"ways {ways}: expected 2 to {rows.Names.Count}, the number of names");
        if (shots == 0 && rows.TestsAreTheOthers)
            throw new ArgumentException("shots 0 shows all rows, and leaves none to be named; expected a number, or rows to be tested on that stand apart");
        for (int name = 0; name < rows.Names.Count; name++)
        {
            int needed = shots + (rows.TestsAreTheOthers ? 1 : 0);
            if (rows.Training[name].Length < needed || rows.Training[name].Length == 0)
                throw new ArgumentException($"shots {shots}: '{rows.Names[name]}' has {rows.Training[name].Length} pictures to learn from");
            if (rows.Test[name].Length == 0)
                throw new ArgumentException($"'{rows.Names[name]}' has no pictures to be tested on");
        }

        return [.. Enumerable.Range(0, count).Select(k => One(rows, k, ways, shots, tests, seed))];
    }

    private static NamingEpisode One(NamingRows rows, int k, int ways, int shots, int tests, long seed)
    {
        var random = new RandomStream(seed, $"episode/{k}");
        int[] names = new int[rows.Names.Count];
        random.FillPermutation(names);
        names = [.. names[..ways].Order()];
        List<int> examples = [], exampleLabels = [], asked = [], askedLabels = [];
        for (int label = 0; label < ways; label++)
        {
            int[] pool = [.. rows.Training[names[label]]];
            random.Shuffle<int>(pool);
            int[] shown = pool[..(shots == 0 ? pool.Length : shots)];
            examples.AddRange(shown);
            exampleLabels.AddRange(shown.Select(_ => label));
            int[] others = [.. rows.Test[names[label]].Except(rows.TestsAreTheOthers ? shown : [])];
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
