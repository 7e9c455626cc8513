using System.Text.Json;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Instructed;

/// <summary>Steps of optimizers with counter-Hebb credit against the original's parameters.</summary>
public class CounterHebbTrainingTests
{
    public static TheoryData<string, int> Cases() => FixtureFiles.Cases(CounterHebbFixture.System, "training.json");

    public static TheoryData<string, int> ConvolutionCases() => FixtureFiles.Cases(CounterHebbFixture.System, "training_conv*.json");

    public static TheoryData<string, int> CurveCases() => FixtureFiles.Cases(CounterHebbFixture.System, "curve*.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_on_fixture_gives_losses_and_final_parameters(string file, int index)
    {
        CounterHebbFixture f = new(FixtureFiles.Case(CounterHebbFixture.System, file, index));
        NetworkSpec spec = f.Spec(CounterHebbPassTests.InputShape(f));
        CounterHebb rule = f.Rule();
        using Network<double> network = new(spec, rule, Initializer.Zeros, 1);
        f.Load(network, rule);
        using NetworkTrainer<double> trainer = new(network, rule, Settings(f, "config/"), f.Int("config/batch"));
        double first = f.Numbers("lr_used")[0];
        for (int step = 0; step < f.Int("config/steps"); step++)
        {
            trainer.LearningRateFactor = f.Numbers("lr_used")[step] / first;
            double[] instructions = f.IsGuided ? CounterHebbFixture.TargetsOf(f.At("tasks")[step], f.Tasks, oneHot: true) : [];
            double loss = trainer.Step(CreditFixture.Flatten(f.At("x")[step]), f.Targets(f.At("labels")[step]), default, instructions);
            Assert.Equal(f.Numbers("losses")[step], loss, 1e-10);
        }
        Compare(f, network, rule, f.At("params_final"), "after training");
    }

    [Theory]
    [MemberData(nameof(ConvolutionCases))]
    public void Convolutional_training_on_fixture_gives_losses_outputs_and_parameters_of_every_step(string file, int index)
    {
        JsonElement whole = FixtureFiles.Read(FixtureFiles.Find(CounterHebbFixture.System, file)[0]);
        CounterHebbFixture f = new(whole.GetProperty("cases")[index], whole);
        NetworkSpec spec = f.Spec(CounterHebbPassTests.InputShape(f));
        CounterHebb rule = f.Rule();
        using Network<double> network = new(spec, rule, Initializer.Zeros, 1);
        f.Load(network, rule);
        using NetworkTrainer<double> trainer = new(network, rule, Settings(f, ""), f.Int("config/batch"));
        for (int step = 0; step < f.Int("config/steps"); step++)
        {
            if (f.Flag("add_noise"))
            {
                string[] order = [.. f.At("update_noise_order").EnumerateArray().Select(name => name.GetString()!)];
                double[] factors = f.Numbers($"steps/{step}/update_noise_factors");
                trainer.Context.NoiseSource = (stream, layer, drawn) =>
                    drawn.Span[0] = (factors[Array.IndexOf(order, $"{f.Layers[layer - 1]}.{(stream.EndsWith('V') ? "back_weight" : "weight")}")] - 1) / rule.UpdateNoise;
            }
            double[] instructions = f.IsGuided ? CreditFixture.Flatten(f.At("task_one_hot")[step]) : [];
            double loss = trainer.Step(CreditFixture.Flatten(f.At("x")[step]), f.Targets(f.At(f.IsGuided ? "labels_guided" : "labels_unguided")[step]), default, instructions);
            Assert.Equal(f.At($"steps/{step}/loss").GetDouble(), loss, 1e-10);
            Close.To<double>(f.Numbers($"steps/{step}/outputs"), trainer.Context.Clean.PreActivation(network.Depth).Span, 1e-10, $"outputs of step {step}");
            Compare(f, network, rule, f.At($"steps/{step}/params_after"), $"step {step}");
        }
    }

    [Theory]
    [MemberData(nameof(CurveCases))]
    public void Curve_on_fixture_gives_loss_and_count_of_every_step(string file, int index)
    {
        JsonElement whole = FixtureFiles.Read(FixtureFiles.Find(CounterHebbFixture.System, file)[0]);
        CreditFixture c = new(whole), f = new(whole.GetProperty("cases")[index]);
        int hidden = (int)c.Number("config/hidden"), batch = (int)c.Number("config/batch"), samples = (int)c.Number("config/num_samples"), steps = (int)c.Number("config/steps");
        const int features = 784, classes = 10;
        bool shared = f.At("shared_weights").GetBoolean();
        CounterHebb rule = new() { TopDown = shared ? TopDownWeights.Shared : f.At("feedback_alignment").GetBoolean() ? TopDownWeights.FeedbackAlignment : TopDownWeights.Separate };
        using Network<double> network = new(NetworkSpec.Perceptron(features, [hidden], classes, Activation.ReLU, OutputHead.SoftmaxCrossEntropy), rule, Initializer.Zeros, 1);
        double[] seeds = c.Numbers("config/weight_seeds");
        Fill(network.Weights(1).Values, seeds[0], 1 / Math.Sqrt(features));
        Fill(network.Biases(1).Values, seeds[1], 1 / Math.Sqrt(features));
        Fill(network.Weights(2).Values, seeds[2], 1 / Math.Sqrt(hidden));
        Fill(network.Biases(2).Values, seeds[3], 1 / Math.Sqrt(hidden));
        if (!shared)
        {
            double[] down = new double[hidden * classes];
            Fill(down, seeds[5], Math.Sqrt(6.0 / classes));
            for (int i = 0; i < hidden; i++)
            {
                for (int k = 0; k < classes; k++)
                    network.Side(CounterHebb.Feedback, 2).Values[(k * hidden) + i] = down[(i * classes) + k];
            }
        }
        double[] inputs = Inputs(c, samples, features, classes);
        int[] order = [.. c.Numbers("config/order").Select(n => (int)n)];
        using NetworkTrainer<double> trainer = new(network, rule, Settings(f), batch);
        int every = (int)f.Number("decay_every_steps");
        double[] losses = f.Numbers("loss_per_step"), counts = f.Numbers("correct_in_batch_per_step");
        double[] x = new double[batch * features], t = new double[batch * classes];
        for (int step = 0; step < steps; step++)
        {
            Array.Clear(t);
            for (int i = 0; i < batch; i++)
            {
                int sample = ((order[0] * ((batch * step) + i)) + order[1]) % samples;
                inputs.AsSpan(sample * features, features).CopyTo(x.AsSpan(i * features));
                t[(i * classes) + (sample % classes)] = 1;
            }
            double loss = trainer.Step(x, t);
            Assert.True(Math.Abs(loss - losses[step]) <= 1e-8 * Math.Max(1, losses[step]), $"step {step}: {loss} instead of {losses[step]}");
            Assert.Equal(counts[step], Correct(trainer.Context, t));
            if (every > 0 && (step + 1) % every == 0)
                trainer.LearningRateFactor *= f.Number("lr_decay");
        }
        Close.To<double>(f.Numbers("head_weight_final"), network.Weights(2).Values, 1e-8, "head weights");
        Close.To<double>(f.Numbers("head_bias_final"), network.Biases(2).Values, 1e-8, "head biases");
    }

    [Fact]
    public void Shared_weights_on_a_guided_graph_learn_as_backpropagation_does_over_200_steps()
    {
        NetworkSpec spec = InstructedNetworks.TinyResNet(new TensorShape(1, 12, 12), new Dense(4), OutputHead.SoftmaxCrossEntropy, channels: (4, 6, 6));
        double[][] after = [.. new[] { TopDownCredit.CounterHebb, TopDownCredit.Backpropagation }.Select(credit => Train(spec, new CounterHebb { Credit = credit, InstructionWidth = 2, TaskEmbedding = [5] }, 200, 1e-3))];
        Close.To<double>(after[0], after[1], 1e-12, "parameters");
    }

    [Fact]
    public void Own_backpropagation_under_the_same_gates_gives_the_shared_rules_gradients()
    {
        NetworkSpec spec = InstructedNetworks.Simple(new TensorShape(1, 20, 20), new Dense(3), OutputHead.SoftmaxCrossEntropy, channels: (3, 4), hidden: 8);
        CounterHebb rule = new() { InstructionWidth = 2 };
        using Network<double> network = new(spec, rule, Initializer.UniformByFanIn, 3, Initializer.UniformByFanIn);
        using LearningContext<double> one = new(network, 4), other = new(network, 4);
        using Kernels.Tensors.NativeBuffer<double> x = new(4 * 400), t = new(4 * 3);
        Random random = new(2);
        foreach (ref double value in x.Span)
            value = random.NextDouble();
        for (int b = 0; b < 4; b++)
            t.Span[(b * 3) + (b % 3)] = 1;
        using BatchInstructions<double> instructions = new(4, 2);
        instructions.Fill([1, 0, 0, 1, 0, 1, 1, 0]);
        one.Begin(new(x, 4, 400), new(t, 4, 3), default, instructions);
        other.Begin(new(x, 4, 400), new(t, 4, 3), default, instructions);
        rule.ComputeCredit(one);
        rule.Guide(other);
        new Backpropagation().ComputeCredit(other);
        for (int l = 1; l <= network.Depth; l++)
            Close.To<double>(other.Gradient(network.Weights(l)).Span.ToArray(), one.Gradient(network.Weights(l)).Span, 1e-13, $"layer {l}");
    }

    [Fact]
    public void Difference_of_separate_weights_stays_as_it_was_drawn_over_1000_Adam_steps()
    {
        NetworkSpec spec = InstructedNetworks.FullyConnected(new TensorShape(16), [12, 9], new Dense(3), OutputHead.SoftmaxCrossEntropy);
        double[][] differences = [.. new[] { 0, 1000 }.Select(steps => DifferenceAfter(spec, new CounterHebb { TopDown = TopDownWeights.Separate, InstructionWidth = 2 }, steps))];
        Assert.Contains(differences[0], d => Math.Abs(d) > 0.1);
        Close.To<double>(differences[0], differences[1], 1e-12, "V - W");
    }

    private static double[] DifferenceAfter(NetworkSpec spec, CounterHebb rule, int steps)
    {
        List<double> differences = [];
        Train(spec, rule, steps, 1e-2, network =>
        {
            for (int l = 2; l <= network.Depth; l++)
            {
                for (int i = 0; i < network.Weights(l).Length; i++)
                    differences.Add(network.Side(CounterHebb.Feedback, l).Values[i] - network.Weights(l).Values[i]);
            }
        });
        return [.. differences];
    }

    private static double[] Train(NetworkSpec spec, CounterHebb rule, int steps, double rate, Action<Network<double>>? look = null)
    {
        const int batch = 6;
        using Network<double> network = new(spec, rule, Initializer.UniformByFanIn, 7, Initializer.UniformByFanIn);
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Adam(rate), batch);
        Random random = new(5);
        for (int step = 0; step < steps; step++)
        {
            double[] x = [.. Enumerable.Range(0, batch * spec.Input.Size).Select(_ => random.NextDouble())], t = new double[batch * spec.Outputs], asked = new double[batch * rule.InstructionWidth];
            for (int b = 0; b < batch; b++)
            {
                t[(b * spec.Outputs) + random.Next(spec.Outputs)] = 1;
                asked[(b * rule.InstructionWidth) + random.Next(rule.InstructionWidth)] = 1;
            }
            trainer.Step(x, t, default, asked);
        }
        look?.Invoke(network);
        return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
    }

    private static OptimizerSettings Settings(CounterHebbFixture f, string at) =>
        new(Kind(f.Text(at + "optimizer")), f.At(at + "lr").GetDouble()) { WeightDecay = f.At(at + "weight_decay").GetDouble(), DecayBiases = true, DecayFeedback = true };

    private static OptimizerSettings Settings(CreditFixture f) =>
        new(Kind(f.At("optimizer").GetString()!), f.Number("lr")) { WeightDecay = f.Number("weight_decay"), DecayBiases = true, DecayFeedback = true };

    private static OptimizerKind Kind(string name) => Enum.Parse<OptimizerKind>(name, ignoreCase: true);

    private static void Compare(CounterHebbFixture f, Network<double> network, CounterHebb rule, JsonElement after, string when)
    {
        for (int l = 1; l <= network.Depth; l++)
        {
            string name = f.Layers[l - 1];
            Close.To<double>(CreditFixture.Flatten(after.GetProperty(name + ".weight")), network.Weights(l).Values, 1e-10, $"{name} {when}");
            if (!network.Biases(l).IsEmpty)
                Close.To<double>(CreditFixture.Flatten(after.GetProperty(name + ".bias")), network.Biases(l).Values, 1e-10, $"{name} bias {when}");
            if (network.FindSide(CounterHebb.Feedback, l) is { } down)
                Close.To<double>(f.InOurs(name, CreditFixture.Flatten(after.GetProperty(name + ".back_weight"))), down.Values, 1e-10, $"{name} top-down {when}");
        }
        for (int k = 1; network.FindSide(InstructionPath.Head(k), network.Depth) is { } head && after.TryGetProperty($"task_head.{k - 1}.weight", out JsonElement weight); k++)
        {
            double[] want = rule.IsSeparate ? f.InOurs($"task_head.{k - 1}", CreditFixture.Flatten(after.GetProperty($"task_head.{k - 1}.back_weight"))) : CreditFixture.Flatten(weight);
            Assert.Equal(want, head.Values.ToArray());
        }
    }

    private static int Correct(LearningContext<double> step, double[] targets)
    {
        int correct = 0, classes = step.Spec.Outputs;
        for (int b = 0; b < step.Batch; b++)
        {
            int best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax<double>(step.Clean.PreActivation(step.Depth).Row(b));
            correct += targets[(b * classes) + best] == 1 ? 1 : 0;
        }
        return correct;
    }

    private static void Fill(Span<double> values, double seed, double limit)
    {
        uint state = (uint)(long)seed;
        foreach (ref double value in values)
            value = ((2 * Next(ref state)) - 1) * limit;
    }

    private static double Next(ref uint state)
    {
        state = (1664525u * state) + 1013904223u;
        return state / 4294967296.0;
    }

    private static double[] Inputs(CreditFixture c, int samples, int features, int classes)
    {
        double[] inputs = new double[samples * features];
        for (int n = 0; n < samples; n++)
        {
            uint p = (uint)(long)(c.Number("config/prototype_seed") + (7919 * (n % classes))), q = (uint)(long)(c.Number("config/noise_seed") + (104729.0 * n));
            for (int i = 0; i < features; i++)
                inputs[(n * features) + i] = ((0.5 * Next(ref p)) + (0.5 * Next(ref q)) - 0.5) / 0.25;
        }
        return inputs;
    }
}
