using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Target propagation, its difference forms and its inverse losses against target_propagation.json.</summary>
public class TargetPropagationFixtureTests
{
    private const double Tolerance = 1e-11;

    public static TheoryData<string, int> Cases() => CreditFixture.Cases("target_propagation*.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Targets_on_fixture_give_its_gradients(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        foreach ((string key, TargetKind kind) in new[]
        {
            ("TP", TargetKind.Inverse), ("DTP", TargetKind.Difference), ("DTP_Lee_penultimate_backprop", TargetKind.DifferenceBelowPenultimate),
        })
        {
            using RuleBench<double> bench = Bench(f, InverseLoss.Reconstruction, kind);
            bench.Credit();
            Assert.Equal(f.Number("expected/loss"), bench.Step.MeanLoss, Tolerance);
            double[][] targets = f.Layers($"expected/{key}/targets");
            for (int l = 1; l <= targets.Length; l++)
                Close.To<double>(targets[l - 1], bench.Step.Scratch("t", l + 1, bench.Step.Layer(l).Units.Size).Span, Tolerance, $"{key} t_{l}");
            bool wrongTop = kind == TargetKind.DifferenceBelowPenultimate && bench.Step.Spec.Head != OutputHead.LinearSquaredError;
            CheckGradients(f, $"expected/{key}", bench, wrongTop ? bench.Step.Depth - 1 : bench.Step.Depth);
            if (wrongTop)
                CheckTopFollowsTheHead(f, bench);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Inverse_losses_on_fixture_give_the_inverses_their_gradients(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        foreach ((string key, InverseLoss loss) in new[]
        {
            ("Lee_reconstruction", InverseLoss.Reconstruction),
            ("DRL_Meulemans", InverseLoss.DifferenceReconstruction),
            ("LDRL_Ernoult", InverseLoss.LocalDifferenceReconstruction),
        })
        {
            using RuleBench<double> bench = Bench(f, loss, TargetKind.Difference);
            bench.Credit();
            for (int l = 2; l <= bench.Step.Depth; l++)
            {
                string at = $"expected/inverse_losses/{key}";
                Close.To(f.Layers($"{at}/grad_V")[l - 2], bench.Step.GradientOf(bench.Network.Side("V", l)), Tolerance, $"{key} grad_V_{l}");
                Close.To(f.Layers($"{at}/grad_c")[l - 2], bench.Step.GradientOf(bench.Network.Side("c", l)), Tolerance, $"{key} grad_c_{l}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Direct_linear_feedback_on_fixture_gives_gradients_of_weights_and_feedback(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        DirectDifferenceTargetPropagation rule = new()
        {
            TargetStepSize = f.Number("inputs/target_stepsize"),
            NoiseDeviation = f.Number("inputs/sigma"),
            FeedbackOnlySteps = 0,
        };
        using RuleBench<double> bench = RuleBench<double>.For(f, rule);
        for (int l = 1; l < bench.Step.Depth; l++)
            bench.SetSide("Q", l, f.Layers("inputs/Q_direct_feedback")[l - 1]);
        bench.Step.NoiseSource = (_, l, destination) => f.Layers("inputs/eps_DDTP_unit_normals")[l - 1].CopyTo(destination.Span);
        bench.Credit();
        CheckGradients(f, "expected/DDTP_linear", bench);
        for (int l = 1; l < bench.Step.Depth; l++)
            Close.To(f.Layers("expected/DDTP_linear/grad_Q")[l - 1], bench.Step.GradientOf(bench.Network.Side("Q", l)), Tolerance, $"grad_Q_{l}");
    }

    [Fact]
    public void Weights_rest_while_only_the_inverses_learn()
    {
        TargetPropagation rule = new() { InverseOnlySteps = 1, InverseUpdates = 3 };
        NetworkSpec spec = NetworkSpec.Perceptron(3, [4, 4], 2, Activation.Tanh, OutputHead.SoftmaxCrossEntropy);
        using RuleBench<float> bench = new(spec, rule, [1, 0, -1], [1, 0], 1);
        bench.Credit();
        Assert.All(bench.Step.Taught, p => Assert.Contains(p.Name, (string[])["V", "c"]));
        bench.Begin();
        bench.Credit();
        Assert.Contains(bench.Step.Taught, p => p.Name == "W");
    }

    private static RuleBench<double> Bench(CreditFixture f, InverseLoss loss, TargetKind kind)
    {
        TargetPropagation rule = new()
        {
            Targets = kind,
            InverseLoss = loss,
            TargetStepSize = f.Number("inputs/target_stepsize"),
            NoiseDeviation = f.Number("inputs/sigma"),
            InverseActivation = CreditFixture.ActivationOf(f.At("feedback_activation").GetString()!),
            InverseOnlySteps = 0,
        };
        RuleBench<double> bench = RuleBench<double>.For(f, rule);
        for (int l = 2; l <= bench.Step.Depth; l++)
        {
            bench.SetSide("V", l, f.Layers("inputs/V_inverse_weights")[l - 2]);
            bench.SetSide("c", l, f.Layers("inputs/c_inverse_bias")[l - 2]);
        }
        bench.Step.NoiseSource = (stream, l, destination) =>
            f.Layers(stream == "inverse noise" ? "inputs/eps_input_unit_normals" : "inputs/eps_output_unit_normals_LDRL")[l - 2].CopyTo(destination.Span);
        return bench;
    }

    /// <summary>
    /// Lee's output layer follows the true gradient. The file's own figure for it is the gradient of ½‖a − t‖² even where the head is
    /// softmax, against its own conventions and its own output errors; the true one is made here of the file's errors and activities.
    /// </summary>
    private static void CheckTopFollowsTheHead(CreditFixture f, RuleBench<double> bench)
    {
        int top = bench.Step.Depth, batch = bench.Step.Batch;
        double[] error = f.Numbers("expected/output_error_per_sample"), below = f.Layers("expected/activations")[top - 2];
        int outputs = error.Length / batch, inputs = below.Length / batch;
        double[] gradient = new double[outputs * inputs];
        for (int i = 0; i < gradient.Length; i++)
        {
            for (int b = 0; b < batch; b++)
                gradient[i] += error[(b * outputs) + (i / inputs)] * below[(b * inputs) + (i % inputs)] / batch;
        }
        Close.To(gradient, bench.Step.GradientOf(bench.Network.Weights(top)), Tolerance, "Lee, output layer");
    }

    private static void CheckGradients(CreditFixture f, string expected, RuleBench<double> bench, int top = 0)
    {
        for (int l = 1; l <= (top == 0 ? bench.Step.Depth : top); l++)
        {
            Close.To(f.Layers($"{expected}/grad_W")[l - 1], bench.Step.GradientOf(bench.Network.Weights(l)), Tolerance, $"{expected} grad_W_{l}");
            Close.To(f.Layers($"{expected}/grad_b")[l - 1], bench.Step.GradientOf(bench.Network.Biases(l)), Tolerance, $"{expected} grad_b_{l}");
        }
    }
}
