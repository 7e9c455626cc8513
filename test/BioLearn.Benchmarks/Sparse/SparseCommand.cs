using System.Diagnostics;
using System.Text.Json;
using BioLearn.Kernels.Random;
using BioLearn.ML;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console.Cli;

namespace BioLearn.Benchmarks.Sparse;

/// <summary>
/// <c>-- sparse</c>: rows as a text featurizer gives them, many columns of which few are set, through a trainer with its defaults. Prints one
/// JSON line: the peak of the process's resident memory, the time of training and scoring, and the accuracy. One run a process, so that the
/// peak is the run's.
/// </summary>
internal sealed class SparseCommand : Command<SparseSettings>
{
    private const int Classes = 4;

    public override int Execute(CommandContext context, SparseSettings settings, CancellationToken cancellation)
    {
        MLContext ml = new(seed: 1);
        long before = Process.GetCurrentProcess().PeakWorkingSet64;
        IDataView train = View(ml, settings, 0, settings.Rows), held = View(ml, settings, settings.Rows, Math.Max(1, settings.Rows / 10));
        var watch = Stopwatch.StartNew();
        ITransformer model = Trainer(ml, settings).Fit(train);
        double training = watch.Elapsed.TotalSeconds;
        watch.Restart();
        double accuracy = ml.MulticlassClassification.Evaluate(model.Transform(held)).MicroAccuracy;
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            settings.Rule, settings.Rows, settings.Columns, settings.Set, settings.Epochs, settings.Sgd, settings.RowsInMemory,
            peakMegabytes = Process.GetCurrentProcess().PeakWorkingSet64 / 1_000_000,
            startMegabytes = before / 1_000_000,
            trainingSeconds = Math.Round(training, 1),
            scoringSeconds = Math.Round(watch.Elapsed.TotalSeconds, 1),
            accuracy = Math.Round(accuracy, 4),
        }));
        return 0;
    }

    private static IEstimator<ITransformer> Trainer(MLContext ml, SparseSettings settings)
    {
        NetworkOptions options = new() { NumberOfEpochs = settings.Epochs, Seed = 1 };
        if (settings.Sgd)
            options.Optimizer = OptimizerSettings.Sgd(0.3);
        var trainers = ml.MulticlassClassification.Trainers;
        return settings.Rule switch
        {
            "feedback-alignment" => Untyped(trainers.FeedbackAlignment(options)),
            "backpropagation" => Untyped(trainers.Backpropagation(options)),
            "direct-feedback-alignment" => Untyped(trainers.DirectFeedbackAlignment(options)),
            "sdca" => Untyped(trainers.SdcaMaximumEntropy(maximumNumberOfIterations: settings.Epochs)),
            _ => throw new ArgumentException($"there is no rule '{settings.Rule}' here; see --help"),
        };
    }

    private static IEstimator<ITransformer> Untyped<TTransformer>(IEstimator<TTransformer> trainer)
        where TTransformer : class, ITransformer => new EstimatorChain<ITransformer>().Append(trainer);

    private static IDataView View(MLContext ml, SparseSettings settings, int first, int count)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, settings.Columns);
        schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), Classes);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(first, count).Select(i => Make(settings, i)), schema);
    }

    /// <summary>Columns of small numbers are set more often, as words are; a quarter of a row's come from its class's own region.</summary>
    private static Row Make(SparseSettings settings, int index)
    {
        RandomStream stream = new(1, $"row/{index}");
        int kind = index % Classes, region = settings.Columns / 8;
        SortedSet<int> columns = [];
        while (columns.Count < settings.Set)
        {
            double u = stream.NextDouble();
            columns.Add(columns.Count % 4 == 0
                ? (int)(u * region) + ((4 + kind) * region)
                : (int)(Math.Pow(u, 3) * settings.Columns));
        }
        float value = 1 / MathF.Sqrt(settings.Set);
        return new Row { Features = new(settings.Columns, settings.Set, [.. Enumerable.Repeat(value, settings.Set)], [.. columns]), Label = (uint)kind };
    }

    private sealed class Row
    {
        public VBuffer<float> Features { get; set; }

        public uint Label { get; set; }
    }
}
