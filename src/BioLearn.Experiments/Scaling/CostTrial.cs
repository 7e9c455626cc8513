using System.Diagnostics;
using BioLearn.Kernels.Random;
using BioLearn.ML;
using BioLearn.ML.Networks;
using Microsoft.ML;

namespace BioLearn.Experiments.Scaling;

/// <summary>
/// What a training costs, and scoring what it learned from: time and memory over the size of the work. Rows are random numbers from 0 to 1, of ten classes.
/// </summary>
/// <remarks>
/// <para>One row a repetition, from 1: <c>seconds</c> and <c>cpu-seconds</c> of the training, <c>score-seconds</c> of its rows, and <c>megabytes</c>, how much more
/// resident memory the process had at the most than before. Trainings of few rows before, while code is compiled, are not counted.</para>
/// <para>These are measurements of a machine, not results of the settings: another run has other numbers, and trials beside it disturb it. Run with
/// one worker.</para>
/// </remarks>
public sealed class CostTrial : ITrial
{
    private const int Classes = 10, CompilingRows = 64;

    // Methods that are called often are compiled anew, with what was learned of them, a while after they have begun.
    private const double CompilingSeconds = .5;

    /// <summary>What is done. Default: a learning rule.</summary>
    public CostedWork Work { get; init; }

    /// <summary>The rule of <see cref="CostedWork.LearningRule"/>. Default: feedback alignment.</summary>
    public LearningRule Rule { get; init; } = RuleTable.Find("feedback-alignment")!.CreateRule();

    /// <summary>Rows that are learned from; at least 1. Default: 2,000.</summary>
    public int Rows { get; init; } = 2000;

    /// <summary>Features of a row; at least 4. Default: 256.</summary>
    public int Features { get; init; } = 256;

    /// <summary>Units of a layer; at least 2. Default: 128.</summary>
    public int Units { get; init; } = 128;

    /// <summary>Hidden layers, where the work has several; at least 1. Default: 1.</summary>
    public int Depth { get; init; } = 1;

    /// <summary>Rows of a step, where the work has steps; at least 1. Default: 32.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Passes over the rows; at least 1. Default: 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Threads that may work at once, where the work takes several; at least 1. Default: 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Repetitions; at least 1. Default: 3.</summary>
    public int Repetitions { get; init; } = 3;

    /// <inheritdoc/>
    public void Check()
    {
        foreach ((int value, int least, string name) in ((int, int, string)[])[(Rows, 1, "rows"), (Features, 4, "features"), (Units, 2, "units"), (Depth, 1, "depth"), (Batch, 1, "batch"), (Epochs, 1, "epochs"), (Threads, 1, "threads"), (Repetitions, 1, "repetitions")])
            ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        LabelledRows rows = Random(context);
        int few = Math.Min(Rows, CompilingRows);
        long start = Stopwatch.GetTimestamp();
        do
            Once(context, rows.First(few), few);
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < CompilingSeconds);
        for (int repetition = 1; repetition <= Repetitions; repetition++)
        {
            Measured measured = Once(context, rows, Rows);
            context.Record(repetition, ("seconds", measured.Seconds), ("cpu-seconds", measured.CpuSeconds), ("score-seconds", measured.ScoreSeconds), ("megabytes", measured.Megabytes));
        }
    }

    private LabelledRows Random(TrialContext context)
    {
        float[] features = new float[checked(Rows * Features)];
        RandomStream stream = context.Stream("rows");
        stream.FillUniform<float>(features, 0, 1);
        int[] labels = new int[Rows];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = i % Classes;
        return new(features, labels);
    }

    private Measured Once(TrialContext context, LabelledRows rows, int count)
    {
        MLContext mlContext = new(context.SeedNumber);
        IDataView view = PictureRows.View(mlContext, rows, Math.Max(2, Math.Min(Classes, count)));
        Func<IDataView, ITransformer?> work = CostedWorks.Of(this, mlContext, count, context.Cancellation);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using Process process = Process.GetCurrentProcess();
        using MemoryPeak memory = new();
        double cpu = Cpu();
        long start = Stopwatch.GetTimestamp();
        ITransformer? model = work(view);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cpu = Cpu() - cpu;
        start = Stopwatch.GetTimestamp();
        if (model is not null)
            Read(mlContext, model.Transform(view));
        double score = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double megabytes = memory.Megabytes;
        (model as IDisposable)?.Dispose();
        context.Cancellation.ThrowIfCancellationRequested();
        return new(seconds, cpu, score, megabytes);

        double Cpu()
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    private void Read(MLContext mlContext, IDataView scored)
    {
        string column = Work is CostedWork.LearningRule or CostedWork.Recurrent ? "Score" : CostedWorks.Made;
        foreach (var _ in mlContext.Data.CreateEnumerable<Vector>(mlContext.Transforms.CopyColumns(nameof(Vector.Numbers), column).Fit(scored).Transform(scored), reuseRowObject: true, ignoreMissingColumns: false))
        {
        }
    }

    private sealed class Vector
    {
        public float[]? Numbers { get; set; }
    }

    private readonly record struct Measured(double Seconds, double CpuSeconds, double ScoreSeconds, double Megabytes);
}
