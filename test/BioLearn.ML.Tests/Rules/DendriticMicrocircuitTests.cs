using System.Numerics;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Dendritic microcircuits against dendritic_microcircuit.json, and what the equations promise beyond it.</summary>
public class DendriticMicrocircuitTests
{
    public static TheoryData<string, int> Cases() => CreditFixture.Cases("dendritic_microcircuit*.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Taught_steps_of_the_fixture_give_its_potentials_and_weights(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        Check<double>(f, 1e-11);
        Check<float>(f, 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Interneurons_that_predict_the_layer_above_silence_the_apical_dendrites_until_a_teacher_comes(int batch)
    {
        NetworkSpec spec = NetworkSpec.Perceptron(6, [7, 5], 3, Activation.Sigmoid, OutputHead.LinearSquaredError);
        DendriticMicrocircuit rule = new() { FreeSteps = 30 };
        double[] input = [.. Enumerable.Range(0, 6 * batch).Select(i => Math.Sin(3.1 * i))], target = [.. Enumerable.Range(0, 3 * batch).Select(i => Math.Cos(2.3 * i))];
        using RuleBench<double> bench = new(spec, rule, input, target, batch);
        MicrocircuitDynamics<double> cells = new(bench.Step, rule);
        cells.Start();
        double[] before = cells.Soma(3).Span.ToArray();
        rule.Predict(bench.Step);
        Close.To<double>(before, cells.Soma(3).Span, 1e-12, "output after the free phase");
        Close.To<double>(new double[7 * batch], cells.Apical(1).Span, 1e-12, "apical 1");
        Close.To<double>(new double[5 * batch], cells.Apical(2).Span, 1e-12, "apical 2");

        bench.Credit();
        Assert.Contains(cells.Apical(2).Span.ToArray(), v => Math.Abs(v) > 1e-3);
        Assert.Contains(cells.Apical(1).Span.ToArray(), v => Math.Abs(v) > 1e-5);
    }

    /// <summary>With a weak teacher and the feedback of the weights themselves the credit is backpropagation's on the attenuated network (the paper's section 3).</summary>
    [Fact]
    public void Weak_teacher_and_symmetric_feedback_make_it_backpropagation()
    {
        NetworkSpec spec = NetworkSpec.Perceptron(6, [7, 5], 3, Activation.Sigmoid, OutputHead.LinearSquaredError);
        const int Batch = 4;
        DendriticMicrocircuit rule = new() { StepSize = 0.1, SomaticConductance = 1e-4, TaughtSteps = 400, FreeSteps = 0, ApicalConductance = 1e-3 };
        double[] input = [.. Enumerable.Range(0, 6 * Batch).Select(i => Math.Sin(3.1 * i))], target = [.. Enumerable.Range(0, 3 * Batch).Select(i => Math.Cos(2.3 * i))];
        using RuleBench<double> bench = new(spec, rule, input, target, Batch);
        for (int l = 2; l <= 3; l++)
            bench.Network.Weights(l).Values.CopyTo(bench.Network.Side("B_pp", l).Values);
        rule.Initialize(bench.Network);
        bench.Credit();
        MicrocircuitDynamics<double> rest = new(bench.Step, rule);
        rest.Start();
        double[] output = rest.Soma(3).Span.ToArray(), rates2 = rest.Rate(2).Span.ToArray(), rates1 = rest.Rate(1).Span.ToArray();

        // δ_3 = (û_3 − t) φ', δ_2 = (δ_3 W_3) φ', δ_1 = (δ_2 W_2) φ', each up to a positive factor.
        double[] delta3 = [.. output.Select((u, i) => (u - target[i]) * Slope(Sigmoid(u)))];
        double[] delta2 = Down(bench.Network.Weights(3), delta3, rates2), delta1 = Down(bench.Network.Weights(2), delta2, rates1);
        Assert.InRange(Cosine(delta3, bench.Step.Delta(3).Span), 0.9999, 1.0001);
        Assert.InRange(Cosine(delta2, bench.Step.Delta(2).Span), 0.999, 1.0001);
        Assert.InRange(Cosine(delta1, bench.Step.Delta(1).Span), 0.99, 1.0001);
    }

    [Fact]
    public void Network_that_it_cannot_teach_is_refused()
    {
        NetworkSpec softmax = NetworkSpec.Perceptron(4, [5], 3, Activation.Sigmoid, OutputHead.SoftmaxCrossEntropy);
        Assert.Contains("LinearSquaredError", Refuse(softmax, new DendriticMicrocircuit()), StringComparison.Ordinal);
        NetworkSpec good = NetworkSpec.Perceptron(4, [5], 3, Activation.Sigmoid, OutputHead.LinearSquaredError);
        Assert.Contains("StepSize is 1.5", Refuse(good, new DendriticMicrocircuit { StepSize = 1.5 }), StringComparison.Ordinal);

        static string Refuse(NetworkSpec spec, DendriticMicrocircuit rule) =>
            Assert.ThrowsAny<ArgumentException>(() => new Network<float>(spec, rule, Initializer.GlorotUniform, 1)).Message;
    }

    private static void Check<T>(CreditFixture f, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int inputs = f.Shape("inputs/W1")[1], hidden = f.Shape("inputs/W1")[0], outputs = f.Shape("inputs/W2")[0];
        NetworkSpec spec = NetworkSpec.Perceptron(inputs, [hidden], outputs, Activation.Sigmoid, OutputHead.LinearSquaredError);
        string trace = f.At("expected").EnumerateObject().Single(p => p.Name.StartsWith("trace_every_", StringComparison.Ordinal)).Name;
        int every = int.Parse(trace["trace_every_".Length..], System.Globalization.CultureInfo.InvariantCulture);
        DendriticMicrocircuit rule = new()
        {
            LeakConductance = f.Number("inputs/g_lk"),
            ApicalConductance = f.Number("inputs/g_A"),
            BasalConductance = f.Number("inputs/g_B"),
            DendriticConductance = f.Number("inputs/g_D"),
            SomaticConductance = f.Number("inputs/g_som"),
            StepSize = f.Number("inputs/dt"),
            TaughtSteps = every,
            LearnWhileSettling = true,
            InterneuronRate = f.Number("inputs/eta/IP"),
            ApicalInhibitionRate = f.Number("inputs/eta/PI"),
        };
        using RuleBench<T> bench = new(spec, rule, f.Numbers("inputs/input_rate"), f.Numbers("inputs/target_potential"), 1);
        using Optimizer<T> optimizer = new(OptimizerSettings.Sgd(rule.StepSize));
        bench.Step.Apply = optimizer.Apply;
        bench.Set(bench.Network.Weights(1), f.Numbers("inputs/W1"));
        bench.Set(bench.Network.Weights(2), f.Numbers("inputs/W2"));
        bench.SetSide("B_pp", 2, Transposed(f.Numbers("inputs/B_pp_top_down"), outputs));
        bench.SetSide("W_IP", 2, f.Numbers("inputs/W_IP"));
        bench.SetSide("W_PI", 2, f.Numbers("inputs/W_PI"));
        for (int l = 1; l <= 2; l++)
        {
            bench.Network.Weights(l).LearningRateScale = f.Number($"inputs/eta/W{l}");
            bench.Network.Biases(l).LearningRateScale = 0;
        }
        MicrocircuitDynamics<T> cells = new(bench.Step, rule);
        Set(cells.Soma(1), "u1");
        Set(cells.Soma(2), "u2");
        Set(cells.Interneuron(2), "u_interneuron");
        cells.ShowRates();
        for (int k = 0; k < (int)f.Number("inputs/steps") / every; k++)
        {
            rule.Teach(bench.Step);
            string at = $"expected/{trace}/{k}";
            Close.To<T>(f.Numbers($"{at}/u1"), cells.Soma(1).Span, tolerance, $"u_1, trace {k}");
            Close.To<T>(f.Numbers($"{at}/u2"), cells.Soma(2).Span, tolerance, $"u_2, trace {k}");
            Close.To<T>(f.Numbers($"{at}/u_interneuron"), cells.Interneuron(2).Span, tolerance, $"u_I, trace {k}");
            Close.To<T>(f.Numbers($"{at}/v_apical"), cells.Apical(1).Span, tolerance, $"v_A, trace {k}");
        }
        Close.To<T>(f.Numbers("expected/final/W1"), bench.Network.Weights(1).Values, tolerance, "W_1");
        Close.To<T>(f.Numbers("expected/final/W2"), bench.Network.Weights(2).Values, tolerance, "W_2");
        Close.To<T>(f.Numbers("expected/final/W_IP"), bench.Network.Side("W_IP", 2).Values, tolerance, "W_IP");
        Close.To<T>(f.Numbers("expected/final/W_PI"), bench.Network.Side("W_PI", 2).Values, tolerance, "W_PI");

        void Set(Signal<T> potential, string name) => f.Numbers($"inputs/{name}").Select(T.CreateChecked).ToArray().CopyTo(potential.Span);
    }

    private static double[] Down(Parameter<double> weights, double[] delta, double[] rates)
    {
        int batch = delta.Length / weights.Rows;
        double[] below = new double[batch * weights.Columns];
        for (int b = 0; b < batch; b++)
        {
            for (int j = 0; j < weights.Columns; j++)
            {
                for (int i = 0; i < weights.Rows; i++)
                    below[(b * weights.Columns) + j] += delta[(b * weights.Rows) + i] * weights.Values[(i * weights.Columns) + j];
                below[(b * weights.Columns) + j] *= Slope(rates[(b * weights.Columns) + j]);
            }
        }
        return below;
    }

    private static double Cosine(double[] a, ReadOnlySpan<double> b) => System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<double>(a, b);

    private static double Sigmoid(double u) => 1 / (1 + Math.Exp(-u));

    private static double Slope(double rate) => rate * (1 - rate);

    private static double[] Transposed(double[] matrix, int columns)
    {
        int rows = matrix.Length / columns;
        double[] transposed = new double[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
            transposed[((i % columns) * rows) + (i / columns)] = matrix[i];
        return transposed;
    }
}
