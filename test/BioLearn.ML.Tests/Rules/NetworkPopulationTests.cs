using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Networks that learn side by side against the same networks one at a time.</summary>
public class NetworkPopulationTests
{
    private static readonly int[] Widths = [3, 4, 2];

    [Fact]
    public void Population_learns_as_its_networks_do_alone()
    {
        foreach (LearningRule rule in (LearningRule[])[new Backpropagation(), new PredictiveCoding { InferenceSteps = 20, InferenceRate = 0.2, RateDiscount = 1 }])
        {
            const int Count = 5;
            using NetworkPopulation<double> population = new(Count, Widths, Activation.Tanh);
            Network<double>[] networks = [.. Enumerable.Range(0, Count).Select(n => new Network<double>(NetworkSpec.Perceptron(3, [4], 2, Activation.Tanh, OutputHead.LinearSquaredError), rule, Initializer.GlorotUniform, n))];
            NetworkTrainer<double>[] trainers = [.. networks.Select((n, i) => new NetworkTrainer<double>(n, rule, OptimizerSettings.Sgd(0.1 * (i + 1)), 1))];
            for (int l = 1; l <= 2; l++)
            {
                for (int n = 0; n < Count; n++)
                {
                    // The population has no biases: here they stay at 0.
                    networks[n].Biases(l).LearningRateScale = 0;
                    networks[n].Weights(l).LearningRateScale = l == 1 ? 0.5 : 1;
                    for (int to = 0; to < Widths[l]; to++)
                    {
                        for (int from = 0; from < Widths[l - 1]; from++)
                        {
                            population.Weight(l, to, from)[n] = networks[n].Weights(l).Values[(to * Widths[l - 1]) + from];
                            population.Rate(l, to, from)[n] = 0.1 * (n + 1) * (l == 1 ? 0.5 : 1);
                        }
                    }
                }
            }
            RandomStream random = new(7, "samples");
            for (int step = 0; step < 6; step++)
            {
                for (int n = 0; n < Count; n++)
                {
                    double[] input = [.. Enumerable.Range(0, 3).Select(_ => random.NextNormal())], target = [.. Enumerable.Range(0, 2).Select(_ => random.NextNormal())];
                    bool[] mask = [step % 2 == 0, n > 1];
                    for (int i = 0; i < 3; i++)
                        population.Input(i)[n] = input[i];
                    for (int i = 0; i < 2; i++)
                        (population.Target(i)[n], population.HasTarget(i)[n]) = (target[i], mask[i] ? 1 : 0);
                    trainers[n].Step(input, target, targetMask: mask);
                }
                if (rule is PredictiveCoding coding)
                    population.Learn(coding);
                else
                    population.LearnByBackpropagation();
                population.Predict();
                for (int n = 0; n < Count; n++)
                {
                    double[] input = [population.Input(0)[n], population.Input(1)[n], population.Input(2)[n]];
                    Assert.Equal(trainers[n].Predict(input).Row(0)[1], population.Output(1)[n], 1e-12);
                    Assert.Equal(trainers[n].Context.Clean.PreActivation(1).Row(0)[3], population.ValueNode(1, 3)[n], 1e-12);
                }
            }
            foreach (NetworkTrainer<double> trainer in trainers)
                trainer.Dispose();
            foreach (Network<double> network in networks)
                network.Dispose();
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new NetworkPopulation<double>(3, [2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkPopulation<double>(0, [2, 1]));
        Assert.Throws<ArgumentException>(() => new NetworkPopulation<double>(1, [2, 1], new LeakyRectifier(0.2)));
        using NetworkPopulation<double> population = new(3, Widths);
        Assert.Throws<ArgumentOutOfRangeException>(() => population.Weight(3, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => population.Rate(1, 4, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => population.Input(3));
        Assert.Throws<ArgumentException>(() => population.Learn(new PredictiveCoding { InferenceOptimizer = InferenceOptimizer.Adam }));
    }
}
