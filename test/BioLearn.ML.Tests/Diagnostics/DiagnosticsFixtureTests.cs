using BioLearn.ML.Diagnostics;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Diagnostics;

/// <summary>Angles, norm ratios and alignments against the figures that come with the rules' fixtures.</summary>
public class DiagnosticsFixtureTests
{
    // acos loses half of the digits near 0 degrees.
    private const double Degrees = 1e-5;

    private static readonly Dictionary<string, LearningRule> RulesByName = new()
    {
        ["bp"] = new Backpropagation(),
        ["fa"] = new FeedbackAlignment(),
        ["usf"] = new SignSymmetry(),
        ["frsf"] = new SignSymmetry { Magnitude = SignSymmetryMagnitude.FixedRandom },
        ["dfa"] = new DirectFeedbackAlignment(),
        ["sdfa"] = new DirectFeedbackAlignment { Signal = DirectFeedbackSignal.ErrorSign },
        ["drtp"] = new DirectFeedbackAlignment { Signal = DirectFeedbackSignal.Target },
    };

    public static TheoryData<string, int> RoutingCases() => CreditFixture.Cases("routing_*.json");

    [Theory]
    [MemberData(nameof(RoutingCases))]
    public void Probe_on_fixture_gives_angles_and_norm_ratios(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        foreach ((string name, LearningRule rule) in RulesByName.Where(pair => f.Has($"expected/rules/{pair.Key}")))
        {
            using RuleBench<double> bench = RuleBench<double>.For(f, rule);
            Load(f, name, bench);
            LearningDiagnostics seen = Probe(bench, f.Numbers("inputs/X"), f.Numbers("inputs/T"));
            string at = $"expected/rules/{name}";
            for (int l = 1; l <= bench.Network.Depth; l++)
            {
                Assert.Equal(f.Numbers($"{at}/angle_gradW_vs_bp_deg")[l - 1], Value(seen, DiagnosticMetric.GradientAngle, l), Degrees);
                Assert.Equal(f.Numbers($"{at}/norm_ratio_gradW_vs_bp")[l - 1], Value(seen, DiagnosticMetric.GradientNormRatio, l), 1e-10);
                if (l < bench.Network.Depth)
                    Assert.Equal(f.Numbers($"{at}/angle_delta_vs_bp_deg")[l - 1], Value(seen, DiagnosticMetric.CreditAngle, l), Degrees);
            }
            if (name == "fa")
            {
                for (int l = 2; l <= bench.Network.Depth; l++)
                {
                    Assert.Equal(f.Numbers("expected/alignment/angle_W_vs_K_deg")[l - 1], Value(seen, DiagnosticMetric.FeedbackAngle, l), Degrees);
                    Assert.Equal(f.Numbers("expected/alignment/norm_ratio_K_over_W")[l - 1], Value(seen, DiagnosticMetric.FeedbackNormRatio, l), 1e-10);
                    Assert.Equal(f.Numbers("expected/alignment/sign_concordance_W_K")[l - 1], Value(seen, DiagnosticMetric.SignConcordance, l), 1e-12);
                }
            }
            // The layer below the output gets its error through one matrix: there the local and the cumulative angle are the same.
            int below = bench.Network.Depth - 1;
            if (name is "fa" or "usf" or "frsf" or "dfa")
                Assert.Equal(Value(seen, DiagnosticMetric.CreditAngle, below), Value(seen, DiagnosticMetric.LocalCreditAngle, below), Degrees);
        }
    }

    public static TheoryData<string, int> AlignmentCases() => FixtureFiles.Cases("prospective", "target_alignment*.json", "alignment");

    [Theory]
    [MemberData(nameof(AlignmentCases))]
    public void Target_alignment_on_fixture_is_the_original_programs(string file, int index)
    {
        CreditFixture f = new(FixtureFiles.Case("prospective", file, index, "alignment"));
        int batch = (int)f.Number("batch");
        foreach (string key in new[] { "PC", "BP" })
        {
            // The original's gradients are sums over the batch; backpropagation's here is a mean.
            LearningRule rule = key == "BP" ? new Backpropagation() : new PredictiveCoding { InferenceSteps = (int)f.Number("T"), InferenceRate = f.Number("x_lr"), RateDiscount = f.Number("x_lr_discount"), SumOverBatch = true };
            int layers = (int)f.Number("num_layers"), hidden = (int)f.Number("hidden");
            Activation activation = CreditFixture.ActivationOf(f.At("activation").GetString()!);
            NetworkSpec spec = NetworkSpec.Perceptron(f.Shape("input")[1], [.. Enumerable.Repeat(hidden, layers - 1)], f.Shape("target")[1], activation, OutputHead.LinearSquaredError);
            using RuleBench<double> bench = new(spec, rule, f.Numbers("input"), f.Numbers("target"), batch);
            for (int l = 1; l <= layers; l++)
            {
                bench.Set(bench.Network.Weights(l), f.Layers("W")[l - 1]);
                bench.Network.Biases(l).LearningRateScale = 0; // the original has none
            }
            LearningDiagnostics seen = Probe(bench, f.Numbers("input"), f.Numbers("target"), f.Number("p_lr") * (key == "BP" ? batch : 1));
            Assert.Equal(f.Number($"{key}/target_alignment"), Value(seen, DiagnosticMetric.TargetAlignment, 0), 1e-6);
        }
    }

    private static LearningDiagnostics Probe(RuleBench<double> bench, double[] inputs, double[] targets, double rate = 1e-3)
    {
        LearningDiagnostics diagnostics = new() { TargetAlignmentRate = rate };
        Samples<double> samples = Samples<double>.OfTargets(inputs, targets, inputs.Length / bench.Network.Spec.Input.Size);
        using DiagnosticProbe<double> probe = new(diagnostics, bench.Network, bench.Rule, samples, 1);
        return diagnostics;
    }

    private static double Value(LearningDiagnostics seen, string metric, int layer) => Assert.Single(seen.Records, r => r.Metric == metric && r.Layer == layer).Value;

    private static void Load(CreditFixture f, string rule, RuleBench<double> bench)
    {
        for (int l = 1; l <= bench.Network.Depth; l++)
        {
            if (rule is "fa" or "frsf" && l > 1)
                bench.SetSide(rule == "fa" ? "K" : "M", l, f.Layers("inputs/K_layerwise_feedback")[l - 1]);
            if (rule is "dfa" or "sdfa" or "drtp" && l < bench.Network.Depth)
                bench.SetSide("D", l, f.Layers("inputs/D_direct_feedback")[l - 1]);
        }
    }
}
