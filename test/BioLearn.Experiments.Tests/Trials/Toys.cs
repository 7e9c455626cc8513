using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Tests;

/// <summary>Experiments with toy trials.</summary>
internal static class Toys
{
    public static TrialCatalog Catalog { get; } = new TrialCatalog().Add<ToyTrial>("toy");

    public static Experiment Of(string trial, string rest = "") => new(Grid(trial, rest), Catalog);

    public static GridFile Grid(string trial, string rest = "") => GridFile.Parse($"name: toys\ntask: toy\n{rest}\ntrial:\n  {trial.ReplaceLineEndings("\n  ")}\n", "toys.yaml");

    public static RunOptions OneByOne { get; } = new() { Workers = 1 };

    /// <summary>All result files of a folder, by name, with their bytes.</summary>
    public static SortedDictionary<string, string> Results(string folder)
    {
        string root = Path.Combine(folder, "trials");
        return new(Directory.Exists(root) ? Directory.EnumerateFiles(root, "*.jsonl", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(root, file), File.ReadAllText) : [], StringComparer.Ordinal);
    }
}
