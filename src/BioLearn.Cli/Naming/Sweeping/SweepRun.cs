using System.Numerics.Tensors;
using BioLearn.Cli.Naming.Pictures;
using BioLearn.Kernels.Random;
using BioLearn.ML.Naming;
using BioLearn.ML.Spiking;

namespace BioLearn.Cli.Naming.Sweeping;

/// <summary>Teaches and names with one combination of parameters after another, on potentials that are computed once for each pair of thresholds.</summary>
internal sealed class SweepRun(PictureSet set, SpikingNetwork network, long seed, int threads, Action<string> warn)
{
    private const int KeptPotentials = 2; // workers may be at the end of one pair of thresholds and at the beginning of the next

    private static readonly AsyncLocal<SweepRun?> OfThisCommand = new();

    private readonly List<((double, double) Thresholds, Dictionary<int, float[]> Values)> _potentials = [];
    private readonly int[] _training = [.. set.Training.SelectMany(places => places)];
    private readonly int[] _test = [.. set.Test.SelectMany(places => places)];

    /// <summary>What is measured, in the order of a trial's metrics.</summary>
    public static IReadOnlyList<string> Measures { get; } = ["train_weights", "train_potential", "test_weights", "test_potential", "test_normalized"];

    /// <summary>The sweep of the running command; threads that it starts have the same.</summary>
    public static SweepRun? Current
    {
        get => OfThisCommand.Value;
        set => OfThisCommand.Value = value;
    }

    /// <summary>The measures of a point.</summary>
    public double[] Measure(SweepPoint point, CancellationToken cancellation)
    {
        Dictionary<int, float[]> potentials = Potentials(point, cancellation);
        int steps = network.Options.TimeSteps;
        var coding = new ActiveNeurons(point["active-from"], (int)point["most-active"], (int)point["pool"]);
        NamingTrace Trace(int place) => new(coding, potentials[place], steps, network.Height, network.Width, network.Maps);
        var cells = Teach(point, Trace, cancellation);
        double? threshold = point["name-threshold"] < 0 ? null : point["name-threshold"];
        var (trainWeights, trainPotential, _) = Accuracies(cells, _training, Trace, threshold);
        var (testWeights, testPotential, testNormalized) = Accuracies(cells, _test, Trace, threshold);
        return [trainWeights, trainPotential, testWeights, testPotential, testNormalized];
    }

    /// <summary>Potentials of the last layer for all pictures, [steps][neurons], with the thresholds of a point; computed once for neighbouring trials.</summary>
    private Dictionary<int, float[]> Potentials(SweepPoint point, CancellationToken cancellation)
    {
        (double, double) key = (point["threshold-1"], point["threshold-2"]);
        lock (_potentials)
        {
            if (_potentials.FindIndex(one => one.Thresholds.Equals(key)) is >= 0 and var found)
                return _potentials[found].Values;
            Dictionary<int, float[]> values = Respond(point, cancellation);
            if (values.Values.All(one => one.AsSpan().IndexOfAnyExcept(0f) < 0))
                warn($"{(double.IsNaN(key.Item1) ? "the network" : $"thresholds {key.Item1} and {key.Item2}")}: no picture makes the last layer stir; all names are guesses");
            if (_potentials.Count == KeptPotentials)
                _potentials.RemoveAt(0);
            _potentials.Add((key, values));
            return values;
        }
    }

    private Dictionary<int, float[]> Respond(SweepPoint point, CancellationToken cancellation)
    {
        float[] thresholds = [.. network.Thresholds];
        if (!double.IsNaN(point["threshold-1"]))
            thresholds[0] = (float)point["threshold-1"];
        if (!double.IsNaN(point["threshold-2"]) && thresholds.Length > 1)
            thresholds[1] = (float)point["threshold-2"];
        int[] places = [.. _training.Concat(_test).Distinct()];
        var responses = network.WithThresholds(thresholds).Respond(
            [.. places.Select(place => set.Pictures[place].Picture)], new SpikingReadOut { KeepPotentials = true }, threads, cancellation);
        return places.Zip(responses, (place, response) => (place, response.Potentials)).ToDictionary();
    }

    private ConceptCells Teach(SweepPoint point, Func<int, NamingTrace> trace, CancellationToken cancellation)
    {
        var options = new OneShotNamingOptions
        {
            Rule = point["rule"] == 0 ? NamingRule.AsCoded : NamingRule.AsIntended,
            PotentiationRate = point["potentiation"],
            DepressionRate = point["depression"],
            NoveltyFactor = point["novelty"],
            NovelExampleCount = (int)point["novel-examples"],
            NumberOfIterations = (int)point["iterations"],
            InitialMean = point["initial-mean"],
            InitialDeviation = point["initial-deviation"],
        };
        var cells = new ConceptCells(network.Neurons);
        for (int name = 0; name < set.Names.Count; name++)
            cells.Add(seed, options.InitialMean, options.InitialDeviation);
        int shots = (int)point["shots"];
        List<int> shown = [];
        for (int name = 0; name < set.Names.Count; name++)
        {
            int[] pool = [.. set.Training[name]];
            new RandomStream(seed, $"examples/{set.Names[name]}").Shuffle<int>(pool);
            shown.AddRange(shots == 0 ? pool : pool[..Math.Min(shots, pool.Length)]);
        }

        NamingLesson.Teach(cells, options, [.. set.Pictures.Select(picture => picture.Name)], place => trace(place).Counts, Order);
        return cells;

        int[] Order(int pass)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] order = [.. shown];
            new RandomStream(seed, $"order/{pass}").Shuffle<int>(order);
            return order;
        }
    }

    private (double Weights, double Potential, double Normalized) Accuracies(ConceptCells cells, int[] places, Func<int, NamingTrace> traceOf, double? threshold)
    {
        int weights = 0, potential = 0, normalized = 0;
        double[] scores = new double[cells.Count];
        foreach (int place in places)
        {
            var trace = traceOf(place);
            var decision = trace.Name(cells, threshold);
            int name = set.Pictures[place].Name;
            weights += decision.ByWeights == name ? 1 : 0;
            potential += decision.ByPotential == name ? 1 : 0;
            cells.Score<byte>(trace.Counts, NamingReadOut.Normalized, scores);
            normalized += TensorPrimitives.IndexOfMax<double>(scores) == name ? 1 : 0;
        }

        return ((double)weights / places.Length, (double)potential / places.Length, (double)normalized / places.Length);
    }
}
