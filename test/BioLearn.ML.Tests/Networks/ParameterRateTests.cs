using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Networks;

/// <summary>Every weight has a rate of its own where one is given.</summary>
public class ParameterRateTests
{
    private static readonly NetworkSpec Spec = NetworkSpec.Perceptron(80, [5], 3, Activation.Tanh, OutputHead.LinearSquaredError);

    public static TheoryData<OptimizerKind, bool> Optimizers()
    {
        TheoryData<OptimizerKind, bool> all = [];
        foreach (OptimizerKind kind in Enum.GetValues<OptimizerKind>())
        {
            all.Add(kind, true);
            all.Add(kind, false);
        }
        return all;
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Each_number_makes_its_part_of_the_common_step(OptimizerKind kind, bool sparse)
    {
        OptimizerSettings optimizer = new(kind, .01) { WeightDecay = .1 };
        double[] whole = Step(optimizer, sparse, rate: null, out double[] before);
        double[] parts = Step(optimizer, sparse, rate: i => (i % 3) * .5, out _);
        for (int i = 0; i < whole.Length; i++)
            Assert.Equal(before[i] + ((i % 3) * .5 * (whole[i] - before[i])), parts[i], 1e-12);
        Assert.NotEqual(before, parts);
    }

    [Fact]
    public void Twins_and_their_source_keep_rates_apart()
    {
        // Kolen-Pollack feedback learns like the forward weights; a mask on one is none on the other.
        KolenPollack rule = new() { WeightDecay = 0 };
        using Network<double> network = new(Spec, rule, Initializer.GlorotNormal, 1);
        Parameter<double> feedback = network.Parameters.Single(p => p.Role == ParameterRole.Feedback);
        network.Weights(2).SetRates(new double[network.Weights(2).Values.Length]);
        double[] forward = network.Weights(2).Values.ToArray(), back = feedback.Values.ToArray();
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Adam(.01), 4);
        (double[] input, double[] target) = Rows(sparse: false);
        trainer.Step(input, target);
        Assert.Equal(forward, network.Weights(2).Values.ToArray());
        Assert.NotEqual(back, feedback.Values.ToArray());
    }

    [Fact]
    public void Rates_can_be_taken_away_again()
    {
        using Network<double> network = new(Spec, new Backpropagation(), Initializer.GlorotNormal, 1);
        network.Weights(1).SetRates(new double[network.Weights(1).Values.Length]);
        network.Weights(1).SetRates([]);
        double[] before = network.Weights(1).Values.ToArray();
        using NetworkTrainer<double> trainer = new(network, new Backpropagation(), OptimizerSettings.Sgd(.1), 4);
        (double[] input, double[] target) = Rows(sparse: false);
        trainer.Step(input, target);
        Assert.NotEqual(before, network.Weights(1).Values.ToArray());
    }

    [Fact]
    public void Rates_that_do_not_fit_are_refused()
    {
        using Network<double> network = new(Spec, new Backpropagation(), Initializer.GlorotNormal, 1);
        Assert.Contains("W/1", Assert.Throws<ArgumentException>(() => network.Weights(1).SetRates([1, 2])).Message);
        double[] rates = new double[network.Weights(1).Values.Length];
        rates[7] = -1;
        Assert.Contains("-1", Assert.Throws<ArgumentException>(() => network.Weights(1).SetRates(rates)).Message);
        rates[7] = double.NaN;
        Assert.Throws<ArgumentException>(() => network.Weights(1).SetRates(rates));
    }

    /// <summary>All weights and biases after three steps, and before the last.</summary>
    private static double[] Step(OptimizerSettings optimizer, bool sparse, Func<int, double>? rate, out double[] before)
    {
        Backpropagation rule = new();
        using Network<double> network = new(Spec, rule, Initializer.GlorotNormal, 1);
        using NetworkTrainer<double> trainer = new(network, rule, optimizer, 4);
        (double[] input, double[] target) = Rows(sparse);
        trainer.Step(input, target);
        int i = 0;
        before = All(network);
        if (rate is not null)
        {
            foreach (Parameter<double> parameter in network.Parameters)
                parameter.SetRates([.. parameter.Values.ToArray().Select(_ => rate(i++))]);
        }
        trainer.Step(input, target);
        return All(network);
    }

    private static double[] All(Network<double> network) => [.. network.Parameters.SelectMany(p => p.Values.ToArray())];

    private static (double[] Input, double[] Target) Rows(bool sparse)
    {
        double[] input = new double[4 * Spec.Input.Size], target = new double[4 * Spec.Outputs];
        new RandomStream(1, "input").FillNormal<double>(input, 0, 1);
        for (int i = 0; sparse && i < input.Length; i++)
            input[i] = i % 13 == 0 ? input[i] : 0;
        for (int b = 0; b < 4; b++)
            target[(b * Spec.Outputs) + (b % Spec.Outputs)] = 1;
        return (input, target);
    }
}
