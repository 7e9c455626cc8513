using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Hosting;

/// <summary>
/// One binary model a class: class k against all others; the scores are the models' probabilities, divided by their sum.
/// ML.NET's own <c>OneVersusAll</c> takes only trainers from inside ML.NET.
/// </summary>
/// <typeparam name="TModel">The binary models' parameters.</typeparam>
public sealed class OneVersusAllModel<TModel> : IPredictionModel<OneVersusAllModel<TModel>>
    where TModel : class, IPredictionModel<TModel>
{
    private readonly TModel[] _models;

    internal OneVersusAllModel(TModel[] models) => _models = models;

    /// <summary>The model of each class.</summary>
    public IReadOnlyList<TModel> Models => _models;

    /// <inheritdoc/>
    public int FeatureCount => _models[0].FeatureCount;

    /// <inheritdoc/>
    public int OutputCount => _models.Length;

    /// <inheritdoc/>
    public NamedTensors GetTensors()
    {
        NamedTensors all = new();
        for (int k = 0; k < _models.Length; k++)
            all.Add(FormattableString.Invariant($"class{k}."), _models[k].GetTensors());
        return all;
    }

    static string IPredictionModel<OneVersusAllModel<TModel>>.ComponentName => $"OneVersusAll({TModel.ComponentName})";

    bool IPredictionModel<OneVersusAllModel<TModel>>.Predicts(PredictionTask task) => task == PredictionTask.Multiclass;

    BatchScorer IPredictionModel<OneVersusAllModel<TModel>>.CreateScorer(int capacity)
    {
        var scorers = Array.ConvertAll(_models, model => model.CreateScorer(capacity));
        var logits = new float[capacity];
        return (features, rows, scores) =>
        {
            for (int k = 0; k < scorers.Length; k++)
            {
                scorers[k](features, rows, logits.AsSpan(0, rows));
                Spread(logits.AsSpan(0, rows), k, scores);
            }

            Normalize(rows, scores);
        };
    }

    SparseScorer? IPredictionModel<OneVersusAllModel<TModel>>.CreateSparseScorer(int capacity)
    {
        var scorers = Array.ConvertAll(_models, model => model.CreateSparseScorer(capacity));
        if (Array.Exists(scorers, scorer => scorer is null))
            return null;
        var logits = new float[capacity];
        return (rows, scores) =>
        {
            for (int k = 0; k < scorers.Length; k++)
            {
                scorers[k]!(rows, logits.AsSpan(0, rows.Count));
                Spread(logits.AsSpan(0, rows.Count), k, scores);
            }

            Normalize(rows.Count, scores);
        };
    }

    private void Spread(ReadOnlySpan<float> logits, int k, Span<float> scores)
    {
        for (int row = 0; row < logits.Length; row++)
            scores[row * _models.Length + k] = 1 / (1 + MathF.Exp(-logits[row]));
    }

    private void Normalize(int rows, Span<float> scores)
    {
        for (int row = 0; row < rows; row++)
            Normalize(scores.Slice(row * _models.Length, _models.Length));
    }

    void IPredictionModel<OneVersusAllModel<TModel>>.Save(ModelWriter writer)
    {
        writer.Fields.Write(_models.Length);
        for (int k = 0; k < _models.Length; k++)
            _models[k].Save(writer.Within($"Class{k}"));
    }

    static OneVersusAllModel<TModel> IPredictionModel<OneVersusAllModel<TModel>>.Load(ModelReader reader)
    {
        var models = new TModel[reader.ReadLength("number of classes", 1)];
        for (int k = 0; k < models.Length; k++)
            models[k] = TModel.Load(reader.Within($"Class{k}"));
        if (models.Length == 0)
            throw reader.Damaged("it has no classes");
        return new OneVersusAllModel<TModel>(models);
    }

    /// <summary>A multiclass trainer that trains <paramref name="binary"/> once for each class.</summary>
    internal static BioLearnTrainer<OneVersusAllModel<TModel>> Trainer(IHostEnvironment environment, BioLearnTrainer<TModel> binary, TrainerOptions options)
    {
        if (binary.Task != PredictionTask.Binary)
            throw new ArgumentException($"{binary.Definition.Name} is not a binary trainer.", nameof(binary));
        if (binary.Definition.Options.Instruction is not null)
            throw new ArgumentException($"{binary.Definition.Name} tells several classes apart itself: take it from the multiclass trainers.", nameof(binary));
        return new(environment, new($"OneVersusAll({binary.Definition.Name})", PredictionTask.Multiclass, options, context => Train(binary.Definition, context)) { KeepsSparse = binary.Definition.KeepsSparse, RowsInMemory = binary.Definition.RowsInMemory });
    }

    private static OneVersusAllModel<TModel> Train(TrainerDefinition<TModel> binary, TrainingContext<OneVersusAllModel<TModel>> context)
    {
        var models = new TModel[context.Data.ClassCount];
        for (int k = 0; k < models.Length; k++)
        {
            context.Run.Info($"Class {k + 1} of {models.Length} against all others");
            models[k] = binary.Train(new TrainingContext<TModel>(
                context.Data.AgainstOthers(k),
                context.Validation?.AgainstOthers(k),
                context.InitialModel?.Models[k],
                unchecked(context.Seed + k),
                context.Run)
            { Blocks = context.Blocks?.AgainstOthers(k) });
            context.Run.ThrowIfCancelled();
        }

        return new OneVersusAllModel<TModel>(models);
    }

    private static void Normalize(Span<float> probabilities)
    {
        float sum = 0;
        foreach (float p in probabilities)
            sum += p;
        if (sum > 0)
        {
            foreach (ref float p in probabilities)
                p /= sum;
        }
    }
}
