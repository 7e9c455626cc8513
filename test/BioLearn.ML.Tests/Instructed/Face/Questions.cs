using BioLearn.ML.Hosting;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Instructed.Face;

/// <summary>
/// Rows of two shapes side by side, each a noisy one-hot group of three numbers, and a question: what stands on the left, what on the right? The
/// answer to the same six numbers depends on the question alone.
/// </summary>
internal static class Questions
{
    public const int Width = 6;
    public static readonly string[] Shapes = ["circle", "square", "star"];
    public static readonly string[] Sides = ["left", "right"];

    public static Question[] Make(int count, int seed = 5)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int left = random.Next(3), right = random.Next(3), side = random.Next(2);
            return Of(left, right, side, j => 0.3f * (random.NextSingle() - 0.5f));
        })];
    }

    public static Question Of(int left, int right, int side, Func<int, float>? noise = null) => new()
    {
        Features = [.. Enumerable.Range(0, Width).Select(j => (j == left || j == 3 + right ? 1 : 0) + (noise?.Invoke(j) ?? 0))],
        Side = Sides[side],
        Other = Sides[1 - side],
        Vector = side == 0 ? [1, 0, 0.5f] : [0, 1, 0.5f],
        Shape = Shapes[side == 0 ? left : right],
        OtherShape = Shapes[side == 0 ? right : left],
        IsCircle = (side == 0 ? left : right) == 0,
    };

    /// <summary>With the keys <c>Label</c>, <c>Instruction</c> and, of the other side, <c>OtherInstruction</c>.</summary>
    public static IDataView Keyed(MLContext mlContext, IEnumerable<Question> rows)
    {
        IDataView view = mlContext.Data.LoadFromEnumerable(rows);
        return Keys(mlContext).Fit(view).Transform(view);
    }

    /// <summary>Keys in an order that does not depend on the rows.</summary>
    public static IEstimator<ITransformer> Keys(MLContext mlContext)
    {
        IDataView shapes = mlContext.Data.LoadFromEnumerable(Shapes.Select(s => new Name { Value = s })), sides = mlContext.Data.LoadFromEnumerable(Sides.Select(s => new Name { Value = s }));
        return mlContext.Transforms.Conversion.MapValueToKey("Label", "Shape", keyData: shapes)
            .Append(mlContext.Transforms.Conversion.MapValueToKey("Instruction", "Side", keyData: sides))
            .Append(mlContext.Transforms.Conversion.MapValueToKey("OtherInstruction", "Other", keyData: sides));
    }

    public static InstructedNetworkOptions Options(Action<InstructedNetworkOptions>? change = null)
    {
        InstructedNetworkOptions options = new() { HiddenUnits = [24], NumberOfEpochs = 60, BatchSize = 16, Optimizer = OptimizerSettings.Adam(0.01), Seed = 3 };
        change?.Invoke(options);
        return options;
    }

    public static PredictionTransformer<NetworkModelParameters> Fit(MLContext mlContext, Action<InstructedNetworkOptions>? change = null) =>
        mlContext.MulticlassClassification.Trainers.InstructedNetwork(Options(change)).Fit(Keyed(mlContext, Make(300)));

    public static float[][] Scores(IDataView scored) => [.. scored.GetColumn<float[]>("Score")];

    private sealed class Name
    {
        public string Value { get; set; } = "";
    }
}

internal sealed class Question
{
    [VectorType(Questions.Width)]
    public float[] Features { get; set; } = [];

    public string Side { get; set; } = "";

    public string Other { get; set; } = "";

    [VectorType(3)]
    public float[] Vector { get; set; } = [];

    public string Shape { get; set; } = "";

    public string OtherShape { get; set; } = "";

    public bool IsCircle { get; set; }
}

internal sealed class Answer
{
    public string Predicted { get; set; } = "";

    public float[] Score { get; set; } = [];
}
