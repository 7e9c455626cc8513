using BioLearn.Experiments.Prospective.Supervised;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.Experiments.Tests.Prospective;

public class ConvolutionTrialTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Small_network_learns_by_either_rule(bool predictive)
    {
        TrialContext run = new("convolution", "0");
        Short(predictive, epochs: 4).Run(run);
        double[] errors = [.. run.Rows.Select(row => row.Values.Single(v => v.Key == "test-error").Value)];
        Assert.True(errors[^1] < .75, string.Join(' ', errors)); // chance is .9
    }

    [Fact]
    public void Updates_on_a_batch_are_repeated()
    {
        TrialContext once = new("convolution", "0"), twice = new("convolution", "0");
        Short(false, epochs: 1, updates: 1).Run(once);
        Short(false, epochs: 1, updates: 4).Run(twice);
        Assert.True(Loss(twice) < Loss(once), $"{Loss(twice)} after four updates a batch, {Loss(once)} after one");

        static double Loss(TrialContext run) => run.Rows[0].Values[0].Value;
    }

    [Fact]
    public void Checkpoint_goes_on_to_the_same_rows() => StoppedContext.Check(() => Short(true, epochs: 2), after: 0);

    [Fact]
    public void Rectified_outputs_pass_no_error_below_zero()
    {
        NetworkSpec spec = new(new TensorShape(1), [new Dense(2, Activation.Linear)], RectifiedSquaredError.Instance);
        using Network<double> network = new(spec, new Backpropagation(), Initializer.Zeros, 1);
        ((double[])[-1, 2]).CopyTo(network.Weights(1).Values);
        using NetworkTrainer<double> trainer = new(network, new Backpropagation(), OptimizerSettings.Sgd(.5), 1);
        Assert.Equal((0.5 * 1) + (0.5 * 1), trainer.Step([1], [1, 1]), 1e-12); // y = (0, 2)
        Assert.Equal([-1, 1.5], network.Weights(1).Values.ToArray());
    }

    [Fact]
    public void Too_many_pictures_are_refused_by_their_setting()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new ConvolutionTrial { Data = ProspectiveFixture.Pictures, TrainingPictures = 5000 }.Run(new("convolution", "0")));
        Assert.StartsWith("training-pictures", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Binary_files_of_CIFAR_are_read_plane_by_plane()
    {
        string folder = Directory.CreateTempSubdirectory("cifar").FullName;
        try
        {
            byte[] record = new byte[3073];
            record[0] = 7;
            (record[1], record[1 + 1024], record[3072]) = (255, 51, 102);
            File.WriteAllBytes(Path.Combine(folder, "data_batch_1.bin"), [.. record, .. new byte[3073]]);
            File.WriteAllBytes(Path.Combine(folder, "test_batch.bin"), record);
            DataSource source = DataSource.At("cifar-10", folder);
            Assert.Equal((2, 1, 3, 32, 32), (source.Training.Count, source.Test.Count, source.Shape.Channels, source.Shape.Height, source.Shape.Width));
            Assert.Equal([7, 0], source.Training.Labels.ToArray());
            ReadOnlySpan<float> pixels = source.Training.Features.Span;
            Assert.Equal((1f, .2f, .4f), (pixels[0], pixels[1024], pixels[3071]));
            File.WriteAllBytes(Path.Combine(folder, "data_batch_2.bin"), [1, 2, 3]);
            InvalidDataException damaged = Assert.Throws<InvalidDataException>(() => DataSource.At("cifar-10 damaged", folder).Training);
            Assert.Contains("data_batch_2.bin", damaged.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ConvolutionTrial Short(bool predictive, int epochs, int updates = 4) => new()
    {
        Data = ProspectiveFixture.Pictures,
        Rule = predictive ? new PredictiveCoding { InferenceSteps = 4, InferenceRate = .5, WeightUpdates = WeightUpdateSchedule.Every } : new Backpropagation(),
        LearningRate = .002,
        UpdatesPerBatch = predictive ? 1 : updates,
        Channels = [4, 8],
        Hidden = 24,
        BatchSize = 50,
        Epochs = epochs,
        TrainingPictures = 1000,
        TestPictures = 200,
    };
}
