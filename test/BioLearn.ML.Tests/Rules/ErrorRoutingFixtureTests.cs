using System.Numerics;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Rules that differ in the way of the error down: against routing_*.json, in double and float.</summary>
public class ErrorRoutingFixtureTests
{
    private static readonly Dictionary<string, LearningRule> RulesByName = new()
    {
        ["bp"] = new Backpropagation(),
        ["fa"] = new FeedbackAlignment(),
        ["usf"] = new SignSymmetry(),
        ["frsf"] = new SignSymmetry { Magnitude = SignSymmetryMagnitude.FixedRandom },
        ["brsf"] = new SignSymmetry { Magnitude = SignSymmetryMagnitude.BatchRandom },
        ["dfa"] = new DirectFeedbackAlignment(),
        ["sdfa"] = new DirectFeedbackAlignment { Signal = DirectFeedbackSignal.ErrorSign },
        ["drtp"] = new DirectFeedbackAlignment { Signal = DirectFeedbackSignal.Target },
    };

    public static TheoryData<string, int, string> Cases()
    {
        TheoryData<string, int, string> data = [];
        foreach (string name in RulesByName.Keys)
        {
            foreach (object[] row in CreditFixture.CasesWith("routing_*.json", $"expected/rules/{name}"))
                data.Add((string)row[0], (int)row[1], name);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rule_on_fixture_gives_its_gradients_in_double(string file, int index, string rule) => Check<double>(file, index, rule, 1e-12);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rule_on_fixture_gives_its_gradients_in_float(string file, int index, string rule) => Check<float>(file, index, rule, 1e-5);

    private static void Check<T>(string file, int index, string rule, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CreditFixture f = CreditFixture.Load(file, index);
        using RuleBench<T> bench = RuleBench<T>.For(f, RulesByName[rule]);
        LoadFeedback(f, rule, bench);
        bench.Credit();
        Assert.Equal(f.Number("expected/loss"), bench.Step.MeanLoss, tolerance * 10);
        for (int l = 1; l <= bench.Step.Depth; l++)
        {
            Close.To<T>(f.Layers("expected/pre_activations")[l - 1], bench.Step.Clean.PreActivation(l).Span, tolerance, $"a_{l}");
            Close.To<T>(f.Layers($"expected/rules/{rule}/delta")[l - 1], bench.Step.Delta(l).Span, tolerance, $"delta_{l}");
            Close.To(f.Layers($"expected/rules/{rule}/grad_W")[l - 1], bench.Step.GradientOf(bench.Network.Weights(l)), tolerance, $"grad_W_{l}");
            Close.To(f.Layers($"expected/rules/{rule}/grad_b")[l - 1], bench.Step.GradientOf(bench.Network.Biases(l)), tolerance, $"grad_b_{l}");
        }
    }

    private static void LoadFeedback<T>(CreditFixture f, string rule, RuleBench<T> bench)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int l = 1; l <= bench.Step.Depth; l++)
        {
            if (rule == "fa" && l > 1)
                bench.SetSide("K", l, f.Layers("inputs/K_layerwise_feedback")[l - 1]);
            if (rule == "frsf" && l > 1)
                bench.SetSide("M", l, f.Layers("inputs/K_layerwise_feedback")[l - 1]);
            if (rule == "brsf" && l > 1)
                bench.SetSide("M", l, f.Layers("inputs/M_brsf_magnitude")[l - 1]);
            if (rule is ("dfa" or "sdfa" or "drtp") && l < bench.Step.Depth)
                bench.SetSide("D", l, f.Layers("inputs/D_direct_feedback")[l - 1]);
        }
    }
}
