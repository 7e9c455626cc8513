using System.Globalization;
using System.Reflection;
using System.Text;
using BioLearn.Experiments;
using BioLearn.Experiments.Grids;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Learning;

/// <summary>A comparison as a grid file: rules and seeds over the options that were given.</summary>
internal static class ComparisonGrid
{
    // Raised where a run notes other figures, so that runs of an earlier program are not taken for these.
    private const int Version = 2;

    /// <summary>Name of the grid's copy in the folder of results.</summary>
    public const string Name = "compare";

    public static Experiment Of(CompareSettings settings, IReadOnlyList<RuleChoice> rules, LearningRun run)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $$"""
            name: {{Name}}
            version: {{Version}}
            summary: {{Quoted($"{rules.Count} rules on {run.DataName}")}}
            task: {{TaughtTrial.Name}}
            seeds: {{settings.Seeds}}
            trial:
              rule: {grid: [{{string.Join(", ", rules.Select(rule => Quoted(rule.Text)))}}]}
              data-sha256: {{run.Fingerprint}}{{(ChecksumOf(settings.Network) is { } network ? $"\n  network-sha256: {network}" : "")}}

            """);
        LearnSettings usual = new();
        foreach (PropertyInfo option in typeof(LearnSettings).GetProperties().Where(option => option.IsDefined(typeof(CommandOptionAttribute)) && option.Name is not (nameof(LearnSettings.Threads) or nameof(LearnSettings.Config))))
        {
            if (option.GetValue(settings) is { } value && !value.Equals(option.GetValue(usual)))
                text.Append(CultureInfo.InvariantCulture, $"  {SettingName.Of(option.Name)}: {Value(value)}\n");
        }
        text.Append("""
            report:
              figures:
                - {name: score, kind: curves, metric: {curve: test-score}, series: rule, x-label: epoch}
                - {name: loss, kind: curves, metric: {curve: loss}, series: rule, x-label: epoch}

            """);
        return new(GridFile.Parse(text.ToString(), Name), new TrialCatalog().Add<TaughtTrial>(TaughtTrial.Name));
    }

    /// <summary>Checksum of a file that describes a network; null where none is named.</summary>
    public static string? ChecksumOf(string? network) => network is not null && NetworkChoice.IsFile(network) && File.Exists(network) ? Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(network))) : null;

    private static string Value(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        string text => Quoted(text),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
