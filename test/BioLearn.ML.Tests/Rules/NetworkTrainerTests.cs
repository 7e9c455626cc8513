using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

public class NetworkTrainerTests
{
    private static readonly NetworkSpec Spec = NetworkSpec.Perceptron(4, [16, 12], 3, Activation.Tanh, OutputHead.SoftmaxCrossEntropy);

    public static TheoryData<LearningRule> AllRules() =>
    [
        new Backpropagation(), new FeedbackAlignment(), new DirectFeedbackAlignment(), new SignSymmetry(),
        new KolenPollack(), new WeightMirror(), new NodePerturbation(),
        new TargetPropagation(), new TargetPropagation { Targets = TargetKind.DifferenceBelowPenultimate, InverseLoss = InverseLoss.Reconstruction },
        new TargetPropagation { InverseLoss = InverseLoss.DifferenceReconstruction }, new DirectDifferenceTargetPropagation(),
        new ForwardForward(), new ForwardForward { Goodness = Goodness.MeanOfSquares }, new Pepita(), new BurstDependentPlasticity(),
    ];

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Rule_on_three_blobs_learns_them(LearningRule rule)
    {
        Samples<float> blobs = Blobs(600, seed: 3);
        NetworkSpec spec = NetworkSpec.Perceptron(4, [16, 12], 3, rule.PreferredActivation ?? Activation.Tanh, rule.PreferredHead ?? OutputHead.SoftmaxCrossEntropy);
        using Network<float> network = new(spec, rule, Initializer.GlorotUniform, seed: 5);
        // PEPITA's changes between the passes are small; Adam would blow them up to full steps. Its authors use momentum.
        OptimizerSettings optimizer = rule is Pepita ? new(OptimizerKind.Momentum, 0.05) : OptimizerSettings.Adam(0.01);
        using NetworkTrainer<float> trainer = new(network, rule, optimizer, batchSize: 20);
        for (int epoch = 0; epoch < 12; epoch++)
            trainer.TrainEpoch(blobs);
        double accuracy = trainer.Evaluate(Blobs(300, seed: 4)).Accuracy;
        Assert.True(accuracy > 0.9, $"{rule.Name}: accuracy {accuracy}");
    }

    [Fact]
    public void Same_seed_gives_same_weights_for_any_number_of_threads()
    {
        float[] first = Weights(seed: 7, threads: 1);
        Assert.Equal(first, Weights(seed: 7, threads: 3));
        Assert.NotEqual(first, Weights(seed: 8, threads: 1));

        static float[] Weights(long seed, int threads)
        {
            FeedbackAlignment rule = new();
            using Network<float> network = new(Spec, rule, Initializer.GlorotUniform, seed);
            using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Adam(0.01), 32, threads);
            trainer.TrainEpoch(Blobs(200, 1));
            return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
        }
    }

    [Fact]
    public void Diverging_run_names_layer_and_step_and_keeps_the_last_good_parameters()
    {
        Backpropagation rule = new();
        NetworkSpec spec = NetworkSpec.Perceptron(4, [8], 3, Activation.ReLU, OutputHead.LinearSquaredError);
        using Network<float> network = new(spec, rule, Initializer.GlorotUniform, 1);
        float[] before = network.Weights(1).Values.ToArray();
        using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Sgd(1e6), 20);
        DivergenceException e = Assert.Throws<DivergenceException>(() => trainer.TrainEpoch(Blobs(600, 1)));
        Assert.Contains($"layer {e.Layer}", e.Message, StringComparison.Ordinal);
        Assert.True(e.Step > 0);
        Assert.Equal(before, network.Weights(1).Values.ToArray());
    }

    public static TheoryData<LearningRule> RulesThatLearnLast() =>
    [
        new Backpropagation(), new KolenPollack { WeightDecay = 1e-3 }, new DirectFeedbackAlignment { LearnFeedback = true, FeedbackDecay = 1e-3 },
        new PredictiveCoding { InferenceSteps = 5 }, new EquilibriumPropagation(), new BurstDependentPlasticity { LearnFeedback = true },
    ];

    /// <summary>Momentum of 0 is plain descent that keeps its gradients.</summary>
    [Theory]
    [MemberData(nameof(RulesThatLearnLast))]
    public void Plain_descent_in_the_product_moves_parameters_as_descent_along_gradients(LearningRule rule)
    {
        float[] fused = Weights(OptimizerSettings.Sgd(0.02)), separate = Weights(new OptimizerSettings(OptimizerKind.Momentum, 0.02) { Momentum = 0 });
        Assert.Equal(separate.Length, fused.Length);
        for (int i = 0; i < fused.Length; i++)
            Assert.Equal(separate[i], fused[i], 1e-5f);

        float[] Weights(OptimizerSettings optimizer)
        {
            NetworkSpec spec = NetworkSpec.Perceptron(4, [16, 12], 3, rule.PreferredActivation ?? Activation.Tanh, rule.PreferredHead ?? OutputHead.SoftmaxCrossEntropy);
            using Network<float> network = new(spec, rule, Initializer.GlorotUniform, 5);
            using NetworkTrainer<float> trainer = new(network, rule, optimizer, 20);
            trainer.TrainEpoch(Blobs(90, 1));
            return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
        }
    }

    [Fact]
    public void Training_step_allocates_nothing()
    {
        KolenPollack rule = new();
        using Network<float> network = new(Spec, rule, Initializer.GlorotUniform, 1);
        using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Adam(0.01), 20);
        Samples<float> blobs = Blobs(600, 1);
        trainer.TrainEpoch(blobs);
        int[] rows = [.. Enumerable.Range(0, 20)];
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 20; i++)
                trainer.Step(blobs, rows);
        }));
    }

    [Fact]
    public void Signals_of_the_wrong_width_are_refused_with_the_layer_s_name()
    {
        NetworkSpec spec = NetworkSpec.Perceptron(4, [7], 3, Activation.Tanh, OutputHead.SoftmaxCrossEntropy);
        using RuleBench<double> bench = new(spec, new DirectFeedbackAlignment(), new double[8], new double[6], 2);
        LearningContext<double> step = bench.Step;
        step.Forward();
        step.OutputError();
        Action[] mistakes =
        [
            () => step.Gate(step.Clean, 1, step.Delta(2), step.Delta(1)),
            () => step.ProjectDirect(1, step.Weights(1), step.Delta(2)),
            () => step.Learn(1, step.Delta(2), step.Input),
            () => step.LearnLast(1, step.Delta(1), step.Clean.Activity(1), 1),
            () => step.Learn(1, (step.Delta(1), step.Input, 1), (step.Delta(1), step.Target, 1)),
        ];
        foreach (Action mistake in mistakes)
            Assert.Contains("layer 1", Assert.Throws<ArgumentException>(mistake).Message, StringComparison.Ordinal);
    }

    /// <summary>Three Gaussian clouds in four dimensions.</summary>
    internal static Samples<float> Blobs(int count, long seed)
    {
        float[] features = new float[count * 4];
        int[] classes = new int[count];
        new RandomStream(seed, "blobs").FillNormal<float>(features, 0, 0.5f);
        for (int i = 0; i < count; i++)
        {
            classes[i] = i % 3;
            features[(i * 4) + classes[i]] += 2;
        }
        return Samples<float>.OfClasses(features, classes);
    }
}
