using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Z-IL: predictive coding whose gradient is backpropagation's (Song, Lukasiewicz, Xu and Bogacz 2020).</summary>
public sealed class ZeroDivergenceTests
{
    private const int Batch = 5;

    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> cases = [];
        foreach (string network in (string[])["none", "one", "four", "pooled"])
        {
            foreach (OutputHead head in OutputHead.All)
                cases.Add(network, head.Name);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradient_is_backpropagations(string network, string head)
    {
        TensorShape image = new(1, 6, 6);
        LayerSpec[] hidden = network switch
        {
            "none" => [],
            "one" => [new Dense(7, Activation.Tanh)],
            "four" => [new Dense(7, Activation.Tanh), new Dense(6, Activation.Sigmoid), new Dense(5, Activation.LeakyReLU), new Dense(4, Activation.Tanh)],
            _ => [new Convolution2D(3, 3, 1, 1, Activation.Tanh), new MaxPooling2D(2), new Convolution2D(4, 2, 1, 0, Activation.Sigmoid), new AveragePooling2D(2, 1), new Dense(5, Activation.Tanh)],
        };
        NetworkSpec spec = new(image, [.. hidden, new Dense(3)], OutputHead.Find(head)!);
        double[] input = new double[Batch * image.Size];
        new RandomStream(2, "inputs").FillNormal<double>(input, 0, 1);
        double[] target = [.. Enumerable.Range(0, Batch * 3).Select(i => i % 3 == i / 3 % 3 ? 1.0 : 0)];
        PredictiveCoding rule = new() { WeightUpdates = WeightUpdateSchedule.ErrorArrival, InferenceRate = 0.01, InferenceSteps = 1, InferenceOptimizer = InferenceOptimizer.Adam };
        using RuleBench<double> bench = new(spec, rule, input, target, Batch), reference = new(spec, new Backpropagation(), input, target, Batch);
        bench.Credit();
        bench.Begin();
        bench.Credit(); // what the first step left must not matter
        reference.Credit();
        foreach ((Parameter<double> want, Parameter<double> got) in reference.Network.Parameters.Zip(bench.Network.Parameters))
            Close.To(reference.Step.GradientOf(want).ToArray(), bench.Step.GradientOf(got), 1e-13, want.Key);
        Assert.Equal(reference.Step.MeanLoss, bench.Step.MeanLoss, 1e-14);
    }

    [Fact]
    public void Ordinary_inference_is_not_backpropagation()
    {
        NetworkSpec spec = NetworkSpec.Perceptron(4, [6, 5], 3, Activation.Tanh, OutputHead.LinearSquaredError);
        double[] input = [0.3, -0.6, 1, 0.2], target = [1, 0, 0];
        using RuleBench<double> bench = new(spec, new PredictiveCoding(), input, target, 1), reference = new(spec, new Backpropagation(), input, target, 1);
        bench.Credit();
        reference.Credit();
        double off = bench.Step.GradientOf(bench.Network.Weights(1)).ToArray().Zip(reference.Step.GradientOf(reference.Network.Weights(1)).ToArray()).Max(p => Math.Abs(p.First - p.Second));
        Assert.True(off > 1e-3, $"the largest difference is {off}");
    }
}
