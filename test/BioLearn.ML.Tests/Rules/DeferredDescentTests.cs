using System.Numerics;
using System.Runtime.InteropServices;
using BioLearn.Kernels.Random;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>
/// Plain descent on single samples waits for the next forward pass. Whoever looks at the weights in between makes it at once, so a run that
/// looks after every step and one that never does must agree in every bit.
/// </summary>
public class DeferredDescentTests
{
    private const int Features = 7, Classes = 3;

    public static TheoryData<LearningRule> Rules() =>
    [
        new Backpropagation(), new FeedbackAlignment(), new DirectFeedbackAlignment { LearnFeedback = true, FeedbackDecay = 1e-3 }, new SignSymmetry(),
        new KolenPollack { WeightDecay = 1e-2 }, new WeightMirror(), new NodePerturbation(), new WeightPerturbation(), new TargetPropagation(), new ForwardForward(), new Pepita(),
        new BurstDependentPlasticity { LearnFeedback = true }, new EquilibriumPropagation(), new ContrastiveHebbian(),
        new PredictiveCoding { InferenceSteps = 5 }, new PredictiveCoding { InferenceSteps = 5, FuseSmallNetworks = false },
        new PredictiveCoding { InferenceSteps = 5, WeightUpdates = WeightUpdateSchedule.Every },
    ];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Weights_have_the_same_bits_whether_anybody_looks_or_not(LearningRule rule)
    {
        Compare<float>(rule, OptimizerSettings.Sgd(0.02), Run);
        Compare<double>(rule, OptimizerSettings.Sgd(0.02), Run);

        static void Run<T>(NetworkTrainer<T> trainer, Network<T> network, Samples<T> samples, Action look)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            for (int i = 0; i < 25; i++)
            {
                trainer.Step(samples, [i]);
                look();
            }
        }
    }

    [Fact]
    public void Whatever_comes_between_single_samples_sees_the_weights_after_them()
    {
        Compare<float>(new Backpropagation(), OptimizerSettings.Sgd(0.05), Run);
        Compare<double>(new KolenPollack { WeightDecay = 1e-2 }, OptimizerSettings.Sgd(0.05), Run);
        Compare<float>(new Backpropagation(), OptimizerSettings.Sgd(0.05) with { WeightDecay = 1e-2 }, Run);

        static void Run<T>(NetworkTrainer<T> trainer, Network<T> network, Samples<T> samples, Action look)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            void Single(int row)
            {
                trainer.Step(samples, [row]);
                look();
            }

            Single(0);
            Single(1);
            trainer.Step(samples, [2, 3, 4]);
            Single(5);
            trainer.Evaluate(samples);
            Single(6);
            trainer.LearningRateFactor *= 0.5;
            Single(7);
            network.Weights(1).LearningRateScale = 0.1;
            network.Weights(2).Decay = 0.25;
            Single(8);
            network.Weights(2).Decay = 0;
            Single(9);
            network.Weights(1).Values[3] = T.CreateChecked(0.75);
            Single(10);
            network.Weights(2).LearningRateScale = 0;
            Single(11);
            trainer.StepEnded += Look;
            trainer.TrainEpoch(samples);
            trainer.StepEnded -= Look;
            Single(12);
            Single(13);

            void Look(NetworkTrainer<T> at) => look();
        }
    }

    /// <summary>Momentum of 0 is plain descent that keeps its gradients.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public void Single_samples_move_parameters_as_descent_along_gradients(LearningRule rule)
    {
        double[] deferred = Weights(OptimizerSettings.Sgd(0.02)), separate = Weights(new OptimizerSettings(OptimizerKind.Momentum, 0.02) { Momentum = 0 });
        Assert.Equal(separate.Length, deferred.Length);
        for (int i = 0; i < deferred.Length; i++)
            Assert.Equal(separate[i], deferred[i], 1e-12);

        double[] Weights(OptimizerSettings optimizer)
        {
            using Network<double> network = new(Spec(rule), rule, Initializer.GlorotUniform, 5);
            using NetworkTrainer<double> trainer = new(network, rule, optimizer, 1);
            trainer.TrainEpoch(Cloud<double>(20));
            return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
        }
    }

    [Fact]
    public void A_side_tensor_that_learns_like_the_weights_waits_too()
    {
        KolenPollack rule = new() { WeightDecay = 0 };
        using Network<double> network = new(Spec(rule), rule, Initializer.GlorotUniform, 3);
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Sgd(0.05), 1);
        double[] before = Difference();
        trainer.Step(Cloud<double>(5), [2]);
        Assert.True(network.Side("K", 2).IsBehind);
        double[] after = Difference();
        for (int i = 0; i < before.Length; i++)
            Assert.Equal(before[i], after[i], 1e-15);

        double[] Difference() => [.. network.Weights(2).Values.ToArray().Zip(network.Side("K", 2).Values.ToArray(), (w, k) => w - k)];
    }

    [Fact]
    public void Only_single_samples_of_plain_descent_wait()
    {
        using Network<float> network = new(Spec(new Backpropagation()), new Backpropagation(), Initializer.GlorotUniform, 3);
        Samples<float> samples = Cloud<float>(30);
        using (NetworkTrainer<float> trainer = new(network, new Backpropagation(), OptimizerSettings.Sgd(0.05), 4))
        {
            trainer.Step(samples, [0]);
            Assert.All(Enumerable.Range(1, 3), l => Assert.True(network.Weights(l).IsBehind));
            trainer.Step(samples, [0, 1, 2]);
            Assert.DoesNotContain(network.Parameters, p => p.IsBehind);
            trainer.Step(samples, [0]);
        }
        Assert.DoesNotContain(network.Parameters, p => p.IsBehind);
        using (NetworkTrainer<float> trainer = new(network, new Backpropagation(), OptimizerSettings.Adam(0.05), 1))
        {
            trainer.Step(samples, [0]);
            Assert.DoesNotContain(network.Parameters, p => p.IsBehind);
        }
    }

    [Fact]
    public void An_epoch_ends_with_all_steps_made()
    {
        Backpropagation rule = new();
        using Network<float> network = new(Spec(rule), rule, Initializer.GlorotUniform, 3);
        using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Sgd(0.05), 1) { StepsPerEpoch = 9 };
        bool waited = false;
        trainer.StepEnded += _ => waited |= network.Weights(1).IsBehind;
        trainer.TrainEpoch(Cloud<float>(30));
        Assert.True(waited);
        Assert.DoesNotContain(network.Parameters, p => p.IsBehind);
    }

    [Fact]
    public void A_diverging_run_of_single_samples_puts_the_last_good_weights_back()
    {
        Backpropagation rule = new();
        NetworkSpec spec = NetworkSpec.Perceptron(Features, [9], Classes, Activation.ReLU, OutputHead.LinearSquaredError);
        using Network<float> network = new(spec, rule, Initializer.GlorotUniform, 1);
        float[] before = network.Weights(1).Values.ToArray();
        using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Sgd(1e6), 1);
        Assert.Throws<DivergenceException>(() => trainer.TrainEpoch(Cloud<float>(200)));
        Assert.Equal(before, network.Weights(1).Values.ToArray());
    }

    [Fact]
    public void Diagnostics_of_every_step_change_no_bit()
    {
        float[] without = Weights(null), with = Weights(new LearningDiagnostics { Every = 1, ProbeRows = 1 });
        Assert.Equal(without, with);

        static float[] Weights(LearningDiagnostics? diagnostics)
        {
            FeedbackAlignment rule = new();
            Samples<float> samples = Cloud<float>(30);
            using Network<float> network = new(Spec(rule), rule, Initializer.GlorotUniform, 3);
            using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Sgd(0.05), 1);
            using IDisposable? probe = diagnostics?.Attach(trainer, samples);
            trainer.TrainEpoch(samples);
            return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
        }
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        Assert.Equal(Weights(1), Weights(3));

        static float[] Weights(int threads)
        {
            Backpropagation rule = new();
            NetworkSpec spec = NetworkSpec.Perceptron(Features, [700, 701], Classes, Activation.Tanh, OutputHead.SoftmaxCrossEntropy);
            using Network<float> network = new(spec, rule, Initializer.GlorotUniform, 3);
            using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Sgd(0.05), 1, threads);
            trainer.TrainEpoch(Cloud<float>(10));
            return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
        }
    }

    [Fact]
    public void Steps_on_single_samples_allocate_nothing()
    {
        Backpropagation rule = new();
        using Network<float> network = new(Spec(rule), rule, Initializer.GlorotUniform, 1);
        using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Sgd(0.01), 1);
        Samples<float> samples = Cloud<float>(60);
        trainer.TrainEpoch(samples);
        int[] row = [3];
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 50; i++)
                trainer.Step(samples, row);
        }));
    }

    private delegate void Course<T>(NetworkTrainer<T> trainer, Network<T> network, Samples<T> samples, Action look)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The same course for two networks; one's weights are looked at wherever the course says so.</summary>
    private static void Compare<T>(LearningRule rule, OptimizerSettings optimizer, Course<T> course)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        byte[] unseen = Weights(look: false);
        Assert.Equal(Weights(look: true), unseen);

        byte[] Weights(bool look)
        {
            using Network<T> network = new(Spec(rule), rule, Initializer.GlorotUniform, 3);
            using NetworkTrainer<T> trainer = new(network, rule, optimizer, 3);
            course(trainer, network, Cloud<T>(40), () =>
            {
                for (int l = 1; look && l <= network.Depth; l++)
                    Assert.Equal(network.Weights(l).Rows * network.Weights(l).Columns, network.Weights(l).Values.Length);
            });
            return [.. network.Parameters.SelectMany(p => MemoryMarshal.AsBytes(p.Values).ToArray())];
        }
    }

    private static NetworkSpec Spec(LearningRule rule) =>
        NetworkSpec.Perceptron(Features, [13, 18], Classes, rule.PreferredActivation ?? Activation.Tanh, rule.PreferredHead ?? OutputHead.SoftmaxCrossEntropy);

    private static Samples<T> Cloud<T>(int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] features = new T[count * Features];
        new RandomStream(5, "cloud").FillNormal(features, T.Zero, T.One);
        return Samples<T>.OfClasses(features, Enumerable.Range(0, count).Select(i => i % Classes).ToArray());
    }
}
