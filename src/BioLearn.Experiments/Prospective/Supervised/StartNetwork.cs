using System.Collections.Concurrent;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.Experiments.Prospective.Supervised;

/// <summary>
/// The network from which concept drift starts: taught by backpropagation on all pictures, always from the same seed, so that it is the same in
/// every trial and on every machine. The published program loads a file; this makes its own.
/// </summary>
public sealed record StartNetwork
{
    private static readonly ConcurrentDictionary<(StartNetwork, string), Lazy<Taught>> Known = new();

    /// <summary>Matrices of weights, L; at least 1. Default: 3.</summary>
    public int Depth { get; init; } = 3;

    /// <summary>Units of each hidden layer; at least 1. Default: 32.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Rate of plain descent along gradients summed over the mini-batch; above 0. Default: 0.01.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Samples of a mini-batch; at least 1. Default: 60.</summary>
    public int BatchSize { get; init; } = 60;

    /// <summary>Epochs; at least 1. Default: 64.</summary>
    public int Epochs { get; init; } = 64;

    /// <summary>Whether one picture of each class is left out, as in the published program. Default: yes.</summary>
    public bool OmitLastOfClass { get; init; } = true;

    /// <summary>Name of the seed. Default: the published one.</summary>
    public string Seed { get; init; } = "1482555873";

    /// <summary>What the network is made of.</summary>
    internal NetworkSpec Spec(DataSource data) => MultilayerPerceptron.Of(data.Training.Width, Depth, Width, data.Training.Classes, Activation.Sigmoid);

    /// <summary>Teaches the network, once a process for the same settings and pictures.</summary>
    internal Taught Teach(DataSource data, CancellationToken cancellation)
    {
        Lazy<Taught> taught = Known.GetOrAdd((this, data.Checksum), _ => new(() => TeachAnew(data, cancellation)));
        try
        {
            return taught.Value;
        }
        catch (OperationCanceledException)
        {
            Known.TryRemove(new((this, data.Checksum), taught)); // it would be thrown to the next one, too
            throw;
        }
    }

    private Taught TeachAnew(DataSource data, CancellationToken cancellation)
    {
        TrialContext context = new("concept drift, start network", Seed, cancellation);
        LabelledRows training = data.Training, test = data.Test;
        int[] chosen = ClassSubset.PerClass(training.Labels.Span, 0, context.Stream("training pictures"), OmitLastOfClass);
        test = test.Take(ClassSubset.PerClass(test.Labels.Span, 0, context.Stream("test pictures"), OmitLastOfClass));
        Samples<float> samples = Samples<float>.OfTargets(training.Features, ClassTargets.Of<float>(training.Labels.Span, training.Classes, -1), training.Count);
        using Classifier network = new(Spec(data), new Backpropagation(), Initializer.GlorotUniform, LearningRate, BatchSize, context.Seed);
        for (int epoch = 0; epoch < Epochs; epoch++)
            network.LearnEpoch(samples, chosen, BatchSize, 0, context.Stream($"order/{epoch}"), cancellation);
        return new(network.Network, network.Error(test, BatchSize));
    }

    /// <summary>The weights that were learned, and the error that they leave.</summary>
    internal sealed class Taught
    {
        private readonly float[][] _weights;

        public Taught(Network<float> network, double error)
        {
            _weights = [.. Enumerable.Range(1, network.Depth).Select(l => network.Weights(l).Values.ToArray())];
            Error = error;
        }

        /// <summary>On all test pictures.</summary>
        public double Error { get; }

        public void CopyTo(Network<float> network)
        {
            for (int l = 1; l <= network.Depth; l++)
                _weights[l - 1].CopyTo(network.Weights(l).Values);
        }
    }
}
