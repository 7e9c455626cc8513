using System.Diagnostics;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Scoring;
using BioLearn.Cli.Terminal;
using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Learning.Baselines;

/// <summary>How a trainer did on one fold.</summary>
/// <param name="Seed">Seed of the folds and of the trainer.</param>
/// <param name="Fold">From 0.</param>
/// <param name="Score">Share of the held-out rows whose class was found, or R²; NaN if the trainer failed.</param>
/// <param name="Seconds">Wall time of training and scoring.</param>
internal readonly record struct FoldScore(int Seed, int Fold, double Score, double Seconds);

/// <summary>Cross-validation of several trainers on the same folds of one table.</summary>
internal sealed class CrossValidation(FeatureTable table, int folds, Action<string> warn)
{
    private const string Features = nameof(FeatureRow.Features);
    private const string Label = "Label";

    /// <summary>The fold of every row: rows in random order, class by class where there are classes, are dealt out one by one.</summary>
    public int[] FoldsOf(int seed)
    {
        int[] order = new int[table.Rows.Count];
        new RandomStream(seed, "folds").FillPermutation(order);
        if (table.Task == LearningTask.Classification)
            order = [.. order.OrderBy(row => table.Rows[row].Class, StringComparer.Ordinal)];
        int[] fold = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
            fold[order[i]] = i % folds;
        return fold;
    }

    /// <summary>Trains on all folds but one, and is asked for that one, for each fold.</summary>
    public IEnumerable<FoldScore> Run(BaselineTrainer trainer, int seed, int threads, CancellationToken cancellation)
    {
        int[] fold = FoldsOf(seed);
        for (int f = 0; f < folds; f++)
        {
            cancellation.ThrowIfCancellationRequested();
            var clock = Stopwatch.StartNew();
            FeatureRow[] training = [.. table.Rows.Where((_, row) => fold[row] != f)], test = [.. table.Rows.Where((_, row) => fold[row] == f)];
            double score;
            try
            {
                score = Score(trainer, training, test, new(seed, threads, cancellation));
            }
            catch (Exception failed) when (failed is DivergenceException or ArgumentException or InvalidOperationException)
            {
                warn($"{trainer.Name}, fold {f + 1}: {GivenOptions.Plain(failed)}");
                score = double.NaN;
            }
            yield return new(seed, f, score, clock.Elapsed.TotalSeconds);
        }
    }

    private double Score(BaselineTrainer trainer, FeatureRow[] training, FeatureRow[] test, TrainingTerms terms)
    {
        MLContext ml = new(terms.Seed);
        ml.Log += (_, line) =>
        {
            if (line.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warn($"{trainer.Name}: {line.RawMessage}");
        };
        IEstimator<ITransformer> filled = ml.Transforms.ReplaceMissingValues(Features, replacementMode: Microsoft.ML.Transforms.MissingValueReplacingEstimator.ReplacementMode.Mean);
        EstimatorChain<ITransformer> pipeline = new EstimatorChain<ITransformer>().Append(filled);
        if (trainer.Normalized)
            pipeline = pipeline.Append<ITransformer>(ml.Transforms.NormalizeMeanVariance(Features, fixZero: false));
        if (table.Task == LearningTask.Regression)
        {
            var learner = pipeline.Append<ITransformer>(ml.Transforms.CopyColumns(Label, nameof(FeatureRow.Target))).AppendCacheCheckpoint(ml).Append(trainer.Numbers!(ml, terms));
            return NumberFigures.Of([.. test.Select(row => (double)row.Target)], [.. Scored<float>(ml, learner, training, test, "Score").Select(answer => (double)answer)]).RSquared;
        }
        var classifier = pipeline.Append<ITransformer>(ml.Transforms.Conversion.MapValueToKey(Label, nameof(FeatureRow.Class), keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue))
            .AppendCacheCheckpoint(ml).Append(trainer.Classes(ml, terms)).Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        string[] classes = [.. Scored<ReadOnlyMemory<char>>(ml, classifier, training, test, "PredictedLabel").Select(name => name.ToString())];
        return test.Zip(classes).Average(pair => pair.First.Class == pair.Second ? 1.0 : 0.0);
    }

    private static IEnumerable<T> Scored<T>(MLContext ml, IEstimator<ITransformer> pipeline, FeatureRow[] training, FeatureRow[] test, string column)
    {
        var model = pipeline.Fit(View(ml, training));
        return model.Transform(View(ml, test)).GetColumn<T>(column);
    }

    private static IDataView View(MLContext ml, FeatureRow[] rows)
    {
        var schema = SchemaDefinition.Create(typeof(FeatureRow));
        schema[Features].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }
}
