using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Rules whose feedback learns: Kolen-Pollack against kolen_pollack.json, weight mirror against weight_mirror.json.</summary>
public class LearnedFeedbackFixtureTests
{
    public static TheoryData<string, int> KolenPollackCases() => CreditFixture.Cases("kolen_pollack*.json");

    public static TheoryData<string, int> MirrorCases() => CreditFixture.Cases("weight_mirror*.json");

    [Theory]
    [MemberData(nameof(KolenPollackCases))]
    public void Kolen_pollack_on_fixture_gives_weights_and_feedback_after_every_step(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        KolenPollack rule = new() { WeightDecay = f.Number("inputs/weight_decay_lambda") };
        using RuleBench<double> bench = RuleBench<double>.For(f, rule);
        for (int l = 2; l <= bench.Step.Depth; l++)
            bench.SetSide("K", l, f.Layers("inputs/K_layerwise_feedback")[l - 1]);
        using Optimizer<double> optimizer = new(OptimizerSettings.Sgd(f.Number("inputs/eta")));
        for (int step = 0; step < f.Number("inputs/steps"); step++)
        {
            if (step > 0)
                bench.Begin();
            bench.Credit();
            optimizer.Apply(bench.Step);
            for (int l = 1; l <= bench.Step.Depth; l++)
            {
                Close.To<double>(f.Layers($"expected/after_step/{step}/W")[l - 1], bench.Network.Weights(l).Values, 1e-11, $"W_{l} after step {step}");
                Close.To<double>(f.Layers($"expected/after_step/{step}/b")[l - 1], bench.Network.Biases(l).Values, 1e-11, $"b_{l} after step {step}");
                if (l > 1)
                    Close.To<double>(f.Layers($"expected/after_step/{step}/K")[l - 1], bench.Network.Side("K", l).Values, 1e-11, $"K_{l} after step {step}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(MirrorCases))]
    public void Weight_mirror_on_fixture_gives_feedback_with_and_without_centring(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        Activation activation = CreditFixture.ActivationOf(f.At("hidden_activation").GetString()!);
        foreach (bool centered in new[] { false, true })
        {
            WeightMirror rule = new()
            {
                Centered = centered,
                NoiseAmplitude = f.Number("inputs/noise_amplitude"),
                MirrorLearningRate = f.Number("inputs/eta_mirror"),
            };
            NetworkSpec spec = f.Perceptron(head: "softmax_ce");
            int batch = f.Shape("inputs/noise_uniform01_layer_input/0")[0];
            using RuleBench<double> bench = new(spec, rule, new double[batch * spec.Input.Size], new double[batch * spec.Outputs], batch);
            string kind = centered ? "centred" : "uncentred";
            bench.Step.NoiseSource = (stream, l, destination) =>
            {
                double[] numbers = f.Layers(stream == "mirror" ? "inputs/noise_uniform01_layer_input" : "inputs/growth_uniform01_layer_output")[l - 1];
                numbers.CopyTo(destination.Span);
            };
            for (int l = 1; l <= spec.Graph.Length; l++)
            {
                bench.Set(bench.Network.Weights(l), f.Layers("inputs/W")[l - 1]);
                bench.Set(bench.Network.Biases(l), f.Layers("inputs/b")[l - 1]);
                using Parameter<double> feedback = new("K", l, spec.Graph[l - 1].WeightRows, spec.Graph[l - 1].WeightColumns);
                bench.Set(feedback, f.Layers("inputs/K")[l - 1]);
                rule.Mirror(bench.Step, l, feedback, activation);
                Close.To<double>(f.Layers($"expected/{kind}/K_after_mirror")[l - 1], feedback.Values, 1e-12, $"{kind} K_{l} after the mirror phase");
                WeightMirror.LimitGrowth(bench.Step, l, feedback);
                Close.To<double>(f.Layers($"expected/{kind}/K_after_growth_control_intended")[l - 1], feedback.Values, 1e-12, $"{kind} K_{l} after growth control");
            }
        }
    }
}
