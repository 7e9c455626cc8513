using BioLearn.Kernels.Random;
using BioLearn.ML.Data;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Studies;

/// <summary>
/// Counter-Hebb learning as its paper trains it (Abel and Ullman 2024): two pictures over each other (Multi-MNIST), a simple network that is asked for
/// the left or the right one; each epoch one question a pair, drawn anew; the rate of Adam falls by 5 % an epoch.
/// </summary>
/// <remarks>
/// Rows, one an epoch, iterations from 1: <c>train-loss</c>; <c>left-error</c>, <c>right-error</c> and <c>error</c>, their mean, shares of the pairs of test
/// pictures. In the last row also <c>CONTROL-error</c>, the mean where instructions are changed (<see cref="InstructionControl"/>), and <c>open-left-L</c>,
/// <c>open-right-L</c>, <c>open-both-L</c>, shares of the units of layer L that the instructions open.
/// </remarks>
public sealed class PicturePairsTrial : ITrial
{
    private const double Decay = .95;
    private const int Questions = 2;

    /// <summary>The pictures: a folder of IDX files.</summary>
    public required DataSource Data { get; init; }

    /// <summary>Where weights of the way down come from. Default: shared with the way up.</summary>
    public TopDownWeights TopDown { get; init; } = TopDownWeights.Shared;

    /// <summary>Whose credit it is. Default: counter-Hebb learning's own.</summary>
    public TopDownCredit Credit { get; init; } = TopDownCredit.CounterHebb;

    /// <summary>Units between an instruction and the top of the way down. Default: 50.</summary>
    public int[] TaskEmbedding { get; init; } = [50];

    /// <summary>Training pictures that are composed, the first of the set; 0 for all. Default: 50,000.</summary>
    public int TrainingPictures { get; init; } = 50_000;

    /// <summary>Learning rate of Adam; above 0. Default: 0.0005.</summary>
    public double LearningRate { get; init; } = 5e-4;

    /// <summary>Pairs of a mini-batch; at least 1. Default: 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Epochs; at least 1. Default: 50.</summary>
    public int Epochs { get; init; } = 50;

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        if (Data.Files is not [var images, var labels, var testImages, var testLabels] || Data.Shape.Channels != 1)
            throw new ArgumentException($"data is {Data.Name}; expected grey pictures in four IDX files");
        int seed = context.SeedNumber;
        MultiMnist train = MultiMnist.Compose(images, labels, seed, 0, TrainingPictures == 0 ? null : TrainingPictures), test = MultiMnist.Compose(testImages, testLabels, seed);
        float[] pictures = Pictures(train), tests = Pictures(test);
        Samples<float> asked = Samples<float>.OfClasses(tests.Concat(tests).ToArray(), Enumerable.Range(0, Questions * test.Count).Select(i => test.Label(i % test.Count, (Side)(i / test.Count))).ToArray())
            .With(Instructions<float>.OfTasks(Enumerable.Range(0, Questions * test.Count).Select(i => i / test.Count).ToArray(), Questions));
        CounterHebb rule = new() { InstructionWidth = Questions, TaskEmbedding = TaskEmbedding, TopDown = TopDown, Credit = Credit };
        NetworkSpec spec = InstructedNetworks.Simple(new TensorShape(1, train.Height, train.Width), new Dense(train.ClassCount), OutputHead.SoftmaxCrossEntropy);
        using Network<float> network = new(spec, rule, Initializer.UniformByFanIn, seed, Initializer.UniformByFanIn);
        using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Adam(LearningRate), BatchSize);
        context.TryRestore(trainer.LoadState);
        int[] tasks = new int[train.Count];
        for (int epoch = trainer.Epoch + 1; epoch <= Epochs; epoch++)
        {
            RandomStream random = new(seed, $"questions/{epoch}");
            for (int i = 0; i < tasks.Length; i++)
                tasks[i] = random.NextBernoulli(.5) ? 1 : 0;
            Samples<float> questions = Samples<float>.OfClasses(pictures, Enumerable.Range(0, train.Count).Select(i => train.Label(i, (Side)tasks[i])).ToArray()).With(Instructions<float>.OfTasks(tasks, Questions));
            double loss = trainer.TrainEpoch(questions, context.Cancellation);
            trainer.LearningRateFactor *= Decay;
            double[] errors = Errors(network, rule, asked, InstructionControl.None, context.Cancellation);
            context.Record(epoch, [("train-loss", loss), ("left-error", errors[0]), ("right-error", errors[1]), ("error", errors.Average()), .. epoch == Epochs ? AtTheEnd(network, rule, asked, context.Cancellation) : []]);
            context.Checkpoint(trainer.SaveState);
        }
    }

    private static List<(string, double)> AtTheEnd(Network<float> network, CounterHebb rule, in Samples<float> asked, CancellationToken cancellation)
    {
        List<(string, double)> figures = [];
        foreach (InstructionControl control in Enum.GetValues<InstructionControl>().Where(control => control != InstructionControl.None))
            figures.Add(($"{Grids.SettingName.Of(control.ToString())}-error", Errors(network, rule, asked, control, cancellation).Average()));
        SubNetworks parts = SubNetworks.OfTasks(network, rule, Questions);
        for (int l = 0; l < parts.Layers.Count; l++)
            figures.AddRange([($"open-left-{parts.Layers[l].Index}", parts.Open(l, 0)), ($"open-right-{parts.Layers[l].Index}", parts.Open(l, 1)), ($"open-both-{parts.Layers[l].Index}", parts.OpenInBoth(l, 0, 1))]);
        return figures;
    }

    private static double[] Errors(Network<float> network, CounterHebb rule, in Samples<float> asked, InstructionControl control, CancellationToken cancellation) =>
        [.. InstructedEvaluation.Evaluate(network, rule, asked, control, cancellation: cancellation).Select(answer => 1 - answer.Accuracy)];

    private static float[] Pictures(MultiMnist pairs)
    {
        int size = pairs.Height * pairs.Width;
        float[] values = new float[pairs.Count * size];
        for (int i = 0; i < pairs.Count; i++)
            pairs.CopyNormalized(i, values.AsSpan(i * size, size));
        return values;
    }
}
