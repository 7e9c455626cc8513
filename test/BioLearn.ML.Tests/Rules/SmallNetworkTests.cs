using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>The kernels that settle small networks against the general way, step by step, for sizes that no vector divides.</summary>
public class SmallNetworkTests
{
    public static TheoryData<int, Activation, int> Networks() => new()
    {
        { 1, Activation.Sigmoid, 1 }, { 7, Activation.Tanh, 1 }, { 3, Activation.ReLU, 2 }, { 40, Activation.LeakyReLU, 3 },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Predictive_coding_in_one_kernel_equals_the_general_way(int batch, Activation activation, int threads)
    {
        foreach (int[] hidden in new int[][] { [32, 32], [5], [17, 9, 40], [33, 70, 1] })
        {
            NetworkSpec spec = NetworkSpec.Perceptron(11, hidden, 3, activation, OutputHead.LinearSquaredError);
            List<(int, double, double, double)> fused = [], general = [];
            PredictiveCoding one = new() { InferenceSteps = 20, InferenceRate = 0.3, Watch = (t, l, e, r) => fused.Add((t, l, e, r)) };
            PredictiveCoding other = new() { InferenceSteps = 20, InferenceRate = 0.3, FuseSmallNetworks = false, Watch = (t, l, e, r) => general.Add((t, l, e, r)) };
            Compare(spec, one, other, batch, threads, "x");
            Assert.Equal(general.Count, fused.Count);
            for (int t = 0; t < general.Count; t++)
            {
                Assert.Equal(general[t].Item2, fused[t].Item2, 1e-11);
                Assert.Equal(general[t].Item3, fused[t].Item3, 1e-11);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Equilibrium_propagation_in_one_kernel_equals_the_general_way(int batch, Activation activation, int threads)
    {
        foreach (EquilibriumDynamics dynamics in Enum.GetValues<EquilibriumDynamics>())
        {
            foreach (int[] hidden in new int[][] { [32, 32], [5], [33, 70, 1] })
            {
                NetworkSpec spec = NetworkSpec.Perceptron(11, hidden, 3, activation == Activation.ReLU ? Activation.HardSigmoid : activation, OutputHead.LinearSquaredError);
                EquilibriumPropagation one = new() { Dynamics = dynamics, Beta = 0.3 }, other = new() { Dynamics = dynamics, Beta = 0.3, FuseSmallNetworks = false };
                Compare(spec, one, other, batch, threads, "plus");
            }
        }
    }

    private static void Compare(NetworkSpec spec, LearningRule one, LearningRule other, int batch, int threads, string states)
    {
        double[] input = new double[batch * spec.Input.Size], target = new double[batch * spec.Outputs];
        new RandomStream(1, "input").FillNormal<double>(input, 0, 1);
        new RandomStream(2, "target").FillUniform<double>(target, 0, 1);
        using RuleBench<double> fused = new(spec, one, input, target, batch, threads), general = new(spec, other, input, target, batch);
        for (int l = 1; l <= spec.Synaptic.Length; l++)
        {
            new RandomStream(3, $"b/{l}").FillNormal(fused.Network.Biases(l).Values, 0, 0.3);
            fused.Network.Biases(l).Values.CopyTo(general.Network.Biases(l).Values);
        }
        fused.Credit();
        general.Credit();
        for (int l = 1; l <= spec.Synaptic.Length; l++)
        {
            int units = spec.Synaptic[l - 1].Units.Size;
            if (l < spec.Synaptic.Length)
                Close.To(general.Step.Scratch(states, l, units).Span.ToArray(), (ReadOnlySpan<double>)fused.Step.Scratch(states, l, units).Span, 1e-11, $"{spec} state {l}");
            Close.To(general.Step.GradientOf(general.Network.Weights(l)).ToArray(), fused.Step.GradientOf(fused.Network.Weights(l)), 1e-10, $"{spec} grad_W_{l}");
            Close.To(general.Step.GradientOf(general.Network.Biases(l)).ToArray(), fused.Step.GradientOf(fused.Network.Biases(l)), 1e-10, $"{spec} grad_b_{l}");
        }
    }
}
