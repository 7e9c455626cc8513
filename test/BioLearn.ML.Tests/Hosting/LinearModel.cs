using System.Numerics.Tensors;
using BioLearn.ML.Hosting;
using BioLearn.ML.Tests.Hosting;
using Microsoft.ML.Runtime;

[assembly: LoadableComponent<PredictionTransformer<LinearModel>>]
[assembly: LoadableComponent<PredictionTransformer<OneVersusAllModel<LinearModel>>>]

namespace BioLearn.ML.Tests.Hosting;

/// <summary>Linear, logistic and softmax regression by gradient descent: a whole trainer on Hosting, as small as one can be.</summary>
public sealed class LinearModel : IPredictionModel<LinearModel>
{
    private readonly float[] _weights; // [outputs, features + 1], bias last

    private LinearModel(int features, int outputs, float[] weights)
    {
        FeatureCount = features;
        OutputCount = outputs;
        _weights = weights;
    }

    public int FeatureCount { get; }

    public int OutputCount { get; }

    public ReadOnlySpan<float> Weights => _weights;

    public NamedTensors GetTensors() => new NamedTensors().Add<float>("W", _weights, OutputCount, FeatureCount + 1);

    static string IPredictionModel<LinearModel>.ComponentName => "Tests.Linear";

    BatchScorer IPredictionModel<LinearModel>.CreateScorer(int capacity) => (features, rows, scores) =>
    {
        for (int row = 0; row < rows; row++)
            Score(features.Slice(row * FeatureCount, FeatureCount), scores.Slice(row * OutputCount, OutputCount));
    };

    void IPredictionModel<LinearModel>.Save(ModelWriter writer)
    {
        writer.Fields.Write(FeatureCount);
        writer.Fields.Write(OutputCount);
        writer.WriteTensor<float>("Weights", _weights);
    }

    static LinearModel IPredictionModel<LinearModel>.Load(ModelReader reader)
    {
        int features = reader.ReadCount("features", 1, int.MaxValue);
        int outputs = reader.ReadCount("outputs", 1, int.MaxValue);
        return new LinearModel(features, outputs, reader.ReadTensor<float>("Weights", outputs * (features + 1L)));
    }

    internal static BioLearnTrainer<LinearModel> Trainer(IHostEnvironment environment, PredictionTask task, Options options)
        => new(environment, new("TestLinear", task, options, context => Train(task, options, context)));

    private static LinearModel Train(PredictionTask task, Options options, TrainingContext<LinearModel> context)
    {
        var data = context.Data;
        int outputs = task == PredictionTask.Multiclass ? data.ClassCount : 1;
        var start = context.InitialModel?._weights.ToArray() ?? RandomWeights(outputs * (data.FeatureCount + 1), context.Seed);
        var model = new LinearModel(data.FeatureCount, outputs, start);
        var credit = new float[outputs];
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            double loss = 0;
            for (int row = 0; row < data.Count; row++)
                loss += model.Learn(task, data, row, options.LearningRate, credit);
            context.Run.Report(new TrainingProgress(epoch, options.Epochs, loss / data.Count, context.Validation is { } v ? model.Loss(task, v) : null));
        }

        return model;
    }

    private static float[] RandomWeights(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 0.01f * (random.NextSingle() - 0.5f))];
    }

    private double Learn(PredictionTask task, TrainingData data, int row, float rate, Span<float> credit)
    {
        var x = data.Features.Span.Slice(row * FeatureCount, FeatureCount);
        double loss = Error(task, data, row, credit);
        float weight = data.Weights.IsEmpty ? 1 : data.Weights[row];
        for (int k = 0; k < OutputCount; k++)
        {
            var w = _weights.AsSpan(k * (FeatureCount + 1), FeatureCount + 1);
            TensorPrimitives.MultiplyAdd(x, -rate * weight * credit[k], w[..FeatureCount], w[..FeatureCount]);
            w[FeatureCount] -= rate * weight * credit[k];
        }

        return weight * loss;
    }

    private double Loss(PredictionTask task, TrainingData data)
    {
        var credit = new float[OutputCount];
        double loss = 0;
        for (int row = 0; row < data.Count; row++)
            loss += Error(task, data, row, credit);
        return loss / data.Count;
    }

    /// <summary>Output minus target, and the loss.</summary>
    private double Error(PredictionTask task, TrainingData data, int row, Span<float> error)
    {
        Score(data.Features.Span.Slice(row * FeatureCount, FeatureCount), error);
        switch (task)
        {
            case PredictionTask.Multiclass:
                double loss = -Math.Log(Math.Max(1e-12, error[data.Classes[row]]));
                error[data.Classes[row]] -= 1;
                return loss;
            case PredictionTask.Binary:
                float p = 1 / (1 + MathF.Exp(-error[0]));
                error[0] = p - data.Classes[row];
                return -Math.Log(Math.Max(1e-12, data.Classes[row] == 1 ? p : 1 - p));
            default:
                error[0] -= data.Targets[row];
                return 0.5 * error[0] * error[0];
        }
    }

    private void Score(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int k = 0; k < OutputCount; k++)
        {
            var w = _weights.AsSpan(k * (FeatureCount + 1), FeatureCount + 1);
            y[k] = TensorPrimitives.Dot(x, w[..FeatureCount]) + w[FeatureCount];
        }

        if (OutputCount > 1)
            TensorPrimitives.SoftMax<float>(y, y);
    }

    internal sealed class Options : TrainerOptions
    {
        public int Epochs { get; set; } = 20;

        public float LearningRate { get; set; } = 0.1f;
    }
}
