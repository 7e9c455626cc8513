using System.Text.Json;
using System.Text.Json.Serialization;
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
        float[] errors = history.AbsoluteErrors.ToArray(), wrong = history.WrongSigns.ToArray();
        int last = Math.Min(1000, errors.Length);
        return new()
        {
            Options = options,
            UpdatesDone = history.Count,
            Seconds = Math.Round(seconds, 2),
            Below1At = FirstBelow(errors, 500, 1),
            WrongSignsBelow1PercentAt = FirstBelow(wrong, 20, .01),
            LastError = errors[^last..].DefaultIfEmpty().Average(),
            LastWrongSigns = wrong[^last..].DefaultIfEmpty().Average(),
            LargeFailures = errors[^last..].Count(e => e > 10) / (double)Math.Max(last, 1),
        };
    }

    public void Write(string path) => SafeFile.WriteText(path, JsonSerializer.Serialize(this, Json));

    /// <summary>First update, from 1, at which the mean of the last <paramref name="window"/> values was below a bound.</summary>
    public static int? FirstBelow(ReadOnlySpan<float> values, int window, double bound)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += values[i] - (i >= window ? values[i - window] : 0);
            if (i + 1 >= window && sum / window < bound)
                return i + 1;
        }

        return null;
    }
}
