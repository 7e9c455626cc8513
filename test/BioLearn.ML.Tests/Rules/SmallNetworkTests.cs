using System.Numerics;
using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>
/// The kernels that settle whole networks against the general way, step by step, for sizes that no vector divides: copied weights, weights
/// where they lie, and few samples in layers that are too wide for more.
/// </summary>
public class SmallNetworkTests
{
    private static readonly int[][] Hidden = [[32, 32], [5], [17, 9, 40], [33, 70, 1], [130, 31], [70, 150, 9], [300]];

    public static TheoryData<int, Activation, int> Networks() => new()
    {
        { 1, Activation.Sigmoid, 1 }, { 7, Activation.Tanh, 1 }, { 3, Activation.ReLU, 2 }, { 40, Activation.LeakyReLU, 3 },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Predictive_coding_in_one_kernel_equals_the_general_way(int batch, Activation activation, int threads)
    {
        foreach (int[] hidden in Hidden)
        {
            NetworkSpec spec = NetworkSpec.Perceptron(11, hidden, 3, activation, OutputHead.LinearSquaredError);
            List<(int, double, double, double)> fused = [], general = [];
            PredictiveCoding one = new() { InferenceSteps = 20, InferenceRate = 0.3, Watch = (t, l, e, r) => fused.Add((t, l, e, r)) };
            PredictiveCoding other = new() { InferenceSteps = 20, InferenceRate = 0.3, FuseSmallNetworks = false, Watch = (t, l, e, r) => general.Add((t, l, e, r)) };
            Compare(spec, one, other, batch, threads, "x", single: false);
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
    public void Layers_without_biases_fit_the_kernel_too(int batch, Activation activation, int threads)
    {
        foreach (int[] hidden in Hidden)
        {
            NetworkSpec whole = NetworkSpec.Perceptron(11, hidden, 3, activation, OutputHead.LinearSquaredError);
            NetworkSpec spec = new(whole.Input, whole.Layers.Select(layer => (Dense)layer with { Bias = false }), whole.Head);
            PredictiveCoding one = new() { InferenceSteps = 20, InferenceRate = 0.3 }, other = new() { InferenceSteps = 20, InferenceRate = 0.3, FuseSmallNetworks = false };
            using (RuleBench<double> bench = new(spec, one, new double[batch * 11], new double[batch * 3], batch), biased = new(whole, one, new double[batch * 11], new double[batch * 3], batch))
                Assert.Equal(SmallNetworkInference<double>.Serves(biased.Step, one), SmallNetworkInference<double>.Serves(bench.Step, one));
            Compare(spec, one, other, batch, threads, "x", single: false);
        }
    }

    /// <summary>Without an energy to watch, samples make all their steps one after the other.</summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void Predictive_coding_at_a_constant_rate_equals_the_general_way(int batch, Activation activation, int threads)
    {
        foreach (int[] hidden in Hidden)
        {
            foreach ((int steps, double stop) in new[] { (20, 0), (1, 0), (20, 0.3) })
            {
                NetworkSpec spec = NetworkSpec.Perceptron(11, hidden, 3, activation, OutputHead.LinearSquaredError);
                PredictiveCoding one = new() { InferenceSteps = steps, InferenceRate = 0.1, RateDiscount = 1, StopAtRate = stop };
                PredictiveCoding other = new() { InferenceSteps = steps, InferenceRate = 0.1, RateDiscount = 1, StopAtRate = stop, FuseSmallNetworks = false };
                Compare(spec, one, other, batch, threads, "x", single: true);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Predictive_coding_of_free_outputs_in_one_kernel_equals_the_general_way(int batch, Activation activation, int threads)
    {
        foreach (int[] hidden in Hidden)
        {
            foreach (double discount in new[] { 1, 0.5 })
            {
                NetworkSpec spec = NetworkSpec.Perceptron(11, hidden, 3, activation, OutputHead.LinearSquaredError);
                PredictiveCoding one = new() { InferenceSteps = 20, InferenceRate = 0.1, RateDiscount = discount };
                PredictiveCoding other = new() { InferenceSteps = 20, InferenceRate = 0.1, RateDiscount = discount, FuseSmallNetworks = false };
                Compare<double>(spec, one, other, batch, threads, "x", 1e-11, 1e-10, [.. Enumerable.Range(0, batch * 3).Select(i => i % 4 == 1)]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Equilibrium_propagation_in_one_kernel_equals_the_general_way(int batch, Activation activation, int threads)
    {
        foreach (EquilibriumDynamics dynamics in Enum.GetValues<EquilibriumDynamics>())
        {
            foreach (int[] hidden in Hidden)
            {
                NetworkSpec spec = NetworkSpec.Perceptron(11, hidden, 3, activation == Activation.ReLU ? Activation.HardSigmoid : activation, OutputHead.LinearSquaredError);
                // States of leaky rectifiers grow with every step here, and rounding with them: few steps, and in double alone.
                (int free, int nudged) = activation == Activation.LeakyReLU ? (4, 3) : (20, 8);
                EquilibriumPropagation one = new() { Dynamics = dynamics, Beta = 0.3, FreeSteps = free, NudgedSteps = nudged };
                EquilibriumPropagation other = new() { Dynamics = dynamics, Beta = 0.3, FreeSteps = free, NudgedSteps = nudged, FuseSmallNetworks = false };
                Compare(spec, one, other, batch, threads, "plus", single: activation != Activation.LeakyReLU);
            }
        }
    }

    private static void Compare(NetworkSpec spec, LearningRule one, LearningRule other, int batch, int threads, string states, bool single)
    {
        Compare<double>(spec, one, other, batch, threads, states, 1e-11, 1e-10);
        if (single)
            Compare<float>(spec, one, other, batch, threads, states, 1e-5, 1e-5);
    }

    private static void Compare<T>(NetworkSpec spec, LearningRule one, LearningRule other, int batch, int threads, string states, double tolerance, double gradientTolerance, bool[]? mask = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] input = new double[batch * spec.Input.Size], target = new double[batch * spec.Outputs];
        new RandomStream(1, "input").FillNormal<double>(input, 0, 1);
        new RandomStream(2, "target").FillUniform<double>(target, 0, 1);
        using RuleBench<T> fused = new(spec, one, input, target, batch, threads), general = new(spec, other, input, target, batch);
        for (int l = 1; l <= spec.Graph.Length; l++)
        {
            new RandomStream(3, $"b/{l}").FillNormal(fused.Network.Biases(l).Values, T.Zero, T.CreateChecked(0.3));
            fused.Network.Biases(l).Values.CopyTo(general.Network.Biases(l).Values);
        }
        fused.Step.MaskTargets(mask);
        general.Step.MaskTargets(mask);
        fused.Credit();
        general.Credit();
        for (int l = 1; l <= spec.Graph.Length; l++)
        {
            int units = spec.Graph[l - 1].Units.Size;
            string what = $"{typeof(T).Name} {spec} batch {batch}";
            if (l < spec.Graph.Length)
                Close.To(Doubles<T>(general.Step.Scratch(states, l, units).Span), (ReadOnlySpan<T>)fused.Step.Scratch(states, l, units).Span, tolerance, $"{what} state {l}");
            Close.To(Doubles(general.Step.GradientOf(general.Network.Weights(l))), fused.Step.GradientOf(fused.Network.Weights(l)), gradientTolerance, $"{what} grad_W_{l}");
            if (fused.Network.Biases(l).IsEmpty)
                continue;
            Close.To(Doubles(general.Step.GradientOf(general.Network.Biases(l))), fused.Step.GradientOf(fused.Network.Biases(l)), gradientTolerance, $"{what} grad_b_{l}");
        }
    }

    private static double[] Doubles<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] result = new double[values.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = double.CreateChecked(values[i]);
        return result;
    }
}
