using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Error routing through two convolutions against conv_feedback.json.</summary>
public class ConvolutionFixtureTests
{
    public static TheoryData<string, int> Cases() => CreditFixture.Cases("conv_feedback*.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rule_through_convolutions_gives_the_fixtures_gradients(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        int[] x = f.Shape("inputs/X"), w1 = f.Shape("inputs/w1"), w2 = f.Shape("inputs/w2");
        double[] strides = f.Numbers("inputs/stride");
        int padding = (int)f.Number("inputs/padding");
        NetworkSpec spec = new(
            new TensorShape(x[1], x[2], x[3]),
            [
                new Convolution2D(w1[0], w1[2], (int)strides[0], padding),
                new Convolution2D(w2[0], w2[2], (int)strides[1], padding),
                new Dense(f.Shape("inputs/W3")[0]),
            ],
            OutputHead.SoftmaxCrossEntropy);
        foreach (var rule in f.At("expected/rules").EnumerateObject())
        {
            using RuleBench<double> bench = new(spec, Rule(rule.Name), f.Numbers("inputs/X"), f.Numbers("inputs/T"), x[0]);
            Load(f, rule.Name, bench);
            bench.Credit();
            Assert.Equal(f.Number("expected/loss"), bench.Step.MeanLoss, 1e-11);
            foreach ((int l, string name) in new[] { (1, "w1"), (2, "w2"), (3, "W3") })
            {
                Close.To(f.Numbers($"expected/rules/{rule.Name}/grad_{name}"), bench.Step.GradientOf(bench.Network.Weights(l)), 1e-11, $"{rule.Name} grad_{name}");
                Close.To(f.Numbers($"expected/rules/{rule.Name}/grad_b{l}"), bench.Step.GradientOf(bench.Network.Biases(l)), 1e-11, $"{rule.Name} grad_b{l}");
            }
        }
    }

    private static LearningRule Rule(string name) => name switch
    {
        "bp" => new Backpropagation(),
        "fa" => new FeedbackAlignment(),
        "usf" => new SignSymmetry(),
        "frsf" => new SignSymmetry { Magnitude = SignSymmetryMagnitude.FixedRandom },
        "dfa" => new DirectFeedbackAlignment(),
        _ => throw new InvalidDataException($"unknown rule {name}"),
    };

    private static void Load(CreditFixture f, string rule, RuleBench<double> bench)
    {
        foreach ((int l, string name) in new[] { (1, "w1"), (2, "w2"), (3, "W3") })
        {
            bench.Set(bench.Network.Weights(l), f.Numbers($"inputs/{name}"));
            bench.Set(bench.Network.Biases(l), f.Numbers($"inputs/b{l}"));
            if (l > 1 && rule is ("fa" or "frsf"))
                bench.SetSide(rule == "fa" ? "K" : "M", l, f.Numbers($"inputs/K{l}"));
            if (l < 3 && rule == "dfa")
                bench.SetSide("D", l, f.Numbers($"inputs/D{l}"));
        }
    }
}
