using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Equilibrium propagation and contrastive Hebbian learning against their files: gradients after both phases.</summary>
public class TwoPhaseFixtureTests
{
    public static TheoryData<string, int> EquilibriumCases() => CreditFixture.Cases("equilibrium_propagation*.json");

    public static TheoryData<string, int> ContrastiveCases() => CreditFixture.Cases("contrastive_hebbian_generec*.json");

    [Theory]
    [MemberData(nameof(EquilibriumCases))]
    public void Equilibrium_propagation_on_fixture_gives_its_gradients(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        bool energy = f.Has("inputs/epsilon");
        string activation = energy ? "hard_sigmoid" : f.At("inputs/activation").GetString()!;
        string head = !energy && f.At("inputs/loss").GetString() == "cel" ? "softmax_ce" : "linear_mse";
        foreach ((string kind, EquilibriumNudging nudging) in new[] { ("symmetric", EquilibriumNudging.Symmetric), ("one_sided_plus", EquilibriumNudging.OneSided) })
        {
            EquilibriumPropagation rule = new()
            {
                Dynamics = energy ? EquilibriumDynamics.Energy : EquilibriumDynamics.Discrete,
                Nudging = nudging,
                Beta = f.Number("inputs/beta"),
                FreeSteps = (int)f.Number("inputs/T_free"),
                NudgedSteps = (int)f.Number("inputs/T_nudged"),
                StepSize = energy ? f.Number("inputs/epsilon") : 0.5,
            };
            using RuleBench<double> bench = RuleBench<double>.For(f, rule, f.Perceptron(activation, head));
            if (energy)
                bench.Step.InitialState = (l, state) => f.Layers("inputs/initial_states")[l - 1].CopyTo(state.Span);
            bench.Credit();
            for (int l = 1; l <= bench.Step.Depth; l++)
            {
                Close.To<double>(f.Layers("expected/free_states")[l - 1], bench.Step.Scratch("free", l, bench.Step.Layer(l).Units.Size).Span, 1e-10, $"free state {l}");
                Close.To<double>(f.Layers("expected/nudged_plus_states")[l - 1], bench.Step.Scratch("plus", l, bench.Step.Layer(l).Units.Size).Span, 1e-10, $"nudged state {l}");
                Close.To(f.Layers($"expected/{kind}/grad_W")[l - 1], bench.Step.GradientOf(bench.Network.Weights(l)), 1e-10, $"{kind} grad_W_{l}");
                Close.To(f.Layers($"expected/{kind}/grad_b")[l - 1], bench.Step.GradientOf(bench.Network.Biases(l)), 1e-10, $"{kind} grad_b_{l}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(ContrastiveCases))]
    public void Contrastive_hebbian_and_generec_on_fixture_give_their_updates(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        foreach ((string key, ContrastiveRule product) in new[]
        {
            ("chl_delta_W", ContrastiveRule.ContrastiveHebbian), ("generec_delta_W", ContrastiveRule.GeneRec), ("generec_midpoint_delta_W", ContrastiveRule.GeneRecMidpoint),
        })
        {
            ContrastiveHebbian rule = new()
            {
                Product = product,
                FeedbackStrength = f.Number("inputs/gamma"),
                StepSize = f.Number("inputs/dt"),
                StepsPerPhase = (int)f.Number("inputs/steps_per_phase"),
            };
            using RuleBench<double> bench = RuleBench<double>.For(f, rule, f.Perceptron(f.At("hidden_and_output_activation").GetString(), "linear_mse"));
            bench.Credit();
            for (int l = 1; l <= bench.Step.Depth; l++)
            {
                double[] ascent = f.Layers($"expected/{key}")[l - 1];
                Close.To([.. ascent.Select(v => -v)], bench.Step.GradientOf(bench.Network.Weights(l)), 1e-10, $"{key} {l}");
            }
        }
    }
}
