using System.Text.Json;
using BioLearn.ML.Hosting;

namespace BioLearn.Experiments;

/// <summary>
/// What a task's settings were where a grid file does not give them. Identities hold what is given, so that a task may get new settings without
/// making all its results new; a default that has changed since is refused, since what is done was done with the other one.
/// </summary>
internal static class TaskDefaults
{
    /// <summary>Compares the defaults with those that the folder's results of this experiment, version and task were made with, and keeps them.</summary>
    /// <exception cref="InvalidDataException">A default has changed of a setting that the grid file does not give.</exception>
    public static void Check(ResultsFolder folder, Experiment experiment)
    {
        string file = Path.Combine(folder.Path, "defaults", $"{experiment.Grid.Name.Replace('/', '.')}.{experiment.Grid.Version}.{experiment.Grid.Task}.json");
        SortedDictionary<string, string> now = experiment.Defaults(), before = Read(file);
        Compare(before, experiment, $"results in {folder.Path}");
        SortedDictionary<string, string> kept = new(before, StringComparer.Ordinal);
        foreach ((string setting, string value) in now)
            kept.TryAdd(setting, value);
        if (kept.Count == before.Count && File.Exists(file))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        SafeFile.WriteText(file, JsonSerializer.Serialize(kept, Indented));
    }

    /// <summary>Compares defaults of before with those of now.</summary>
    /// <exception cref="InvalidDataException">A default has changed of a setting that the grid file does not give.</exception>
    public static void Compare(IReadOnlyDictionary<string, string> before, Experiment experiment, string what)
    {
        foreach ((string setting, string value) in experiment.Defaults())
        {
            if (before.TryGetValue(setting, out string? old) && old != value && experiment.Grid.Settings[setting] is null)
                throw experiment.Grid.Document.Place.Error($"the default of {setting} was {old} when {what} were made, and is {value} now: give the setting in the grid file, or raise its version");
        }
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static SortedDictionary<string, string> Read(string file)
    {
        try
        {
            return File.Exists(file) ? new(JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file)) ?? [], StringComparer.Ordinal) : new(StringComparer.Ordinal);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}: no defaults of a task: {e.Message}", e);
        }
    }
}
