using System.Text.Json;
using System.Text.Json.Serialization;
using BioLearn.Experiments.Studies;
using BioLearn.ML.Hosting;
using BioLearn.ML.Plasticity;

namespace BioLearn.Cli.Plasticity;

/// <summary>What a training came to, as JSON.</summary>
internal sealed record TrainingRecord
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public int SchemaVersion { get; init; } = 1;
    public required PlasticTrainerOptions Options { get; init; }
    public required int UpdatesDone { get; init; }

    /// <summary>Of this call alone, if the training was resumed.</summary>
    public required double Seconds { get; init; }

    /// <summary>First update at which the mean error of the last 500 was below 1.</summary>
    public required int? Below1At { get; init; }

    /// <summary>First update at which the mean share of wrong signs of the last 20 was below 1 %.</summary>
    public required int? WrongSignsBelow1PercentAt { get; init; }

    /// <summary>Means over the last 1,000 updates, or all.</summary>
    public required double LastError { get; init; }
    public required double LastWrongSigns { get; init; }

    /// <summary>Share of the last 1,000 updates whose error was above 10: all free elements flipped.</summary>
    public required double LargeFailures { get; init; }

    public static TrainingRecord Of(PlasticTrainerOptions options, PlasticTrainingHistory history, double seconds)
    {
        var figures = MemoryFigures.Of(history);
        return new()
        {
            Options = options,
            UpdatesDone = history.Count,
            Seconds = Math.Round(seconds, 2),
            Below1At = figures.Below1At,
            WrongSignsBelow1PercentAt = figures.WrongSignsBelow1PercentAt,
            LastError = figures.LastError,
            LastWrongSigns = figures.LastWrongSigns,
            LargeFailures = figures.LargeFailures,
        };
    }

    public void Write(string path) => SafeFile.WriteText(path, JsonSerializer.Serialize(this, Json));
}
