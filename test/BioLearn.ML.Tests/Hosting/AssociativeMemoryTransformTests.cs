using System.Reflection;
using BioLearn.ML.Plasticity;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Hosting;

public sealed class AssociativeMemoryTransformTests : IDisposable
{
    private static readonly PlasticTrainerOptions Training = new() { Task = new() { PatternSize = 8, Patterns = 2 }, Updates = 3000 };
    private static readonly float[][] Stored = [[1, 1, 1, 1, -1, -1, -1, -1], [1, -1, 1, -1, 1, -1, 1, -1]];

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-memory-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Fitted_rows_are_completed_measured_and_the_same_in_a_fresh_process()
    {
        var patterns = Rows(Stored);
        var degraded = Degraded();
        var model = _mlContext.Transforms.AssociativeMemory(new AssociativeMemoryEstimator.Options
        {
            OutputColumnName = "Completed",
            InputColumnName = "Pattern",
            MetaTraining = Training,
        }).Fit(patterns);
        var completed = model.Transform(degraded);
        var metrics = _mlContext.EvaluatePatternCompletion(completed, "Original", "Completed");
        string path = Path.Combine(_folder, "memory.zip");
        _mlContext.Model.Save(model, degraded.Schema, path);

        Assert.Equal((2, 8L), (model.PatternCount, metrics.PatternCount));
        Assert.InRange(metrics.WrongSigns, 0, 0.1);
        Assert.InRange(metrics.CompletePatterns, 0.5, 1);
        Assert.Equal(Describe(completed), ChildProcess.Run("complete-patterns", path));
    }

    [Fact]
    public void Network_file_and_meta_training_exclude_each_other_and_sizes_are_checked()
    {
        var neither = Assert.Throws<ArgumentException>(() => _mlContext.Transforms.AssociativeMemory(new AssociativeMemoryEstimator.Options { OutputColumnName = "Completed" }));
        Assert.StartsWith("Give either NetworkPath, a meta-trained network, or MetaTraining", neither.Message, StringComparison.Ordinal);
        var both = Assert.Throws<ArgumentException>(() => _mlContext.Transforms.AssociativeMemory(new AssociativeMemoryEstimator.Options
        {
            OutputColumnName = "Completed",
            NetworkPath = "network.zip",
            MetaTraining = PlasticTrainerOptions.Orthogonal28,
        }));
        Assert.Equal(neither.Message, both.Message);
        var estimator = _mlContext.Transforms.AssociativeMemory(new AssociativeMemoryEstimator.Options
        {
            OutputColumnName = "Completed",
            InputColumnName = "Pattern",
            MetaTraining = PlasticTrainerOptions.Orthogonal28,
        });
        Assert.Contains(
            "Schema mismatch for input column 'Pattern': expected Vector<Single, 28>, got Vector<Single, 8>",
            Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(Rows(Stored))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_the_execution_stops_the_meta_training()
    {
        int heard = 0;
        var cancelExecution = typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!;
        var estimator = _mlContext.Transforms.AssociativeMemory(new AssociativeMemoryEstimator.Options
        {
            OutputColumnName = "Pattern",
            MetaTraining = Training,
            Progress = new Callback(() =>
            {
                if (++heard == 5)
                    cancelExecution.Invoke(_mlContext, null);
            }),
        });
        Assert.Throws<OperationCanceledException>(() => estimator.Fit(Rows(Stored)));
        Assert.Equal(5, heard);
    }

    private sealed class Callback(Action heard) : IProgress<PlasticTrainingProgress>
    {
        public void Report(PlasticTrainingProgress value) => heard();
    }

    [Fact]
    public void Metrics_count_wrong_signs_and_whole_patterns()
    {
        var rows = _mlContext.Data.LoadFromEnumerable([
            new PatternRow { Original = Stored[0], Pattern = Stored[0] },
            new PatternRow { Original = Stored[1], Pattern = [1, -1, 1, -1, 1, -1, -1, 0] },
        ]);

        var metrics = _mlContext.EvaluatePatternCompletion(rows, "Original", "Pattern");

        Assert.Equal(new PatternCompletionMetrics(2, 2 / 16.0, 0.5, 3 / 16.0), metrics);
    }

    /// <summary>Runs in the child process.</summary>
    internal static void Complete(string path)
    {
        var mlContext = new MLContext().UseBioLearn();
        Console.Write(Describe(mlContext.Model.Load(path, out _).Transform(new AssociativeMemoryTransformTests().Degraded())));
    }

    private static string Describe(IDataView completed)
        => string.Join('\n', completed.GetColumn<float[]>("Completed").Select(row => string.Join(' ', row.Select(x => x.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))));

    private IDataView Rows(float[][] patterns) => _mlContext.Data.LoadFromEnumerable(patterns.Select(p => new PatternRow { Original = p, Pattern = p }));

    // Each pattern four times, with every fourth element unknown: 0 or NaN.
    private IDataView Degraded() => _mlContext.Data.LoadFromEnumerable(Stored.SelectMany(pattern => Enumerable.Range(0, 4).Select(hole => new PatternRow
    {
        Original = pattern,
        Pattern = [.. pattern.Select((x, i) => i % 4 != hole ? x : i < 4 ? 0 : float.NaN)],
    })).ToArray());

    private sealed class PatternRow
    {
        [VectorType(8)]
        public float[] Original { get; set; } = [];

        [VectorType(8)]
        public float[] Pattern { get; set; } = [];
    }
}
