using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Rules;
using BioLearn.Benchmarks.Torch;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;

namespace BioLearn.Benchmarks.Instructed;

/// <summary>Training steps as the original configures them (Adam, its batch sizes), on random rows in which nothing is zero.</summary>
internal sealed class InstructedBenchmark : IBenchmark
{
    private const int Classes = 10, Tasks = 2;

    public void Run(SideBySide bench)
    {
        Unguided(bench, "counter-hebb-shared", TopDownWeights.Shared);
        Unguided(bench, "counter-hebb-separate", TopDownWeights.Separate);
        Guided(bench);
        Scoring(bench);
    }

    private static void Unguided(SideBySide bench, string rule, TopDownWeights relation)
    {
        const int features = 784, hidden = 500, batch = 20;
        string name = $"instructed/{rule}", size = $"{features}-{hidden}-{Classes} B={batch} Adam";
        if (!bench.Selects(name, size))
            return;
        CounterHebb learning = new() { TopDown = relation };
        NetworkSpec spec = NetworkSpec.Perceptron(features, [hidden], Classes, Activation.ReLU, OutputHead.SoftmaxCrossEntropy);
        RuleRows rows = RuleRows.Uniform();
        Samples<float> samples = Samples<float>.OfClasses(rows.Features, rows.Classes);
        using OurRule ours = new(spec, learning, samples, batch, OptimizerSettings.Adam(1e-4), bench.Threads);
        if (!TorchPeer.IsAvailable)
        {
            bench.Compare(name, size, new("BioLearn", ours.Step), []);
            return;
        }
        // Each with tensors of its own: automatic differentiation leaves gradients in a layout that the other would pay for.
        using TorchCounterHebb torch = Peer(), differentiated = Peer();
        bench.Compare(name, size, new("BioLearn", ours.Step), relation == TopDownWeights.Shared ? [new("autograd", differentiated.Autograd), new("written out", torch.WrittenOut)] : [new("written out", torch.WrittenOut)]);

        TorchCounterHebb Peer() => new(features, hidden, Classes, batch, rows.Features, rows.Classes, separate: relation == TopDownWeights.Separate);
    }

    private static void Guided(SideBySide bench)
    {
        const int batch = 64, side = 28;
        string name = "instructed/simple-net-guided", size = $"1x{side}x{side} B={batch} Adam";
        if (!bench.Selects(name, size))
            return;
        CounterHebb rule = new() { InstructionWidth = Tasks, TaskEmbedding = [50] };
        NetworkSpec spec = InstructedNetworks.Simple(new TensorShape(1, side, side), new Dense(Classes), OutputHead.SoftmaxCrossEntropy);
        using Network<float> network = new(spec, rule, Initializer.UniformByFanIn, 1, Initializer.UniformByFanIn);
        Random random = new(1);
        float[] x = [.. Enumerable.Range(0, batch * side * side).Select(_ => (float)random.NextDouble())];
        int[] labels = [.. Enumerable.Range(0, batch).Select(_ => random.Next(Classes))], tasks = [.. Enumerable.Range(0, batch).Select(_ => random.Next(Tasks))];
        float[] targets = OneHot(labels, Classes), asked = OneHot(tasks, Tasks);
        if (TorchPeer.IsAvailable)
        {
            using TorchGuidedNetwork torch = new(network, x, labels, tasks);
            MustAgree(network, rule, torch, x, asked, batch);
            using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Adam(5e-4), batch, bench.Threads);
            bench.Compare(name, size, new("BioLearn", () => trainer.Step(x, targets, default, asked)), [new("autograd", torch.Step)]);
        }
        else
        {
            using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Adam(5e-4), batch, bench.Threads);
            bench.Compare(name, size, new("BioLearn", () => trainer.Step(x, targets, default, asked)), []);
        }
    }

    /// <summary>What an instruction saves when rows are scored: the same network with its gates from the cache, and without instruction.</summary>
    private static void Scoring(SideBySide bench)
    {
        const int features = 784;
        foreach (int batch in new[] { 1, 64, 256 })
        {
            string name = "instructed/scoring", size = $"{features}-2000-2000-{Classes} B={batch}";
            if (!bench.Selects(name, size))
                continue;
            CounterHebb rule = new() { InstructionWidth = Tasks };
            NetworkSpec spec = InstructedNetworks.FullyConnected(new TensorShape(features), [2000, 2000], new Dense(Classes), OutputHead.SoftmaxCrossEntropy);
            using Network<float> network = new(spec, rule, Initializer.UniformByFanIn, 1, Initializer.UniformByFanIn);
            Random random = new(1);
            float[] x = [.. Enumerable.Range(0, batch * features).Select(_ => (float)random.NextDouble())];
            float[] asked = OneHot([.. Enumerable.Range(0, batch).Select(i => i % Tasks)], Tasks);
            using NetworkTrainer<float> guided = new(network, rule, OptimizerSettings.Sgd(0.1), batch, bench.Threads), free = new(network, rule, OptimizerSettings.Sgd(0.1), batch, bench.Threads);
            SubNetworks parts = SubNetworks.OfTasks(network, rule, Tasks);
            Report.Line($"{name} {size}: open {string.Join(", ", Enumerable.Range(0, parts.Layers.Count).SelectMany(l => Enumerable.Range(0, Tasks).Select(t => $"{parts.Open(l, t):0.00}")))}");
            bench.Compare(name, size, new("gates from the cache", () => guided.Predict(x, asked)), [new("ungated", () => free.Predict(x))]);
        }
    }

    private static void MustAgree(Network<float> network, CounterHebb rule, TorchGuidedNetwork torch, float[] x, float[] asked, int batch)
    {
        using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Sgd(0.1), batch);
        trainer.Predict(x, asked);
        float[] ours = trainer.Context.Clean.PreActivation(network.Depth).Span.ToArray(), theirs = torch.Outputs();
        double worst = ours.Zip(theirs, (a, b) => Math.Abs(a - b)).Max();
        if (!(worst < 1e-4))
            throw new InvalidOperationException($"the guided network's outputs differ by {worst:G3}");
    }

    private static float[] OneHot(int[] numbers, int count)
    {
        float[] vectors = new float[numbers.Length * count];
        for (int i = 0; i < numbers.Length; i++)
            vectors[(i * count) + numbers[i]] = 1;
        return vectors;
    }
}
