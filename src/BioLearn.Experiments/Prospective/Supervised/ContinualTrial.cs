using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Supervised;

/// <summary>
/// Continual learning (figure 4d and e of Song et al. 2024): tasks of a few classes each are learned in turn, over and over, by a network whose
/// outputs they share. How much of the others is forgotten meanwhile?
/// </summary>
/// <remarks>
/// Which label a class gets is drawn for each seed; two classes of one task may then share an output, as in the published program. Rows, one an
/// iteration, which is an epoch on the task whose turn it is, from 0: <c>train-loss</c>; <c>test-error-1</c>, <c>test-error-2</c> and so on of each
/// task; <c>diverged</c>. The publication trains a network anew for each task that it logs; here one training logs all.
/// </remarks>
public sealed class ContinualTrial : ITrial
{
    /// <summary>The pictures.</summary>
    public required DataSource Data { get; init; }

    /// <summary>The rule. Default: predictive coding.</summary>
    public LearningRule Rule { get; init; } = new PredictiveCoding();

    /// <summary>Rate of plain descent along gradients summed over the mini-batch; above 0. Default: 0.0005.</summary>
    public double LearningRate { get; init; } = 0.0005;

    /// <summary>Matrices of weights, L; at least 1. Hidden layers are one fewer. Default: 4.</summary>
    public int Depth { get; init; } = 4;

    /// <summary>Units of each hidden layer; at least 1. Default: 32.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Activation of the hidden layers. Default: the sigmoid.</summary>
    public Activation Activation { get; init; } = Activation.Sigmoid;

    /// <summary>How weights start. Default: Glorot's normal distribution.</summary>
    public Initializer Initializer { get; init; } = Initializer.GlorotNormal;

    /// <summary>Samples of a mini-batch; at least 1. The error on test pictures is a mean over batches of this size. Default: 500.</summary>
    public int BatchSize { get; init; } = 500;

    /// <summary>Number of tasks, which divides that of the classes. Default: 2.</summary>
    public int Tasks { get; init; } = 2;

    /// <summary>Whether tasks have the same outputs. Default: yes.</summary>
    public bool SharedOutputs { get; init; } = true;

    /// <summary>Epochs in all; at least 1. Default: 84.</summary>
    public int Iterations { get; init; } = 84;

    /// <summary>Epochs on a task before the next one; at least 1. Default: 4.</summary>
    public int IterationsPerTask { get; init; } = 4;

    /// <summary>Training pictures of each class; 0 for all. Default: 600.</summary>
    public int TrainPerClass { get; init; } = 600;

    /// <summary>Test pictures of each class; 0 for all. Default: 600.</summary>
    public int TestPerClass { get; init; } = 600;

    /// <summary>
    /// Whether the last output gets no target and so never learns: a slip of the published program, whose loss leaves it out, and a part of its
    /// figures. The error counts it. Default: no.
    /// </summary>
    public bool UnusedLastOutput { get; init; }

    /// <summary>The task whose turn it is.</summary>
    /// <param name="iteration">The iteration, from 0.</param>
    /// <returns>The task, from 0.</returns>
    public int TaskOf(int iteration) => iteration / IterationsPerTask % Tasks;

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Iterations, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(IterationsPerTask, 1);
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        int classes = Data.Training.Classes;
        int[] outputOf = ClassPermutation.Outputs(ClassPermutation.Draw(classes, 0, context.Stream("classes")), Tasks, SharedOutputs);
        int outputs = SharedOutputs ? classes / Tasks : classes;
        Task[] tasks = [.. Enumerable.Range(0, Tasks).Select(task => Prepare(task, outputOf, outputs, context))];
        using Classifier network = new(MultilayerPerceptron.Of(Data.Training.Width, Depth, Width, outputs, Activation), Rule, Initializer, LearningRate, BatchSize, context.Seed);
        int first = 0;
        context.TryRestore(reader =>
        {
            first = reader.ReadInt32();
            network.Load(reader);
        });
        for (int i = first; i < Iterations; i++)
        {
            Task task = tasks[TaskOf(i)];
            double loss = network.LearnEpoch(task.Training, task.Rows, BatchSize, 0, context.Stream($"order/{i}"), context.Cancellation);
            context.Record(
                i,
                [("train-loss", loss), .. tasks.Select((t, number) => ($"test-error-{number + 1}", network.Error(t.Test, BatchSize))), ("diverged", network.HasDiverged ? 1 : 0)]);
            context.Checkpoint(writer =>
            {
                writer.Write(i + 1);
                network.Save(writer);
            });
        }
    }

    private Task Prepare(int task, int[] outputOf, int outputs, TrialContext context)
    {
        int[] classes = ClassPermutation.ClassesOfTask(task, Tasks, outputOf.Length);
        LabelledRows training = Of(Data.Training, TrainPerClass, "training"), test = Of(Data.Test, TestPerClass, "test");
        bool[] mask = UnusedLastOutput ? [.. Enumerable.Range(0, training.Count * outputs).Select(i => i % outputs != outputs - 1)] : [];
        Samples<float> samples = Samples<float>.OfTargets(training.Features, ClassTargets.Of<float>(training.Labels.Span, outputs), training.Count).WithTargetMask(mask);
        return new(samples, [.. Enumerable.Range(0, training.Count)], test);

        LabelledRows Of(LabelledRows rows, int perClass, string what) =>
            rows.Take(ClassSubset.PerClass(rows.Labels.Span, perClass, context.Stream($"{what} pictures/{task}"), classes: classes)).Relabel(outputOf);
    }

    private sealed record Task(Samples<float> Training, int[] Rows, LabelledRows Test);
}
