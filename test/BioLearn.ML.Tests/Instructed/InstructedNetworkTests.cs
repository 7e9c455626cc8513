using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Tests.Instructed;

/// <summary>Instructed networks at work: what is skipped, kept and refused, and what instructions do.</summary>
public class InstructedNetworkTests
{
    private static readonly NetworkSpec Wide = InstructedNetworks.FullyConnected(new TensorShape(40), [96, 80], new Dense(3), OutputHead.SoftmaxCrossEntropy);

    public static TheoryData<TopDownWeights, OptimizerKind> Relations()
    {
        TheoryData<TopDownWeights, OptimizerKind> data = [];
        foreach (TopDownWeights relation in Enum.GetValues<TopDownWeights>())
        {
            data.Add(relation, OptimizerKind.Adam);
            data.Add(relation, OptimizerKind.Sgd);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Relations))]
    public void Products_that_leave_out_closed_units_teach_as_whole_ones(TopDownWeights relation, OptimizerKind optimizer)
    {
        float[][] parameters = [.. new[] { true, false }.Select(skips =>
        {
            using Training training = new(Wide, new CounterHebb { TopDown = relation, InstructionWidth = 4 }, new OptimizerSettings(optimizer, 0.01), skips: skips);
            for (int step = 0; step < 30; step++)
                training.Step();
            return training.Parameters();
        })];
        Rules.Close.To<float>([.. parameters[0].Select(p => (double)p)], parameters[1], 1e-6, "parameters");
    }

    [Fact]
    public void Predictions_that_leave_out_closed_units_are_those_of_whole_products()
    {
        using Training training = new(Wide, new CounterHebb { InstructionWidth = 4 });
        training.Step();
        float[] skipped = training.Predict(17);
        training.Trainer.Context.SkipsClosedUnits = false;
        Rules.Close.To<float>([.. training.Predict(17).Select(p => (double)p)], skipped, 1e-6, "predictions");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Prediction_of_a_row_does_not_depend_on_its_batch_nor_on_what_was_asked_before(bool convolutional)
    {
        NetworkSpec spec = convolutional ? InstructedNetworks.Simple(new TensorShape(1, 20, 20), new Dense(3), OutputHead.SoftmaxCrossEntropy, channels: (4, 4), hidden: 9) : Wide;
        using Training training = new(spec, new CounterHebb { InstructionWidth = 4, TaskEmbedding = [7] });
        training.Step();
        float[] together = training.Predict(16);
        for (int row = 15; row >= 0; row--)
            Assert.Equal(together.AsSpan(row * 3, 3).ToArray(), training.Predict(16, row, 1));
    }

    [Fact]
    public void Cached_gates_follow_the_weights()
    {
        using Training training = new(Wide, new CounterHebb { InstructionWidth = 4 });
        float[] before = training.Predict(8);
        training.Network.SideTensors.First(p => p.Name.StartsWith("task", StringComparison.Ordinal)).Values.Clear();
        float[] closed = training.Predict(8);
        Assert.NotEqual(before, closed);
        Assert.Equal(closed[..3], closed[3..6]); // the head's biases alone
        training.Step();
        Assert.NotEqual(closed, training.Predict(8)); // biases learn
    }

    [Fact]
    public void Gates_written_for_one_layer_leave_those_of_the_others()
    {
        using Training training = new(Wide, new CounterHebb { InstructionWidth = 4 });
        training.Predict(8); // tasks 0, 3, 2, 1, ...: rows of the cache in this order
        training.Predict(8, 1, 3); // tasks 3, 2, 1
        LearningContext<float> step = training.Trainer.Context;
        float[][] before = [.. Enumerable.Range(0, 3).Select(b => step.Gates(2, b).ToArray())];
        Assert.NotEqual(before[0], before[1]);
        step.OpenGates(1).Span.Fill(1);
        for (int b = 0; b < 3; b++)
        {
            Assert.Equal(before[b], step.Gates(2, b).ToArray());
            Assert.All(step.Gates(1, b).ToArray(), gate => Assert.Equal(1, gate));
        }
    }

    [Theory]
    [InlineData(TopDownWeights.Shared)]
    [InlineData(TopDownWeights.Separate)]
    public void Threads_change_no_bit(TopDownWeights relation)
    {
        float[][] parameters = [.. new[] { 1, 2 }.Select(threads =>
        {
            using Training training = new(InstructedNetworks.TinyResNet(new TensorShape(2, 12, 12), new Dense(3), OutputHead.SoftmaxCrossEntropy, channels: (6, 8, 8)), new CounterHebb { TopDown = relation, InstructionWidth = 4 }, threads: threads);
            for (int step = 0; step < 5; step++)
                training.Step();
            return training.Parameters();
        })];
        Assert.Equal(parameters[0], parameters[1]);
    }

    [Theory]
    [InlineData(TopDownWeights.Shared, 0)]
    [InlineData(TopDownWeights.Separate, 0)]
    [InlineData(TopDownWeights.Separate, 0.05)]
    public void Step_allocates_nothing(TopDownWeights relation, double noise)
    {
        using Training training = new(Wide, new CounterHebb { TopDown = relation, InstructionWidth = 4, TaskEmbedding = [8], TopDownBiases = true, LearnTaskHead = true, UpdateNoise = noise });
        (float[] x, float[] t, float[] asked) = training.Rows(16);
        Steps();
        Assert.Equal(0, Allocations.Of(Steps));

        void Steps()
        {
            for (int step = 0; step < 50; step++)
                training.Trainer.Step(x, t, default, asked);
        }
    }

    [Theory]
    [InlineData(TopDownWeights.Shared)]
    [InlineData(TopDownWeights.Separate)]
    public void Convolutional_step_allocates_nothing(TopDownWeights relation)
    {
        using Training training = new(
            InstructedNetworks.TinyResNet(new TensorShape(2, 12, 12), new Dense(3), OutputHead.SoftmaxCrossEntropy, channels: (6, 16, 16)), new CounterHebb { TopDown = relation, InstructionWidth = 4 });
        (float[] x, float[] t, float[] asked) = training.Rows(16);
        Steps();
        Assert.Equal(0, Allocations.Of(Steps));

        void Steps()
        {
            for (int step = 0; step < 50; step++)
                training.Trainer.Step(x, t, default, asked);
        }
    }

    [Fact]
    public void Network_without_instructions_has_all_gates_open()
    {
        using Training training = new(Wide, new CounterHebb { InstructionWidth = 4 });
        (float[] x, _, _) = training.Rows(4);
        float[] unguided = training.Trainer.Predict(x).Span.ToArray();
        using Network<float> plain = new(InstructedNetworks.FullyConnected(new TensorShape(40), [96, 80], new Dense(3), OutputHead.SoftmaxCrossEntropy, guided: false), new CounterHebb(), Initializer.UniformByFanIn, 3, Initializer.UniformByFanIn);
        using NetworkTrainer<float> trainer = new(plain, new CounterHebb(), OptimizerSettings.Sgd(0.1), 16);
        Assert.Equal(trainer.Predict(x).Span.ToArray(), unguided);
    }

    [Fact]
    public void Sub_networks_tell_what_is_open_and_shared()
    {
        using Training training = new(Wide, new CounterHebb { InstructionWidth = 4 });
        SubNetworks parts = SubNetworks.OfTasks(training.Network, training.Rule, 4);
        Assert.Equal((4, 2), (parts.Count, parts.Layers.Count));
        for (int layer = 0; layer < 2; layer++)
        {
            bool[] one = parts.Gates(layer, 0), other = parts.Gates(layer, 1);
            Assert.Equal(one.Count(open => open) / (double)one.Length, parts.Open(layer, 0), 1e-12);
            Assert.Equal(one.Zip(other).Count(p => p.First && p.Second) / (double)one.Length, parts.OpenInBoth(layer, 0, 1), 1e-12);
            Assert.InRange(parts.Open(layer, 0), 0.2, 0.8);
            Assert.InRange(parts.Overlap(layer, 0, 1), 0.05, 0.8);
            Assert.Equal(1, parts.Overlap(layer, 2, 2));
        }
        Assert.Null(parts.ClosedLayer(0));
        training.Network.SideTensors.First(p => p.Name.StartsWith("task", StringComparison.Ordinal)).Values.Clear();
        Assert.Equal(1, SubNetworks.OfTasks(training.Network, training.Rule, 4).ClosedLayer(0)?.Index);
    }

    [Fact]
    public void Trained_network_answers_what_it_is_asked_and_only_under_its_own_gates()
    {
        NetworkSpec spec = InstructedNetworks.FullyConnected(new TensorShape(12), [48, 48], new Dense(3), OutputHead.SoftmaxCrossEntropy);
        CounterHebb rule = new() { InstructionWidth = 2 };
        using Network<float> network = new(spec, rule, Initializer.UniformByFanIn, 1, Initializer.UniformByFanIn);
        using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Adam(3e-3), 32);
        Samples<float> training = TwoQuestions(2000, 1), test = TwoQuestions(600, 2);
        for (int epoch = 0; epoch < 20; epoch++)
            trainer.TrainEpoch(training);
        double own = Accuracy(InstructionControl.None);
        Assert.InRange(own, 0.97, 1);
        Assert.Equal(trainer.Evaluate(test).Accuracy, own, 1e-9);
        Assert.InRange(Accuracy(InstructionControl.WrongInstruction), 0.15, 0.55); // a third by chance
        Assert.InRange(Accuracy(InstructionControl.RandomGates), 0, own - 0.2);
        Assert.InRange(Accuracy(InstructionControl.AllOpen), 0, own - 0.1);

        double Accuracy(InstructionControl control)
        {
            IReadOnlyList<InstructionAccuracy> answers = InstructedEvaluation.Evaluate(network, rule, test, control);
            Assert.Equal([0, 1], answers.Select(a => a.Instruction));
            return answers.Sum(a => a.Accuracy * a.Count) / answers.Sum(a => a.Count);
        }
    }

    [Fact]
    public void Learned_task_head_comes_to_tell_the_tasks_apart()
    {
        CounterHebb rule = new() { InstructionWidth = 2, TaskEmbedding = [6], LearnTaskHead = true, TopDown = TopDownWeights.Separate };
        NetworkSpec spec = InstructedNetworks.FullyConnected(new TensorShape(12), [32], new Dense(3), OutputHead.SoftmaxCrossEntropy);
        using Network<float> network = new(spec, rule, Initializer.UniformByFanIn, 1, Initializer.UniformByFanIn);
        float[][] before = [.. network.SideTensors.Where(p => p.Name.StartsWith("task", StringComparison.Ordinal)).Select(p => p.Values.ToArray())];
        Assert.Equal(4, before.Length);
        using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Adam(3e-3), 32);
        for (int epoch = 0; epoch < 5; epoch++)
            trainer.TrainEpoch(TwoQuestions(2000, 1));
        float[][] after = [.. network.SideTensors.Where(p => p.Name.StartsWith("task", StringComparison.Ordinal)).Select(p => p.Values.ToArray())];
        Assert.All(before.Zip(after), pair => Assert.NotEqual(pair.First, pair.Second));
        // Both directions of a layer got the same updates.
        Rules.Close.To<float>([.. before[0].Zip(before[1], (up, down) => (double)(down - up))], [.. after[0].Zip(after[1], (up, down) => down - up)], 1e-4, "difference");
    }

    [Fact]
    public void Instruction_cannot_come_down_through_max_pooling()
    {
        NetworkSpec spec = new(new TensorShape(1, 8, 8), [new Convolution2D(4, 3), new MaxPooling2D(2), new InstructionGate(), new Dense(2)], OutputHead.SoftmaxCrossEntropy);
        Refused(spec, new CounterHebb { InstructionWidth = 2 }, "max pooling");
        Refused(InstructedNetworks.FullyConnected(new TensorShape(4), [5], new Dense(2), OutputHead.SoftmaxCrossEntropy, guided: false), new CounterHebb { InstructionWidth = 2 }, "InstructionGate");
        Refused(new NetworkSpec(new TensorShape(4), [new Dense(2)], OutputHead.SoftmaxCrossEntropy), new CounterHebb { InstructionWidth = 2 }, "hidden layer");
        Refused(InstructedNetworks.TinyResNet(new TensorShape(1, 8, 8), new Dense(2), OutputHead.SoftmaxCrossEntropy, normalized: true), new CounterHebb { InstructionWidth = 2 }, "is not the gradient");
    }

    [Fact]
    public void Instructions_of_another_width_or_number_are_refused()
    {
        using Training training = new(Wide, new CounterHebb { InstructionWidth = 4 });
        (float[] x, float[] t, _) = training.Rows(4);
        Assert.Contains("expected 4", Assert.Throws<ArgumentException>(() => training.Trainer.Step(x, t, default, new float[4 * 3])).Message, StringComparison.Ordinal);
        Assert.Contains("4 rows", Assert.Throws<ArgumentException>(() => training.Trainer.Step(x, t, default, new float[7])).Message, StringComparison.Ordinal);
        Samples<float> samples = Samples<float>.OfClasses(x, new int[4]);
        Assert.Throws<ArgumentException>(() => samples.With(Instructions<float>.OfTasks(new int[3], 4)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Instructions<float>.OfTasks(new[] { 4 }, 4));
        NetworkSpec decoders = InstructedNetworks.FullyConnected(new TensorShape(40), [9], new TaskDecoders(3, 4), OutputHead.SoftmaxCrossEntropy);
        using Training each = new(decoders, new CounterHebb { InstructionWidth = 4 });
        Assert.Contains("one-hot", Assert.Throws<ArgumentException>(() => each.Trainer.Step(x, t, default, [.. Enumerable.Repeat(0.5f, 16)])).Message, StringComparison.Ordinal);
        Assert.Contains("no instructions", Assert.Throws<InvalidOperationException>(() => each.Trainer.Predict(x)).Message, StringComparison.Ordinal);
    }

    private static void Refused(NetworkSpec spec, CounterHebb rule, string because) =>
        Assert.Contains(because, Assert.Throws<ArgumentException>(() => new Network<float>(spec, rule, Initializer.Zeros, 1)).Message, StringComparison.Ordinal);

    /// <summary>Two numbers of 0 to 2 in noise, one in the first six features, one in the last; the instruction says which is asked for.</summary>
    private static Samples<float> TwoQuestions(int count, int seed)
    {
        Random random = new(seed);
        float[] features = new float[count * 12];
        int[] classes = new int[count], tasks = new int[count];
        for (int i = 0; i < count; i++)
        {
            int[] numbers = [random.Next(3), random.Next(3)];
            Span<float> row = features.AsSpan(i * 12, 12);
            foreach (ref float value in row)
                value = (float)(random.NextDouble() * 0.3);
            row[numbers[0]]++;
            row[6 + numbers[1]]++;
            tasks[i] = random.Next(2);
            classes[i] = numbers[tasks[i]];
        }
        return Samples<float>.OfClasses(features, classes).With(Instructions<float>.OfTasks(tasks, 2));
    }

    /// <summary>A network with a trainer on random rows.</summary>
    private sealed class Training : IDisposable
    {
        private readonly Random _random = new(4);

        public Training(NetworkSpec spec, CounterHebb rule, OptimizerSettings? optimizer = null, bool skips = true, int threads = 1)
        {
            Rule = rule;
            Network = new Network<float>(spec, rule, Initializer.UniformByFanIn, 3, Initializer.UniformByFanIn);
            Trainer = new NetworkTrainer<float>(Network, rule, optimizer ?? OptimizerSettings.Adam(1e-2), 32, threads);
            Trainer.Context.SkipsClosedUnits = skips;
        }

        public CounterHebb Rule { get; }

        public Network<float> Network { get; }

        public NetworkTrainer<float> Trainer { get; }

        public void Step()
        {
            (float[] x, float[] t, float[] asked) = Rows(32);
            Trainer.Step(x, t, default, asked);
        }

        public float[] Predict(int rows) => Predict(rows, 0, rows);

        /// <summary>Some of the same rows every time.</summary>
        public float[] Predict(int rows, int first, int count)
        {
            Random random = new(9);
            int features = Network.Spec.Input.Size, width = Rule.InstructionWidth;
            float[] x = [.. Enumerable.Range(0, rows * features).Select(_ => (float)random.NextDouble())], asked = new float[rows * width];
            for (int row = 0; row < rows; row++)
                asked[(row * width) + (row * 7 % width)] = 1;
            return Trainer.Predict(x.AsSpan(first * features, count * features), asked.AsSpan(first * width, count * width)).Span.ToArray();
        }

        public (float[] Features, float[] Targets, float[] Instructions) Rows(int count)
        {
            int outputs = Network.Spec.Outputs, width = Rule.InstructionWidth;
            float[] x = [.. Enumerable.Range(0, count * Network.Spec.Input.Size).Select(_ => (float)_random.NextDouble())], t = new float[count * outputs], asked = new float[count * width];
            for (int row = 0; row < count; row++)
            {
                t[(row * outputs) + _random.Next(outputs)] = 1;
                asked[(row * width) + _random.Next(width)] = 1;
            }
            return (x, t, asked);
        }

        public float[] Parameters() => [.. Network.Parameters.SelectMany(p => p.Values.ToArray())];

        public void Dispose()
        {
            Trainer.Dispose();
            Network.Dispose();
        }
    }
}
