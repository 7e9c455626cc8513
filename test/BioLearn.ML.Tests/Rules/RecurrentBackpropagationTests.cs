using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Recurrent backpropagation at its fixed points.</summary>
public class RecurrentBackpropagationTests
{
    private const int Batch = 3;

    private static readonly NetworkSpec Spec = NetworkSpec.Perceptron(4, [5, 6], 3, Activation.Tanh, OutputHead.LinearSquaredError);

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Settled_gradients_are_the_slopes_of_the_settled_loss(double feedback)
    {
        foreach (NetworkSpec spec in new[] { Spec, NetworkSpec.Perceptron(4, [5], 3, Activation.Sigmoid, OutputHead.SoftmaxCrossEntropy) })
        {
            using RuleBench<double> bench = Bench(spec, new RecurrentBackpropagation { InferenceSteps = 2_000, InferenceRate = 0.2, FeedbackStrength = feedback });
            foreach (Parameter<double> parameter in bench.Network.Parameters)
            {
                bench.Begin();
                bench.Credit();
                double[] gradient = bench.Step.GradientOf(parameter).ToArray();
                for (int i = 0; i < gradient.Length; i++)
                    Assert.Equal((Loss(parameter, i, 1e-5) - Loss(parameter, i, -1e-5)) / 2e-5, gradient[i], 1e-7);
            }

            double Loss(Parameter<double> parameter, int i, double change)
            {
                double kept = parameter.Values[i];
                parameter.Values[i] += change;
                bench.Begin();
                bench.Credit();
                parameter.Values[i] = kept;
                return bench.Step.MeanLoss;
            }
        }
    }

    [Fact]
    public void Without_feedback_it_is_backpropagation()
    {
        using RuleBench<double> recurrent = Bench(Spec, new RecurrentBackpropagation { InferenceSteps = 500, FeedbackStrength = 0 });
        using RuleBench<double> back = Bench(Spec, new Backpropagation());
        recurrent.Credit();
        back.Credit();
        foreach ((Parameter<double> parameter, Parameter<double> other) in recurrent.Network.Parameters.Zip(back.Network.Parameters))
            Close.To<double>(back.Step.GradientOf(other).ToArray(), recurrent.Step.GradientOf(parameter), 1e-10, parameter.Key);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Contains("InferenceRate", Assert.Throws<ArgumentOutOfRangeException>(() => Bench(Spec, new RecurrentBackpropagation { InferenceRate = 1.5 })).Message);
        Assert.ThrowsAny<ArgumentException>(() => Bench(Spec, new RecurrentBackpropagation { FeedbackStrength = -1 }));
        Assert.ThrowsAny<ArgumentException>(() => Bench(Spec, new RecurrentBackpropagation { InferenceSteps = 0 }));
    }

    private static RuleBench<double> Bench(NetworkSpec spec, LearningRule rule)
    {
        double[] input = new double[Batch * spec.Input.Size], target = new double[Batch * spec.Outputs];
        new RandomStream(1, "input").FillNormal<double>(input, 0, 1);
        for (int b = 0; b < Batch; b++)
            target[(b * spec.Outputs) + (b % spec.Outputs)] = 1;
        return new(spec, rule, input, target, Batch);
    }
}
