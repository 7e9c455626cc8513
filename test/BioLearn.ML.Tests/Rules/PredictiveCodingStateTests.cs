using System.Text.Json;
using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Predictive coding at its equilibrium, through convolutions, and what it does to outputs (target alignment, interference).</summary>
public class PredictiveCodingStateTests
{
    public static TheoryData<string, int> EquilibriumCases() => Cases("equilibrium*.json", "cases");

    public static TheoryData<string, int> ConvolutionCases() => Cases("conv*.json", "cases");

    public static TheoryData<string, int> AlignmentCases() => Cases("target_alignment*.json", "alignment");

    public static TheoryData<string, int> InterferenceCases() => Cases("target_alignment*.json", "interference_112");

    public static TheoryData<string, int> DiagonalCases() => Cases("target_alignment*.json", "interference_122");

    [Theory]
    [MemberData(nameof(EquilibriumCases))]
    public void Long_inference_on_fixture_reaches_its_equilibrium(string file, int index)
    {
        CreditFixture f = Load(file, "cases", index);
        double energyAtLast = double.NaN;
        PredictiveCoding rule = new()
        {
            InferenceSteps = 20_000,
            SumOverBatch = true,
            RateDiscount = 1,
            Watch = (_, loss, energy, _) => energyAtLast = loss + energy,
        };
        using Network<double> network = Perceptron(f, rule, f.At("activation").GetString()!, "W");
        using RuleBench<double> bench = new(network, rule, f.Numbers("input"), f.Numbers("target"), (int)f.Number("batch"));
        bench.Credit();
        Assert.Equal(f.Number("energy_at_equilibrium"), energyAtLast, 1e-10);
        for (int l = 1; l < network.Depth; l++)
            Close.To<double>(f.Layers("x_equilibrium")[l - 1], bench.Step.Scratch("x", l, bench.Step.Layer(l).Units.Size).Span, 1e-8, $"x_{l}");
        for (int l = 1; l <= network.Depth; l++)
            Close.To(f.Layers("weight_gradient_at_equilibrium")[l - 1], bench.Step.GradientOf(network.Weights(l)), 1e-8, $"gradient of W_{l}");
    }

    [Theory]
    [MemberData(nameof(ConvolutionCases))]
    public void Training_through_convolutions_on_fixture_gives_energies_and_parameters(string file, int index)
    {
        CreditFixture f = Load(file, "cases", index);
        bool predictive = f.At("rule").GetString() == "PC";
        List<(double Loss, double Energy)> seen = [];
        LearningRule rule = predictive ? new PredictiveCoding
        {
            InferenceSteps = (int)f.Number("T"),
            InferenceRate = f.Number("x_lr"),
            RateDiscount = f.Number("x_lr_discount"),
            SumOverBatch = true,
            WeightUpdates = f.At("update_p_at").GetString() == "all" ? WeightUpdateSchedule.Every : WeightUpdateSchedule.Last,
            NodePosition = f.At("order").GetString()!.Contains("'Acf', 'PCLayer'", StringComparison.Ordinal) ? ValueNodePosition.PostActivation : ValueNodePosition.PreActivation,
            Watch = (_, loss, energy, _) => seen.Add((loss, energy)),
        }
        : new Backpropagation();
        Activation activation = CreditFixture.ActivationOf(f.At("activation").GetString()!);
        int image = (int)f.Number("image"), batch = (int)f.Number("batch");
        NetworkSpec spec = new(
            new TensorShape((int)f.Number("in_channels"), image, image),
            [
                .. f.Numbers("channels").Select(channels => new Convolution2D((int)channels, 3, 2, 1, activation)), // "conv" says so
                new Dense((int)f.Number("hidden"), activation), new Dense((int)f.Number("out"), Activation.Linear),
            ],
            OutputHead.LinearSquaredError);
        using Network<double> network = new(spec, rule, Initializer.Zeros, 1);
        for (int l = 1; l <= network.Depth; l++)
        {
            f.Numbers($"params_init/{l - 1}/weight").CopyTo(network.Weights(l).Values);
            if (HasBias(l))
                f.Numbers($"params_init/{l - 1}/bias").CopyTo(network.Biases(l).Values);
        }
        using Optimizer<double> optimizer = new(OptimizerSettings.Adam(f.Number("p_optimizer_kwargs/lr")) with
        {
            WeightDecay = f.Has("p_optimizer_kwargs/weight_decay") ? f.Number("p_optimizer_kwargs/weight_decay") : 0,
            DecayBiases = true,
        });
        for (int i = 0; i < f.At("batches").GetArrayLength(); i++)
        {
            string at = $"batches/{i}";
            using RuleBench<double> bench = new(network, rule, f.Numbers($"{at}/input"), f.Numbers($"{at}/target"), batch);
            bench.Step.Apply = step =>
            {
                step.Taught.RemoveAll(p => p.Name == "b" && !HasBias(p.Layer));
                Sum(step, predictive ? 1 : batch);
                optimizer.Apply(step);
            };
            bench.Step.Forward();
            Close.To<double>(f.Numbers($"{at}/prediction_before"), bench.Step.Clean.Units(network.Depth).Span, 1e-10, $"{at} prediction");
            seen.Clear();
            for (int repeat = 0; repeat < (predictive ? 1 : (int)f.Number("T")); repeat++)
            {
                if (repeat > 0)
                    bench.Begin();
                bench.Credit();
                if (!predictive)
                    seen.Add((bench.Step.MeanLoss * batch, 0));
                bench.Step.ApplyUpdates();
            }
            Close.To<double>(f.Numbers($"{at}/loss_per_step"), seen.Select(s => s.Loss).ToArray(), 1e-10, $"{at} loss");
            if (predictive)
                Close.To<double>(f.Numbers($"{at}/energy_per_step"), seen.Select(s => s.Energy).ToArray(), 1e-10, $"{at} energy");
            for (int l = 1; l <= network.Depth; l++)
            {
                Close.To<double>(f.Numbers($"{at}/params_after/{l - 1}/weight"), network.Weights(l).Values, 1e-10, $"{at} W_{l}");
                if (HasBias(l))
                    Close.To<double>(f.Numbers($"{at}/params_after/{l - 1}/bias"), network.Biases(l).Values, 1e-10, $"{at} b_{l}");
            }
        }

        bool HasBias(int l) => f.At($"params_init/{l - 1}/bias").ValueKind == JsonValueKind.Array;
    }

    [Theory]
    [InlineData(ValueNodePosition.PreActivation)]
    [InlineData(ValueNodePosition.PostActivation)]
    public void Gradients_through_pooling_are_the_slopes_of_the_settled_energy(ValueNodePosition position)
    {
        // At equilibrium the energy does not change with the activities, so its slope in a weight is the rule's gradient there.
        NetworkSpec spec = new(
            new TensorShape(2, 5, 5),
            [new Convolution2D(3, 3, 1, 1, Activation.Tanh), new AveragePooling2D(3, 2), new Convolution2D(2, 2, 1, 1, Activation.Tanh), new AveragePooling2D(2, 1), new Dense(3, Activation.Linear)],
            OutputHead.LinearSquaredError);
        double energy = double.NaN;
        PredictiveCoding rule = new() { InferenceSteps = 1_000, InferenceRate = 0.2, RateDiscount = 1, NodePosition = position, SumOverBatch = true, Watch = (_, l, e, _) => energy = l + e };
        using RuleBench<double> bench = Pictures(spec, rule);
        for (int l = 1; l <= bench.Network.Depth; l++)
        {
            Parameter<double> weights = bench.Network.Weights(l);
            Settled(weights, 0, 0);
            double[] gradient = bench.Step.GradientOf(weights).ToArray();
            for (int i = 1; i < weights.Values.Length; i += weights.Values.Length / 3)
            {
                double slope = (Settled(weights, i, 1e-4) - Settled(weights, i, -1e-4)) / 2e-4;
                Assert.Equal(slope, gradient[i], 1e-8);
            }
        }

        double Settled(Parameter<double> weights, int i, double change)
        {
            double kept = weights.Values[i];
            weights.Values[i] += change;
            bench.Begin();
            bench.Credit();
            weights.Values[i] = kept;
            return energy;
        }
    }

    [Theory]
    [InlineData(ValueNodePosition.PreActivation)]
    [InlineData(ValueNodePosition.PostActivation)]
    public void The_first_move_through_maximum_pooling_is_backpropagation(ValueNodePosition position)
    {
        // From the forward pass only the layer below the output moves, by −γ δ; its weights then see γ δ.
        NetworkSpec spec = new(
            new TensorShape(2, 9, 9), [new Convolution2D(3, 3, 1, 1, Activation.Tanh), new MaxPooling2D(3, 2), new Dense(3, Activation.Linear)], OutputHead.LinearSquaredError);
        using RuleBench<double> one = Pictures(spec, new PredictiveCoding { InferenceSteps = 2, InferenceRate = 0.25, RateDiscount = 1, NodePosition = position });
        using RuleBench<double> other = Pictures(spec, new Backpropagation());
        one.Credit();
        other.Credit();
        double[] expected = [.. other.Step.GradientOf(other.Network.Weights(1)).ToArray().Select(g => 0.25 * g)];
        Close.To(expected, one.Step.GradientOf(one.Network.Weights(1)), 1e-12, "gradient of W_1");
    }

    private static RuleBench<double> Pictures(NetworkSpec spec, LearningRule rule)
    {
        const int batch = 2;
        double[] input = new double[batch * spec.Input.Size], target = new double[batch * spec.Outputs];
        new RandomStream(1, "input").FillNormal<double>(input, 0, 1);
        new RandomStream(2, "target").FillNormal<double>(target, 0, 1);
        return new(spec, rule, input, target, batch);
    }

    [Theory]
    [MemberData(nameof(AlignmentCases))]
    public void One_step_on_fixture_moves_outputs_as_it_says(string file, int index)
    {
        CreditFixture f = Load(file, "alignment", index);
        int batch = (int)f.Number("batch");
        double[] target = f.Numbers("target");
        foreach (string key in new[] { "PC", "BP" })
        {
            LearningRule rule = key == "BP" ? new Backpropagation() : new PredictiveCoding
            {
                InferenceSteps = (int)f.Number("T"),
                InferenceRate = f.Number("x_lr"),
                RateDiscount = f.Number("x_lr_discount"),
                SumOverBatch = true,
            };
            using Network<double> network = Perceptron(f, rule, f.At("activation").GetString()!, "W");
            using RuleBench<double> bench = new(network, rule, f.Numbers("input"), target, batch);
            using Optimizer<double> optimizer = new(OptimizerSettings.Sgd(f.Number("p_lr")));
            double[] before = Predict(bench);
            double[][] activityBefore = Hidden(bench);
            Close.To<double>(f.Numbers($"{key}/prediction_before"), before, 1e-9, $"{key} before");
            LearnWeights(bench, optimizer, key == "BP" ? batch : 1);
            double[] after = Predict(bench);
            Close.To<double>(f.Numbers($"{key}/prediction_after"), after, 1e-9, $"{key} after");
            double alignment = Enumerable.Range(0, batch).Average(b => Cosine(Row(after, b), Row(before, b), Row(target, b), Row(before, b)));
            Assert.Equal(f.Number($"{key}/target_alignment"), alignment, 1e-6);
            if (key == "BP")
                continue;
            double[][] activityAfter = Hidden(bench), inferred = Inferred(f);
            for (int l = 1; l < network.Depth; l++)
            {
                double prospective = Enumerable.Range(0, batch).Average(b =>
                    Cosine(Row(activityAfter[l - 1], b), Row(activityBefore[l - 1], b), Row(inferred[l - 1], b), Row(activityBefore[l - 1], b)));
                Assert.Equal(f.Numbers("PC/prospective_index_per_hidden_layer")[l - 1], prospective, 1e-6);
            }
        }

        // The file's activities are those after the T-th step, which comes too late for the weights and which the rule leaves out.
        double[][] Inferred(CreditFixture f)
        {
            PredictiveCoding rule = new() { InferenceSteps = (int)f.Number("T") + 1, InferenceRate = f.Number("x_lr"), RateDiscount = f.Number("x_lr_discount") };
            using Network<double> network = Perceptron(f, rule, f.At("activation").GetString()!, "W");
            using RuleBench<double> bench = new(network, rule, f.Numbers("input"), target, batch);
            bench.Credit();
            double[][] inferred = [.. Enumerable.Range(1, network.Depth - 1).Select(l => bench.Step.Scratch("x", l, bench.Step.Layer(l).Units.Size).Span.ToArray())];
            for (int l = 1; l < network.Depth && f.At("PC/x_final").ValueKind == JsonValueKind.Array; l++)
                Close.To<double>(f.Layers("PC/x_final")[l - 1], inferred[l - 1], 1e-9, $"x_{l}");
            return inferred;
        }

        double[] Row(double[] values, int b) => values[(b * values.Length / batch)..((b + 1) * values.Length / batch)];
    }

    [Theory]
    [MemberData(nameof(InterferenceCases))]
    public void Interference_toy_on_fixture_gives_its_trajectory(string file, int index)
    {
        CreditFixture f = Load(file, "interference_112", index);
        foreach (string key in new[] { "PC", "BP" })
        {
            LearningRule rule = Toy(f, key);
            NetworkSpec spec = NetworkSpec.Perceptron(1, [f.Shape("w1")[0]], f.Shape("w2")[0], Activation.Linear, OutputHead.LinearSquaredError);
            using RuleBench<double> bench = new(spec, rule, f.Numbers("input"), f.Numbers("target"), 1);
            bench.Set(bench.Network.Weights(1), f.Numbers("w1"));
            bench.Set(bench.Network.Weights(2), f.Numbers("w2"));
            using Optimizer<double> optimizer = new(OptimizerSettings.Sgd(f.Number("p_lr")));
            for (int i = 0; i < f.Number("iterations"); i++)
            {
                Close.To<double>(f.Layers($"{key}/prediction_per_iteration")[i], Predict(bench), 1e-9, $"{key} iteration {i}");
                LearnWeights(bench, optimizer, 1);
            }
            for (int l = 1; l <= 2; l++)
                Close.To<double>(f.Layers($"{key}/W_final")[l - 1], bench.Network.Weights(l).Values, 1e-9, $"{key} W_{l}");
        }
    }

    [Theory]
    [MemberData(nameof(DiagonalCases))]
    public void Straight_path_toy_on_fixture_gives_its_trajectory(string file, int index)
    {
        CreditFixture f = Load(file, "interference_122", index);
        foreach (string key in new[] { "PC", "BP" })
        {
            NetworkSpec spec = NetworkSpec.Perceptron(1, [2], 2, Activation.Linear, OutputHead.LinearSquaredError);
            using RuleBench<double> bench = new(spec, Toy(f, key), f.Numbers("input"), f.Numbers("target"), 1);
            bench.Set(bench.Network.Weights(1), f.Numbers("w_init"));
            bench.Set(bench.Network.Weights(2), [f.Number("a"), 0, 0, f.Number("b")]);
            using Optimizer<double> optimizer = new(OptimizerSettings.Sgd(f.Number($"lr_{key}")));
            double[][] path = f.Layers($"{key}/w_per_iteration");
            for (int i = 0; i < path.Length; i++)
            {
                Close.To<double>(path[i], bench.Network.Weights(1).Values, 1e-9, $"{key} iteration {i}");
                LearnWeights(bench, optimizer, 1, onlyLayer: 1);
            }
        }
    }

    private static LearningRule Toy(CreditFixture f, string key) => key == "BP" ? new Backpropagation() : new PredictiveCoding
    {
        InferenceSteps = (int)f.Number("T"),
        InferenceRate = f.Number("x_lr"),
        RateDiscount = f.Number("x_lr_discount"),
        SumOverBatch = true,
    };

    private static TheoryData<string, int> Cases(string pattern, string list) => FixtureFiles.Cases("prospective", pattern, list);

    private static CreditFixture Load(string file, string list, int index) => new(FixtureFiles.Case("prospective", file, index, list));

    private static Network<double> Perceptron(CreditFixture f, LearningRule rule, string activation, string weights)
    {
        int[] units = [.. f.At(weights).EnumerateArray().Select(w => w.GetArrayLength())];
        Network<double> network = new(NetworkSpec.Perceptron(f.Shape($"{weights}/0")[1], units[..^1], units[^1], CreditFixture.ActivationOf(activation), OutputHead.LinearSquaredError), rule, Initializer.Zeros, 1);
        for (int l = 1; l <= network.Depth; l++)
            f.Layers(weights)[l - 1].CopyTo(network.Weights(l).Values);
        return network;
    }

    /// <summary>One step of the weights only: these networks have no biases; gradients are sums over the batch.</summary>
    private static void LearnWeights(RuleBench<double> bench, Optimizer<double> optimizer, int factor, int onlyLayer = 0)
    {
        bench.Begin();
        bench.Credit();
        bench.Step.Taught.RemoveAll(p => p.Name == "b" || (onlyLayer > 0 && p.Layer != onlyLayer));
        Sum(bench.Step, factor);
        optimizer.Apply(bench.Step);
    }

    private static void Sum(LearningContext<double> step, int factor)
    {
        foreach (Parameter<double> parameter in step.Taught.ToArray())
        {
            foreach (ref double value in step.Gradient(parameter).Span)
                value *= factor;
        }
    }

    private static double[] Predict(RuleBench<double> bench)
    {
        bench.Step.Forward();
        return bench.Step.Clean.Units(bench.Step.Depth).Span.ToArray();
    }

    private static double[][] Hidden(RuleBench<double> bench) =>
        [.. Enumerable.Range(1, bench.Step.Depth - 1).Select(l => bench.Step.Clean.PreActivation(l).Span.ToArray())];

    /// <summary>cos(a − b, c − d).</summary>
    private static double Cosine(double[] a, double[] b, double[] c, double[] d)
    {
        double dot = 0, first = 0, second = 0;
        for (int i = 0; i < a.Length; i++)
        {
            dot += (a[i] - b[i]) * (c[i] - d[i]);
            first += (a[i] - b[i]) * (a[i] - b[i]);
            second += (c[i] - d[i]) * (c[i] - d[i]);
        }
        return dot / Math.Sqrt(first * second);
    }
}
