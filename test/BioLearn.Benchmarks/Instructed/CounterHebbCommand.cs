using System.Text.Json;
using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Residual;
using BioLearn.Kernels.Random;
using BioLearn.ML.Data;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using Spectre.Console.Cli;

namespace BioLearn.Benchmarks.Instructed;

/// <summary>
/// Accuracy of counter-Hebb learning as its paper trains it: Adam, batches and decay of the published configurations, weights and biases
/// uniform by fan-in. One JSON line an epoch, a table at the end; in a study of pairs also the controls.
/// </summary>
internal sealed class CounterHebbCommand : Command<CounterHebbSettings>
{
    private const double Decay = 0.95;
    private const float Mean = 0.1307f, Deviation = 0.3081f;

    public override int Execute(CommandContext context, CounterHebbSettings settings, CancellationToken cancellationToken)
    {
        List<(string Name, double[] Accuracies)> table = [];
        (Samples<float> train, Samples<float> test)? plain = settings.Pairs ? null : Load(settings.Data);
        foreach (string weights in settings.Weights.Split(','))
        {
            double[] accuracies = [.. Enumerable.Range(settings.Seed, settings.Seeds).Select(seed => plain is var (train, test)
                ? Plain(weights, seed, train, test, settings, cancellationToken)
                : Pairs(weights, seed, settings, cancellationToken))];
            table.Add((weights, accuracies));
        }
        Report.Line($"{settings.Data}, {settings.Epochs} epochs");
        foreach ((string name, double[] accuracies) in table)
            Accuracies.Line(name, accuracies);
        return 0;
    }

    private static double Plain(string weights, int seed, Samples<float> train, Samples<float> test, CounterHebbSettings settings, CancellationToken cancellation)
    {
        NetworkSpec spec = NetworkSpec.Perceptron(train.Width, [settings.Hidden], 10, Activation.ReLU, OutputHead.SoftmaxCrossEntropy);
        LearningRule rule = weights == "backpropagation" ? new Backpropagation() : RuleOf(weights, 0);
        using Network<float> network = new(spec, rule, Initializer.UniformByFanIn, seed, Initializer.UniformByFanIn);
        using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Adam(settings.LearningRate ?? 1e-4), settings.Batch ?? 20);
        double accuracy = 0, start = CpuClock.Process();
        for (int epoch = 1; epoch <= settings.Epochs; epoch++)
        {
            double loss = trainer.TrainEpoch(train, cancellation);
            trainer.LearningRateFactor *= Decay;
            accuracy = trainer.Evaluate(test).Accuracy;
            Console.WriteLine(JsonSerializer.Serialize(new { weights, seed, epoch, loss, accuracy, cpuSeconds = Math.Round(CpuClock.Process() - start, 1) }));
        }
        return accuracy;
    }

    /// <summary>The first 50,000 pictures in pairs, one question a pair and epoch, drawn anew; the test pictures in pairs, both questions.</summary>
    private static double Pairs(string weights, int seed, CounterHebbSettings settings, CancellationToken cancellation)
    {
        string File(string name) => Path.Combine(settings.Data, name);
        MultiMnist train = MultiMnist.Compose(File("train-images-idx3-ubyte.gz"), File("train-labels-idx1-ubyte.gz"), seed, 0, 50_000);
        MultiMnist test = MultiMnist.Compose(File("t10k-images-idx3-ubyte.gz"), File("t10k-labels-idx1-ubyte.gz"), seed);
        float[] pictures = Pictures(train), tests = Pictures(test);
        int[] both = [.. Enumerable.Range(0, 2 * test.Count)];
        Samples<float> asked = Samples<float>.OfClasses(tests.Concat(tests).ToArray(), Labels(test, i => (Side)(i / test.Count), both))
            .With(Instructions<float>.OfTasks(both.Select(i => i / test.Count).ToArray(), 2));
        CounterHebb rule = RuleOf(weights, 2);
        NetworkSpec spec = InstructedNetworks.Simple(new TensorShape(1, train.Height, train.Width), new Dense(train.ClassCount), OutputHead.SoftmaxCrossEntropy);
        using Network<float> network = new(spec, rule, Initializer.UniformByFanIn, seed, Initializer.UniformByFanIn);
        using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Adam(settings.LearningRate ?? 5e-4), settings.Batch ?? 64);
        double accuracy = 0, start = CpuClock.Process();
        int[] tasks = new int[train.Count], all = [.. Enumerable.Range(0, train.Count)];
        for (int epoch = 1; epoch <= settings.Epochs; epoch++)
        {
            RandomStream random = new(seed, $"questions/{epoch}");
            for (int i = 0; i < tasks.Length; i++)
                tasks[i] = random.NextBernoulli(0.5) ? 1 : 0;
            double loss = trainer.TrainEpoch(Samples<float>.OfClasses(pictures, Labels(train, i => (Side)tasks[i], all)).With(Instructions<float>.OfTasks(tasks, 2)), cancellation);
            trainer.LearningRateFactor *= Decay;
            double[] answers = [.. InstructedEvaluation.Evaluate(network, rule, asked, cancellation: cancellation).Select(a => a.Accuracy)];
            accuracy = answers.Average();
            Console.WriteLine(JsonSerializer.Serialize(new { weights, seed, epoch, loss, left = answers[0], right = answers[1], accuracy, cpuSeconds = Math.Round(CpuClock.Process() - start, 1) }));
        }
        foreach (InstructionControl control in Enum.GetValues<InstructionControl>())
            Console.WriteLine(JsonSerializer.Serialize(new { weights, seed, control = control.ToString(), accuracies = InstructedEvaluation.Evaluate(network, rule, asked, control, cancellation: cancellation).Select(a => a.Accuracy) }));
        SubNetworks parts = SubNetworks.OfTasks(network, rule, 2);
        for (int l = 0; l < parts.Layers.Count; l++)
            Console.WriteLine(JsonSerializer.Serialize(new { weights, seed, layer = parts.Layers[l].Index, left = parts.Open(l, 0), right = parts.Open(l, 1), both = parts.OpenInBoth(l, 0, 1) }));
        return accuracy;
    }

    private static float[] Pictures(MultiMnist pairs)
    {
        int size = pairs.Height * pairs.Width;
        float[] values = new float[pairs.Count * size];
        for (int i = 0; i < pairs.Count; i++)
            pairs.CopyNormalized(i, values.AsSpan(i * size, size));
        return values;
    }

    private static int[] Labels(MultiMnist pairs, Func<int, Side> side, int[] rows) => [.. rows.Select(i => pairs.Label(i % pairs.Count, side(i)))];

    private static CounterHebb RuleOf(string weights, int width) => new()
    {
        InstructionWidth = width,
        TaskEmbedding = width > 0 ? [50] : [],
        Credit = weights == "backpropagation" ? TopDownCredit.Backpropagation : TopDownCredit.CounterHebb,
        TopDown = weights switch
        {
            "shared" or "backpropagation" => TopDownWeights.Shared,
            "separate" => TopDownWeights.Separate,
            "equal-start" => TopDownWeights.EqualStart,
            "noisy-start" => TopDownWeights.NoisyStart,
            "feedback-alignment" => TopDownWeights.FeedbackAlignment,
            _ => throw new ArgumentException($"--weights has '{weights}'; expected shared, separate, equal-start, noisy-start, feedback-alignment or backpropagation"),
        },
    };

    private static (Samples<float> Train, Samples<float> Test) Load(string folder)
    {
        const float middle = 127.5f; // to (x / 255 - 0.5) / 0.5
        if (System.IO.File.Exists(Path.Combine(folder, "cifar10_jpeg_train.tar.gz")))
            return (Cifar("train"), Cifar("test"));
        return (Idx("train"), Idx("t10k"));

        Samples<float> Cifar(string part) => CifarPictures.Load(Path.Combine(folder, $"cifar10_jpeg_{part}.tar.gz"), null).With(Map(CifarPictures.Channels * CifarPictures.Side * CifarPictures.Side, middle, middle));

        Samples<float> Idx(string part)
        {
            LabelledImages images = LabelledImages.Read(Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"));
            float[] pixels = new float[images.Count * images.Size];
            for (int i = 0; i < images.Count; i++)
                images.Pixels(i).CopyTo(pixels.AsSpan(i * images.Size));
            return Samples<float>.OfClasses(pixels, images.Labels.ToArray().Select(l => (int)l).ToArray()).With(Map(images.Size, Mean, Deviation));
        }
    }

    private static FeatureMap Map(int width, float mean, float deviation) =>
        new([.. Enumerable.Repeat(1 / deviation, width)], [.. Enumerable.Repeat(mean, width)]);
}
