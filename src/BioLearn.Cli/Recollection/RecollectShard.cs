using System.Globalization;
using BioLearn.Cli.Terminal;

namespace BioLearn.Cli.Recollection;

/// <summary>
/// One of n shares of the pictures: it writes its pictures beside those of the others, under the names that they have in a run of all, and a manifest of
/// its own. Merged, the shares are one run.
/// </summary>
/// <param name="Index">From 0.</param>
/// <param name="Of">Number of shares.</param>
internal sealed record RecollectShard(int Index, int Of)
{
    private const string Root = "shards";

    /// <summary>The share's folder, in which its manifest is.</summary>
    public string FolderIn(string results) => Path.Combine(results, Root, string.Create(CultureInfo.InvariantCulture, $"{Index}-of-{Of}"));

    /// <summary>Every n-th of the pictures, from the index on.</summary>
    public IReadOnlyList<InputPicture> PartOf(IReadOnlyList<InputPicture> pictures) => new BioLearn.Experiments.TrialShare(Index, Of).Of(pictures);

    /// <summary>The shares of a folder, all of one number.</summary>
    /// <exception cref="UsageException">There are none, some are missing, or they are of several numbers.</exception>
    public static IReadOnlyList<RecollectShard> FoundIn(string results)
    {
        string root = Path.Combine(results, Root);
        RecollectShard[] found = Directory.Exists(root) ? [.. Directory.GetDirectories(root).Select(folder => Parse(Path.GetFileName(folder))).OfType<RecollectShard>().OrderBy(shard => shard.Index)] : [];
        if (found.Length == 0)
            throw new UsageException($"--merge: there are no shares in {root}; biolearn recollect --index I --of N makes one");
        int of = found[0].Of;
        if (found.Any(shard => shard.Of != of))
            throw new UsageException($"--merge: {root} has shares of {string.Join(" and of ", found.Select(shard => shard.Of).Distinct())}; expected those of one number");
        int[] missing = [.. Enumerable.Range(0, of).Except(found.Select(shard => shard.Index))];
        return missing.Length == 0 ? found : throw new UsageException($"--merge: {root} lacks the share{(missing.Length == 1 ? "" : "s")} {string.Join(", ", missing)} of {of}");
    }

    private static RecollectShard? Parse(string name) => name.Split("-of-") is [var index, var of]
        && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int i) && int.TryParse(of, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && i < n ? new(i, n) : null;
}
