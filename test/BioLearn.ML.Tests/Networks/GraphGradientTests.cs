using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Networks;

/// <summary>Credit on graphs of every kind of layer, against differences of the loss.</summary>
public sealed class GraphGradientTests
{
    private const int Batch = 4;
    private const double Step = 1e-6;

    public static TheoryData<string, string> Graphs()
    {
        // Hard sigmoids have their kinks where these small networks live.
        TheoryData<string, string> cases = [];
        foreach (string graph in TestGraphs.Names)
        {
            foreach (Activation activation in Activation.All.Where(a => a != Activation.HardSigmoid && a != Activation.WideHardSigmoid))
                cases.Add(graph, activation.Name);
        }
        return cases;
    }

    public static TheoryData<string> Names() => [.. TestGraphs.Names];

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Backpropagation_is_the_gradient_of_the_loss(string graph, string activation)
    {
        using RuleBench<double> bench = Bench(TestGraphs.Of(graph, Activation.Find(activation)!), new Backpropagation());
        bench.Credit();
        int compared = 0;
        foreach (Parameter<double> parameter in bench.Network.Parameters.Where(p => p.Role != ParameterRole.RunningStatistic))
        {
            double[] gradient = bench.Step.GradientOf(parameter).ToArray();
            double scale = Math.Max(1e-3, gradient.Max(Math.Abs));
            for (int i = 0; i < gradient.Length; i += Math.Max(1, gradient.Length / 7))
            {
                double difference = Difference(bench, parameter, i);
                Assert.True(Math.Abs(gradient[i] - difference) < 2e-5 * scale, $"{graph}, {activation}: {parameter}[{i}] is {gradient[i]:g9}, the loss says {difference:g9}");
                compared++;
            }
        }
        Assert.True(compared > 10, $"{compared} numbers were compared");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Feedback_alignment_with_the_forward_weights_is_backpropagation(string graph)
    {
        NetworkSpec spec = TestGraphs.Of(graph, Activation.Tanh);
        using RuleBench<double> reference = Bench(spec, new Backpropagation()), bench = Bench(spec, new FeedbackAlignment());
        foreach (Layer layer in spec.Graph.Where(l => l.HasWeights && l.Source > 0))
            bench.SetSide("K", layer.Index, bench.Network.Weights(layer.Index).Values.ToArray());
        reference.Credit();
        bench.Credit();
        foreach ((Parameter<double> want, Parameter<double> got) in reference.Network.Parameters.Zip(bench.Network.Parameters).Where(p => p.First.Role != ParameterRole.RunningStatistic))
            Close.To(reference.Step.GradientOf(want).ToArray(), bench.Step.GradientOf(got), 1e-13, want.Key);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Threads_change_no_bit(string graph)
    {
        NetworkSpec spec = TestGraphs.Of(graph, Activation.ReLU);
        using RuleBench<float> one = Single(spec, 1), three = Single(spec, 3);
        foreach ((Parameter<float> want, Parameter<float> got) in one.Network.Parameters.Zip(three.Network.Parameters).Where(p => p.First.Role != ParameterRole.RunningStatistic))
            Assert.Equal(one.Step.GradientOf(want).ToArray(), three.Step.GradientOf(got).ToArray());

        static RuleBench<float> Single(NetworkSpec spec, int threads) => new RuleBench<float>(spec, new Backpropagation(), Inputs(), Targets(), Batch, threads).Credit();
    }

    [Fact]
    public void Dropout_gates_credit_as_it_gates_activity()
    {
        NetworkSpec spec = new(TestGraphs.Image, [new Convolution2D(3, 3, 1, 1), new MaxPooling2D(2), new Dropout(0.5), new Dense(20), new Dropout(0.3), new Dense(3)], OutputHead.SoftmaxCrossEntropy);
        Assert.Equal(3, spec.Graph.Length);
        using RuleBench<double> bench = Bench(spec, new Backpropagation());
        bench.Credit();
        foreach (Parameter<double> parameter in bench.Network.Parameters)
        {
            double[] gradient = bench.Step.GradientOf(parameter).ToArray();
            for (int i = 0; i < gradient.Length; i += Math.Max(1, gradient.Length / 7))
                Assert.Equal(Difference(bench, parameter, i), gradient[i], 2e-5);
        }
        int silent = bench.Step.Clean.Activity(2).Span.ToArray().Zip(bench.Step.Clean.Units(2).Span.ToArray()).Count(p => p.First == 0 && p.Second != 0);
        Assert.InRange(silent, 1, 20 * Batch / 2);
    }

    /// <summary>The loss at p ± step, in the same learning step, so that noise and statistics are the same.</summary>
    private static double Difference(RuleBench<double> bench, Parameter<double> parameter, int index)
    {
        double value = parameter.Values[index];
        parameter.Values[index] = value + Step;
        double above = Loss(bench);
        parameter.Values[index] = value - Step;
        double below = Loss(bench);
        parameter.Values[index] = value;
        return (above - below) / (2 * Step);
    }

    private static double Loss(RuleBench<double> bench)
    {
        bench.Step.Forward();
        bench.Step.OutputError();
        return bench.Step.MeanLoss;
    }

    /// <summary>Biases, gains and shifts away from where they start, so that none stands at a kink.</summary>
    private static RuleBench<double> Bench(NetworkSpec spec, LearningRule rule)
    {
        RuleBench<double> bench = new(spec, rule, Inputs(), Targets(), Batch);
        RandomStream random = new(9, "biases");
        foreach (Parameter<double> parameter in bench.Network.Parameters.Where(p => p.Role is ParameterRole.Bias or ParameterRole.Gain or ParameterRole.Shift))
            random.FillUniform<double>(parameter.Values, 0.1, 0.6);
        return bench;
    }

    private static double[] Inputs()
    {
        double[] input = new double[Batch * TestGraphs.Image.Size];
        new RandomStream(4, "inputs").FillNormal<double>(input, 0, 1);
        return input;
    }

    private static double[] Targets() => [.. Enumerable.Range(0, Batch * 3).Select(i => i % 3 == i / 3 % 3 ? 1.0 : 0)];
}
