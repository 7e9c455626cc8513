using System.Numerics;
using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Torch;
using BioLearn.Kernels.Random;
using BioLearn.ML.Plasticity;
using BioLearn.ML.Plasticity.Recurrent;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.Benchmarks.Plastic;

/// <summary>
/// One episode of the associative memory task, forwards and backwards, without the optimizer's step: exact backpropagation through
/// the Hebbian trace beside TorchSharp's autograd. "Saturating" is the task as published, whose presentations saturate every neuron,
/// so that our engine may skip steps exactly; "unsaturated" is the same task at a strength that saturates none, where nothing is skipped.
/// </summary>
internal sealed class EpisodeBenchmark : IBenchmark
{
    public void Run(SideBySide bench)
    {
        AssociativeMemoryTask small = AssociativeMemoryTask.Binary1000 with { PatternSize = 100 };
        Episode<float>(bench, "plastic/episode-saturating-float", AssociativeMemoryTask.Binary1000);
        Episode<float>(bench, "plastic/episode-unsaturated-float", Unsaturated(AssociativeMemoryTask.Binary1000));
        Episode<float>(bench, "plastic/episode-saturating-float", small);
        Episode<float>(bench, "plastic/episode-unsaturated-float", Unsaturated(small));
        Episode<double>(bench, "plastic/episode-saturating-double", AssociativeMemoryTask.Orthogonal28);
        Episode<float>(bench, "plastic/episode-saturating-float", AssociativeMemoryTask.Orthogonal28);
        ForwardMode(bench, AssociativeMemoryTask.Orthogonal28);
    }

    /// <summary>The rule's original form, forward-mode recursion, as our own engine runs it, beside backpropagation: both exact, O(N⁴) and O(N²) a step.</summary>
    private static void ForwardMode(SideBySide bench, AssociativeMemoryTask task)
    {
        const string name = "plastic/episode-against-rtrl";
        string size = $"N={task.Neurons} T={task.Steps}";
        if (!bench.Selects(name, size))
            return;
        PlasticRecurrentNetwork<double> network = Network<double>(task.Neurons);
        var drawn = new AssociativeMemoryEpisode<double>(task);
        drawn.Draw(new RandomStream(1, "episode"));
        var backwards = new EpisodeLearner<double>(network, task, GradientEngine.BackpropagationThroughTime, TraceStorage.Automatic, direct: true);
        var forwards = new EpisodeLearner<double>(network, task, GradientEngine.RealTimeRecurrentLearning, TraceStorage.Automatic, direct: true);
        bench.Compare(name, size, new("exact BPTT", () => Learn(backwards)), [new("our RTRL, O(N⁴)", () => Learn(forwards))]);

        void Learn(EpisodeLearner<double> learner)
        {
            network.ClearGradients();
            learner.Learn(drawn, 1);
        }
    }

    private static AssociativeMemoryTask Unsaturated(AssociativeMemoryTask task) => task with { PatternStrength = 0.5, BiasStrength = 0.5 };

    private static void Episode<T>(SideBySide bench, string name, AssociativeMemoryTask task)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string size = $"N={task.Neurons} T={task.Steps}";
        if (!bench.Selects(name, size))
            return;
        PlasticRecurrentNetwork<T> network = Network<T>(task.Neurons);
        var drawn = new AssociativeMemoryEpisode<T>(task);
        drawn.Draw(new RandomStream(1, "episode"));
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var learner = new EpisodeLearner<T>(network, task, GradientEngine.BackpropagationThroughTime, TraceStorage.Automatic, direct: true);
        Learn();
        Report.Line($"{name} {size}: our engine holds {(GC.GetTotalAllocatedBytes(precise: true) - before) / 1e6:F1} MB beside W, α and their gradients");

        TorchEpisode? torch = TorchPeer.IsAvailable ? TorchEpisode.Create(network, task, drawn) : null;
        if (torch is not null)
        {
            torch.AsTuned();
            MustAgree(network, torch, name);
            Report.Line($"{name} {size}: TorchSharp's graph grew the process by {torch.GrowthOfProcess() / 1e6:F0} MB");
        }
        bench.Compare(name, size, new("exact BPTT", Learn), torch is null ? [] :
        [
            new("autograd as simple.py", torch.AsPublished),
            new("autograd addcmul mv addr", torch.AsTuned),
        ]);
        torch?.Dispose();

        void Learn()
        {
            network.ClearGradients();
            learner.Learn(drawn, 1);
        }
    }

    // Both sides must have computed the same gradient, or their times compare nothing.
    private static void MustAgree<T>(PlasticRecurrentNetwork<T> network, TorchEpisode torch, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] theirs = torch.WeightGradient();
        double[] ours = [.. network.Weights.GradientToDense().Select(double.CreateChecked)];
        double scale = theirs.Max(Math.Abs), worst = ours.Zip(theirs, (a, b) => Math.Abs(a - b)).Max();
        double allowed = typeof(T) == typeof(double) ? 1e-8 : 2e-3;
        if (!(worst <= allowed * scale))
            throw new InvalidOperationException($"{name}: the gradients of W differ by {worst:G3}, the largest is {scale:G3}");
    }

    private static PlasticRecurrentNetwork<T> Network<T>(int neurons)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var network = new PlasticRecurrentNetwork<T>(new PlasticNetworkOptions { Neurons = neurons, Rate = TorchEpisode.Eta });
        Fill(network.Weights, "w");
        Fill(network.Alpha, "alpha");
        network.Refresh();
        return network;
    }

    private static void Fill<T>(ParameterTensor<T> parameter, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var dense = new double[parameter.Rows * parameter.Columns];
        new RandomStream(1, name).FillNormal(dense, 0, .01);
        parameter.Set<double>(dense);
    }
}
