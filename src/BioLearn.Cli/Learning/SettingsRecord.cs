using System.Text.Json;
using BioLearn.Cli.Learning.Data;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Learning;

/// <summary>The settings that results stand on, with a checksum of the data, as JSON: what goes on later must have the same.</summary>
internal static class SettingsRecord
{
    private static readonly JsonSerializerOptions JsonOptions = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DictionaryKeyPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>The common options of <c>train</c> and <c>compare</c>, and more of a command's own.</summary>
    /// <param name="settings">The command line.</param>
    /// <param name="but">Names of options that may differ.</param>
    public static string Of(LearnSettings settings, params string[] but)
    {
        var shared = typeof(LearnSettings).GetProperties().Where(p => p.Name != nameof(settings.Config) && !but.Contains(p.Name) && p.IsDefined(typeof(CommandOptionAttribute), true)).ToDictionary(p => p.Name, p => p.GetValue(settings));
        if (settings is TrainRuleSettings train)
        {
            shared[nameof(train.Rule)] = train.Rule;
            shared[nameof(train.Seed)] = train.Seed;
        }
        return JsonSerializer.Serialize(new { SchemaVersion = 3, Settings = shared, DataSha256 = DataSet.Fingerprint(settings.Data, settings.Test) }, JsonOptions);
    }
}
