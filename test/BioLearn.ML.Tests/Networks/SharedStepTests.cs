using BioLearn.Kernels.Random;
using BioLearn.Kernels.Threading;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Networks;

/// <summary>The team of threads and its costs are the process's.</summary>
[CollectionDefinition("Worker team", DisableParallelization = true)]
public class WorkerTeamGroup;

/// <summary>Steps whose rows, activations, products and updates several threads share, at costs of threads that make them do so.</summary>
[Collection("Worker team")]
public class SharedStepTests
{
    /// <summary>Everything is split; products of single layers are too small to be, but not those of several layers; nothing is split.</summary>
    private static readonly ThreadCosts Free = new(HandOver: 0, Wake: 0, MultiplyAdd: 1, Byte: 1), Dear = new(HandOver: 1500, Wake: 0, MultiplyAdd: 1, Byte: 1);

    public static TheoryData<LearningRule, OptimizerSettings> Steps()
    {
        var steps = new TheoryData<LearningRule, OptimizerSettings>();
        foreach (OptimizerSettings optimizer in (OptimizerSettings[])[OptimizerSettings.Sgd(0.05), OptimizerSettings.Adam(0.01), new(OptimizerKind.Momentum, 0.05)])
        {
            steps.Add(new FeedbackAlignment(), optimizer);
            // Its feedback weights learn as the weights do.
            steps.Add(new KolenPollack { WeightDecay = 1e-3 }, optimizer);
            steps.Add(new DirectFeedbackAlignment { LearnFeedback = true, FeedbackDecay = 1e-3 }, optimizer);
        }
        return steps;
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Shared_steps_have_the_bits_of_one_thread(LearningRule rule, OptimizerSettings optimizer)
    {
        int size = WorkerTeam.Size;
        ThreadCosts before = WorkSize.Costs;
        try
        {
            float[] alone = Weights(rule, optimizer, threads: 1);
            WorkerTeam.Size = Math.Max(4, size);
            foreach (ThreadCosts costs in (ThreadCosts[])[Free, Dear])
            {
                WorkSize.Costs = costs;
                Assert.Equal(alone, Weights(rule, optimizer, threads: 3));
            }
        }
        finally
        {
            (WorkSize.Costs, WorkerTeam.Size) = (before, size);
        }
    }

    private static float[] Weights(LearningRule rule, OptimizerSettings optimizer, int threads)
    {
        NetworkSpec spec = NetworkSpec.Perceptron(70, [20, 24, 30, 20, 16], 3, Activation.Tanh, OutputHead.SoftmaxCrossEntropy);
        using Network<float> network = new(spec, rule, Initializer.GlorotUniform, seed: 3);
        using NetworkTrainer<float> trainer = new(network, rule, optimizer, 16, threads);
        RandomStream stream = new(1, "rows");
        float[] features = new float[60 * 70];
        stream.FillNormal<float>(features, 0, 1);
        int[] classes = [.. Enumerable.Range(0, 60).Select(i => i % 3)];
        trainer.TrainEpoch(Samples<float>.OfClasses(features, classes));
        return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
    }
}
