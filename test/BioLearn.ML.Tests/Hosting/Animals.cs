using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Hosting;

/// <summary>Rows of three animals that a linear model can tell apart, mostly.</summary>
public sealed class Animal
{
    public const int FeatureCount = 5;

    public string Name { get; set; } = "";

    [VectorType(FeatureCount)]
    public float[] Features { get; set; } = [];

    public bool IsCat { get; set; }

    public float Size { get; set; }

    public float Weight { get; set; } = 1;

    public static Animal[] Make(int count, int seed = 3)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            int kind = i % 3;
            var features = new float[FeatureCount];
            for (int j = 0; j < FeatureCount; j++)
                features[j] = random.NextSingle() + (j == kind ? 1 : 0);
            return new Animal
            {
                Name = ((string[])["cat", "dog", "emu"])[kind],
                Features = features,
                IsCat = kind == 0,
                Size = 2 * features[1] - features[3] + 0.5f,
            };
        })];
    }
}

public sealed class AnimalPrediction
{
    public string? Predicted { get; set; }

    public float[]? Score { get; set; }
}

/// <summary>Collects the log lines of a context.</summary>
internal static class ContextLog
{
    public static List<LoggingEventArgs> Listen(MLContext mlContext)
    {
        var lines = new List<LoggingEventArgs>();
        mlContext.Log += (_, line) =>
        {
            lock (lines)
                lines.Add(line);
        };
        return lines;
    }
}
