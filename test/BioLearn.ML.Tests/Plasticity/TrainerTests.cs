using BioLearn.ML.Plasticity;

namespace BioLearn.ML.Tests.Plasticity;

public class TrainerTests
{
    private static readonly PlasticTrainerOptions Small = new()
    {
        Task = new() { PatternSize = 8, Patterns = 2 },
        Updates = 40,
        Seed = 7,
    };

    [Fact]
    public void Training_stopped_saved_and_resumed_gives_the_same_bits_as_one_run()
    {
        foreach (var options in new[] { Small, Small with { Network = new() { LearnRate = true, Rule = PlasticityRule.Oja }, Optimizer = new(), BatchSize = 3 } })
        {
            var whole = new PlasticRecurrentTrainer<float>(options);
            whole.Train();
            var first = new PlasticRecurrentTrainer<float>(options);
            for (int i = 0; i < 17; i++)
                first.Update();
            string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "half.blpn");
            first.Save(path);
            var second = PlasticRecurrentTrainer<float>.Resume(path);
            Assert.Equal(17, second.UpdatesDone);
            second.Train();
            AssertSameBits(whole, second);
            Assert.Equal(whole.History.AbsoluteErrors.ToArray(), second.History.AbsoluteErrors.ToArray());
            Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
        }
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        var options = Small with { BatchSize = 11, Updates = 10 };
        var one = new PlasticRecurrentTrainer<float>(options);
        var three = new PlasticRecurrentTrainer<float>(options with { Threads = 3 });
        one.Train();
        three.Train();
        AssertSameBits(one, three);
    }

    [Fact]
    public void Engines_train_alike()
    {
        var backward = new PlasticRecurrentTrainer<double>(Small);
        var forward = new PlasticRecurrentTrainer<double>(Small with { Engine = GradientEngine.RealTimeRecurrentLearning });
        backward.Train();
        forward.Train();
        Near.Equal<double>(backward.Network.Weights.ToDense(), forward.Network.Weights.ToDense(), 1e-10, 0, "w");
        Near.Equal<double>(backward.Network.Alpha.ToDense(), forward.Network.Alpha.ToDense(), 1e-10, 0, "alpha");
    }

    [Theory]
    [InlineData(TraceStorage.Stored)]
    [InlineData(TraceStorage.Checkpointed)]
    [InlineData(TraceStorage.Rebuilt)]
    public void Trace_storage_changes_gradients_by_rounding_only(TraceStorage storage)
    {
        foreach (var rule in Enum.GetValues<PlasticityRule>())
        {
            var options = Small with { Network = new() { LearnRate = true, Rule = rule }, Updates = 1 };
            var reference = new PlasticRecurrentTrainer<double>(options with { TraceStorage = TraceStorage.Stored });
            var other = new PlasticRecurrentTrainer<double>(options with { TraceStorage = storage });
            reference.Train();
            other.Train();
            foreach (var (expected, actual) in reference.Network.Parameters.Zip(other.Network.Parameters))
                Near.Gradient<double>(expected.GradientToDense(), actual.GradientToDense(), $"{rule} {storage} {expected.Name}");
        }
    }

    [Fact]
    public void An_update_allocates_no_managed_memory()
    {
        var trainer = new PlasticRecurrentTrainer<float>(Small with { BatchSize = 2 });
        for (int i = 0; i < 5; i++)
            trainer.Update();
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 20; i++)
                trainer.Update();
        }));
    }

    [Fact]
    public void Cancellation_stops_between_updates_and_training_can_go_on()
    {
        var trainer = new PlasticRecurrentTrainer<float>(Small);
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => trainer.Train(new Callback(p =>
        {
            if (p.Update == 9)
                source.Cancel();
        }), source.Token));
        Assert.Equal(9, trainer.UpdatesDone);
        trainer.Train();
        var whole = new PlasticRecurrentTrainer<float>(Small);
        whole.Train();
        AssertSameBits(whole, trainer);
    }

    [Fact]
    public void Without_plasticity_alpha_stays_zero()
    {
        var trainer = new PlasticRecurrentTrainer<float>(Small with { Plastic = false });
        trainer.Train();
        Assert.All(trainer.Network.Alpha.ToDense(), a => Assert.Equal(0, a));
    }

    [Fact]
    public void A_trained_network_learns_the_small_task()
    {
        var trainer = new PlasticRecurrentTrainer<float>(Small with { Updates = 3000 });
        trainer.Train();
        double early = Mean(trainer.History.AbsoluteErrors[..300]), late = Mean(trainer.History.AbsoluteErrors[^300..]);
        Assert.True(late < .25 * early, $"error {early} at first, {late} in the end");
    }

    [Fact]
    public void Bad_options_name_the_option_and_what_was_expected()
    {
        AssertRefused("PatternSize", Small with { Task = new() { PatternSize = 6 } });
        AssertRefused("Patterns", Small with { Task = new() { Patterns = 4 } });
        AssertRefused("Rate", Small with { Network = new() { Rate = 1.5 } });
        AssertRefused("LearningRate", Small with { Optimizer = new() { LearningRate = 0 } });
        AssertRefused("Updates", Small with { Updates = 0 });
        AssertRefused("Engine", Small with { Task = new() { PatternSize = 100 }, Engine = GradientEngine.RealTimeRecurrentLearning });
    }

    private static void AssertRefused(string option, PlasticTrainerOptions options)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => new PlasticRecurrentTrainer<float>(options));
        Assert.Contains(option, error.Message, StringComparison.Ordinal);
    }

    private static double Mean(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += value;
        return sum / values.Length;
    }

    private static void AssertSameBits(PlasticRecurrentTrainer<float> expected, PlasticRecurrentTrainer<float> actual)
    {
        foreach (var (left, right) in expected.Network.Parameters.Zip(actual.Network.Parameters))
            Assert.Equal(left.ToDense(), right.ToDense());
    }

    private sealed class Callback(Action<PlasticTrainingProgress> action) : IProgress<PlasticTrainingProgress>
    {
        public void Report(PlasticTrainingProgress value) => action(value);
    }
}
