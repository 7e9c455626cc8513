using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Networks;

/// <summary>Which epoch is the best, and that its parameters come back.</summary>
public sealed class BestEpochTests
{
    private static readonly NetworkSpec Spec = new(
        new TensorShape(3), [new Dense(4, Activation.Tanh), new BatchNormalization(), new Dense(2)], OutputHead.SoftmaxCrossEntropy);

    [Theory]
    [InlineData(new double[] { 3, 1, 2, 5 }, 2, 2)]
    [InlineData(new double[] { 3, 2, 2, 2 }, 2, 2)]
    [InlineData(new double[] { 1, 1, 0.5 }, 3, 0)]
    [InlineData(new double[] { double.NaN, 4, double.NaN }, 2, 1)]
    [InlineData(new double[] { 4, double.PositiveInfinity }, 1, 1)]
    public void First_of_the_lowest_losses_is_put_back_with_every_parameter(double[] losses, int best, int stale)
    {
        using Network<double> network = Network();
        BestEpoch<double> epochs = new(network);
        double[][] taken = new double[losses.Length + 1][];
        bool[] noted = new bool[losses.Length + 1];
        for (int epoch = 1; epoch <= losses.Length; epoch++)
        {
            Mark(network, epoch);
            taken[epoch] = Values(network);
            noted[epoch] = epochs.Note(losses[epoch - 1]);
        }
        Assert.True(noted[best]);
        Assert.DoesNotContain(true, noted[(best + 1)..]);
        Assert.Equal((losses[best - 1], stale), (epochs.Lowest, epochs.Stale));
        epochs.PutBack();
        Assert.Equal(taken[best], Values(network));
        Assert.Equal(best, network.Weights(1).LearningRateScale);
    }

    [Fact]
    public void Nothing_is_put_back_before_there_is_a_best()
    {
        using Network<double> network = Network();
        BestEpoch<double> epochs = new(network);
        Assert.Equal(double.PositiveInfinity, epochs.Lowest);
        Assert.False(epochs.Note(double.NaN));
        Mark(network, 7);
        double[] before = Values(network);
        epochs.PutBack();
        Assert.Equal(before, Values(network));
    }

    private static Network<double> Network() => new(Spec, new FeedbackAlignment(), Initializer.GlorotUniform, 1);

    /// <summary>Weights, biases, gains, running statistics, side tensors.</summary>
    private static double[] Values(Network<double> network)
    {
        Assert.Equal(5, network.Parameters.Select(p => p.Role).Where(r => r != ParameterRole.RunningStatistic).Distinct().Count());
        return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
    }

    private static void Mark(Network<double> network, int epoch)
    {
        foreach (Parameter<double> parameter in network.Parameters)
        {
            parameter.Values.Fill(epoch + (0.1 * parameter.Layer));
            parameter.LearningRateScale = epoch;
        }
    }
}
