using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Weight, node and activity-based node perturbation against perturbation.json, with the file's noise.</summary>
public class PerturbationFixtureTests
{
    public static TheoryData<string, int> Cases() => CreditFixture.Cases("perturbation*.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weight_perturbation_on_fixture_gives_forward_and_central_differences(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        foreach (bool central in new[] { false, true })
        {
            WeightPerturbation rule = new() { NoiseDeviation = f.Number("inputs/sigma"), CentralDifference = central };
            using RuleBench<double> bench = RuleBench<double>.For(f, rule);
            bench.Step.NoiseSource = (stream, l, destination) =>
                f.Layers(stream == "noise W" ? "inputs/wp_unit_normals_W" : "inputs/wp_unit_normals_b")[l - 1].CopyTo(destination.Span);
            bench.Credit();
            CheckGradients(f, $"expected/weight_perturbation/{(central ? "central" : "forward")}_diff", bench);
            for (int l = 1; l <= bench.Step.Depth; l++)
                Close.To<double>(f.Layers("inputs/W")[l - 1], bench.Network.Weights(l).Values, 0, "weights are put back");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Node_perturbation_on_fixture_gives_its_gradients(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        foreach (NodePerturbationMode mode in Enum.GetValues<NodePerturbationMode>())
        {
            NodePerturbation rule = new() { NoiseDeviation = f.Number("inputs/sigma"), Mode = mode };
            using RuleBench<double> bench = RuleBench<double>.For(f, rule);
            bench.Step.NoiseSource = (_, l, destination) => f.Layers("inputs/np_unit_normals_pre_activation")[l - 1].CopyTo(destination.Span);
            bench.Credit();
            string expected = mode == NodePerturbationMode.Noise ? "expected/node_perturbation" : "expected/activity_node_perturbation";
            for (int l = 1; l <= bench.Step.Depth; l++)
                Close.To<double>(f.Layers($"{expected}/delta")[l - 1], bench.Step.Delta(l).Span, 1e-9, $"delta_{l}");
            CheckGradients(f, expected, bench);
        }
    }

    private static void CheckGradients(CreditFixture f, string expected, RuleBench<double> bench)
    {
        for (int l = 1; l <= bench.Step.Depth; l++)
        {
            Close.To(f.Layers($"{expected}/grad_W")[l - 1], bench.Step.GradientOf(bench.Network.Weights(l)), 1e-9, $"grad_W_{l}");
            Close.To(f.Layers($"{expected}/grad_b")[l - 1], bench.Step.GradientOf(bench.Network.Biases(l)), 1e-9, $"grad_b_{l}");
        }
    }
}
