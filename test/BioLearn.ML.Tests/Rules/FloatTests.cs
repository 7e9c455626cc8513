using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Every rule in float against itself in double, which the fixtures prove: the same numbers in, gradients within 1e-5, or what the rule's own scale makes of it.</summary>
public class FloatTests
{
    public static TheoryData<LearningRule> Rules() =>
    [
        .. LearningRules.All.Where(r => r is not (NodePerturbation or WeightPerturbation)), // differences of nearly equal losses
        new TargetPropagation { InverseOnlySteps = 0 }, new DirectDifferenceTargetPropagation { FeedbackOnlySteps = 0 },
        new ForwardForward { Goodness = Goodness.MeanOfSquares },
    ];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Gradients_in_float_are_those_in_double(LearningRule rule)
    {
        const int Batch = 5;
        NetworkSpec spec = NetworkSpec.Perceptron(6, [7, 5], 3, rule.PreferredActivation ?? Activation.Tanh, rule.PreferredHead ?? OutputHead.SoftmaxCrossEntropy);
        double[] input = new double[Batch * 6], target = new double[Batch * 3];
        new RandomStream(1, "input").FillNormal<double>(input, 0, 1);
        for (int b = 0; b < Batch; b++)
            target[(b * 3) + (b % 3)] = 1;
        using RuleBench<double> exact = new(spec, rule, input, target, Batch);
        using RuleBench<float> single = new(spec, rule, input, target, Batch);
        foreach ((Parameter<double> from, Parameter<float> to) in exact.Network.Parameters.Zip(single.Network.Parameters))
            single.Set(to, from.Values.ToArray());
        exact.Step.NoiseSource = (stream, l, numbers) => Noise(stream, l, numbers.Width * Batch).CopyTo(numbers.Span);
        single.Step.NoiseSource = (stream, l, numbers) => Noise(stream, l, numbers.Width * Batch).Select(v => (float)v).ToArray().CopyTo(numbers.Span);
        exact.Credit();
        single.Credit();
        Assert.Equal(exact.Step.Taught.Select(p => p.Key), single.Step.Taught.Select(p => p.Key));
        // Contrastive Hebbian learning divides the first layer's difference by γ² = 0.01, round-off with it.
        double tolerance = rule is BioLearn.ML.Energy.ContrastiveHebbian ? 1e-4 : 1e-5;
        foreach ((Parameter<double> reference, Parameter<float> taught) in exact.Step.Taught.ToArray().Zip(single.Step.Taught.ToArray()))
            Close.To(exact.Step.GradientOf(reference).ToArray(), single.Step.GradientOf(taught), tolerance, $"{rule.Name} {reference.Key}");

        static double[] Noise(string stream, int layer, int count)
        {
            double[] numbers = new double[count];
            new RandomStream(2, $"{stream}/{layer}").FillUniform<double>(numbers, 0, 1);
            return numbers;
        }
    }
}
