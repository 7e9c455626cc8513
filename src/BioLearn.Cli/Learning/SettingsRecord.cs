using System.Text.Json;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Models;
using BioLearn.Cli.Terminal;
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
        // A network's file is what it says, not what it is called.
        if (File.Exists(settings.Network))
            shared[nameof(settings.Network)] = $"{settings.Network} of SHA-256 {ModelsVerifyCommand.Sha256(settings.Network)[..16]}";
        return JsonSerializer.Serialize(new { SchemaVersion = 3, Settings = shared, DataSha256 = DataSet.Fingerprint(settings.Data, settings.Test) }, JsonOptions);
    }

    /// <summary>What differs between two records, in words that stand behind "has"; null for nothing.</summary>
    /// <param name="kept">The record that was kept.</param>
    /// <param name="own">The record of this command line.</param>
    /// <param name="settings">This command line.</param>
    public static string? Difference(string kept, string own, LearnSettings settings)
    {
        if (kept == own)
            return null;
        if (Parse(kept) is not { } then || Parse(own) is not { } now || !then.Format.Equals(now.Format, StringComparison.Ordinal))
            return "settings of another version of this program";
        // Options in the order of the help.
        string[] differing =
        [
            .. from option in settings.GetType().GetProperties()
               let key = JsonNamingPolicy.CamelCase.ConvertName(option.Name)
               let was = then.Settings.GetValueOrDefault(key, "unset")
               let here = now.Settings.GetValueOrDefault(key, "unset")
               where was != here
               select $"{GivenOptions.NameOf(option) ?? option.Name} {was} (here {here})",
        ];
        return differing.Length > 0 ? $"other settings: {string.Join("; ", differing)}"
            : then.Data != now.Data ? $"other data: the files of {settings.Data}{(settings.Test is { } test ? $" or {test}" : "")} have changed since the training began"
            : "settings of another version of this program";
    }

    private static (string Format, Dictionary<string, string> Settings, string? Data)? Parse(string record)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(record);
            JsonElement root = document.RootElement;
            return (root.GetProperty("schemaVersion").GetRawText(), root.GetProperty("settings").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.ValueKind == JsonValueKind.Null ? "unset" : entry.Value.ToString()), root.GetProperty("dataSha256").GetString());
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
