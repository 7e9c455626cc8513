using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Networks;

/// <summary>A trainer's state, written and read between two steps.</summary>
public class TrainerStateTests
{
    public static TheoryData<OptimizerKind, int> Optimizers() => new() { { OptimizerKind.Sgd, 6 }, { OptimizerKind.Sgd, 1 }, { OptimizerKind.Adam, 6 }, { OptimizerKind.Momentum, 6 } };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Trainer_that_reads_a_state_goes_on_to_the_same_bits(OptimizerKind kind, int batch)
    {
        NodePerturbation rule = new(); // its noise follows the number of the step
        OptimizerSettings optimizer = new(kind, 0.01);
        Samples<float> samples = Rows();
        using Network<float> whole = Make(rule, 1), first = Make(rule, 1), second = Make(rule, 1);
        using NetworkTrainer<float> undisturbed = new(whole, rule, optimizer, batch), stopped = new(first, rule, optimizer, batch), further = new(second, rule, optimizer, batch);
        undisturbed.LearningRateFactor = stopped.LearningRateFactor = 0.5;
        undisturbed.TrainEpoch(samples);
        undisturbed.TrainEpoch(samples);
        stopped.TrainEpoch(samples);
        MemoryStream stream = new();
        stopped.SaveState(new BinaryWriter(stream));
        stream.Position = 0;
        further.LoadState(new BinaryReader(stream));
        further.TrainEpoch(samples);
        Assert.Equal(undisturbed.Steps, further.Steps);
        Assert.Equal(undisturbed.Epoch, further.Epoch);
        foreach ((Parameter<float> want, Parameter<float> got) in whole.Parameters.Zip(second.Parameters))
            Assert.Equal(want.Values.ToArray(), got.Values.ToArray());
    }

    [Fact]
    public void State_of_another_network_is_refused()
    {
        Backpropagation rule = new();
        using Network<float> one = Make(rule, 1), other = new(NetworkSpec.Perceptron(4, [8], 2, Activation.Tanh, OutputHead.LinearSquaredError), rule, Initializer.GlorotUniform, 1);
        using NetworkTrainer<float> from = new(one, rule, OptimizerSettings.Sgd(0.1), 4), to = new(other, rule, OptimizerSettings.Sgd(0.1), 4);
        MemoryStream stream = new();
        from.SaveState(new BinaryWriter(stream));
        stream.Position = 0;
        Assert.Contains("W/1", Assert.Throws<InvalidDataException>(() => to.LoadState(new BinaryReader(stream))).Message);
    }

    private static Network<float> Make(LearningRule rule, long seed) =>
        new(NetworkSpec.Perceptron(4, [6, 5], 2, Activation.Tanh, OutputHead.LinearSquaredError), rule, Initializer.GlorotUniform, seed);

    private static Samples<float> Rows()
    {
        float[] inputs = new float[20 * 4], targets = new float[20 * 2];
        new RandomStream(1, "inputs").FillNormal<float>(inputs, 0, 1);
        new RandomStream(1, "targets").FillNormal<float>(targets, 0, 1);
        return Samples<float>.OfTargets(inputs, targets, 20);
    }
}
