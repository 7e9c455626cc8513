using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments;

/// <summary>One trial of a grid: its settings, its seed, and the identity that follows from them.</summary>
public sealed class Trial
{
    internal Trial(int number, string identity, string seed, GridMap settings, IReadOnlyList<GridPath> varied) =>
        (Number, Identity, Seed, Settings, Varied) = (number, identity, seed, settings, varied);

    /// <summary>Place in the grid's order, from 0.</summary>
    public int Number { get; }

    /// <summary>
    /// 16 hexadecimal digits: the beginning of the SHA-256 of the configuration, which holds experiment, version, task, seed, settings and the
    /// checksums of the data.
    /// </summary>
    public string Identity { get; }

    /// <summary>Name of the seed.</summary>
    public string Seed { get; }

    /// <summary>The settings that the grid file gives, in which nothing is left to choose.</summary>
    public GridMap Settings { get; }

    internal IReadOnlyList<GridPath> Varied { get; }

    /// <summary>The settings that differ between trials, by dotted path, and their values on one line.</summary>
    /// <returns>Path and value; the seed is not among them.</returns>
    public IEnumerable<KeyValuePair<string, string>> Choices() =>
        Varied.Distinct().Order().Where(path => path.In(Settings) is not null).Select(path => new KeyValuePair<string, string>(path.ToString(), path.In(Settings)!.ToString()));

    /// <summary>What tells the trial from others: varied settings and seed.</summary>
    /// <returns>A line such as <c>depth 2, rule backpropagation, seed 0</c>.</returns>
    public override string ToString() => string.Join(", ", [.. Choices().Select(choice => $"{choice.Key} {choice.Value}"), $"seed {Seed}"]);
}
