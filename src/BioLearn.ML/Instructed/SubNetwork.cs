using System.Numerics;
using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Instructed;

/// <summary>
/// The part of a trained network that an instruction opens, or one that is opened by hand, to see what the instruction does: random gates with as
/// many open units, all gates open. Immutable; reads the model's weights, and must not outlive it.
/// </summary>
public sealed class SubNetwork
{
    private const int Batch = 256;

    private readonly NetworkModelParameters _model;
    private readonly float[] _instruction;
    private readonly SortedDictionary<int, bool[]> _gates;

    private SubNetwork(NetworkModelParameters model, float[] instruction, SortedDictionary<int, bool[]> gates) => (_model, _instruction, _gates) = (model, instruction, gates);

    /// <summary>Numbers of the layers that have gates, from 1, from the input up.</summary>
    public IReadOnlyList<int> Layers => [.. _gates.Keys];

    /// <summary>What an instruction opens.</summary>
    /// <param name="model">The network.</param>
    /// <param name="instruction">The instruction, [<see cref="NetworkModelParameters.InstructionWidth"/>]; a task is the one-hot vector of its number.</param>
    /// <returns>The sub-network.</returns>
    /// <exception cref="ArgumentException">The instruction has another width, or the network is asked nothing.</exception>
    public static SubNetwork Of(NetworkModelParameters model, ReadOnlySpan<float> instruction)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.InstructionWidth == 0 || instruction.Length != model.InstructionWidth)
            throw new ArgumentException($"There are {instruction.Length} numbers of an instruction; expected {model.InstructionWidth}, which this network is asked by.", nameof(instruction));
        using NetworkScorer scorer = model.CreateScorer(1);
        scorer.Score(new float[model.FeatureCount], instruction, 1, new float[model.OutputCount]);
        SortedDictionary<int, bool[]> gates = [];
        foreach (Layer layer in model.Spec.InstructedLayers)
            gates[layer.Index] = Array.ConvertAll(scorer.Gates(layer.Index, 0).ToArray(), gate => gate != 0);
        return new(model, instruction.ToArray(), gates);
    }

    /// <summary>As many open units in each layer, but others, drawn at random: the control that says whether it matters which units are open.</summary>
    /// <param name="seed">Seed of the draw, from the streams "random gates/LAYER".</param>
    /// <returns>The sub-network.</returns>
    public SubNetwork Shuffled(long seed) => With((layer, gates) =>
    {
        bool[] drawn = [.. gates];
        new RandomStream(seed, $"random gates/{layer}").Shuffle<bool>(drawn);
        return drawn;
    });

    /// <summary>All units open: the network without an instruction.</summary>
    /// <returns>The sub-network.</returns>
    public SubNetwork Opened() => With((_, gates) => [.. Enumerable.Repeat(true, gates.Length)]);

    /// <summary>Which units of a layer are open, channel by channel, row by row.</summary>
    /// <param name="layer">One of <see cref="Layers"/>.</param>
    /// <returns>One value a unit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The layer has no gates.</exception>
    public ReadOnlySpan<bool> Gates(int layer) => GatesOf(layer);

    /// <summary>Share of a layer's units that are open.</summary>
    /// <param name="layer">One of <see cref="Layers"/>.</param>
    /// <returns>From 0 to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The layer has no gates.</exception>
    public double OpenShare(int layer) => Count(GatesOf(layer)) / (double)GatesOf(layer).Length;

    /// <summary>Share of all gated units that are open.</summary>
    /// <returns>From 0 to 1.</returns>
    public double OpenShare() => _gates.Values.Sum(gates => (long)Count(gates)) / (double)_gates.Values.Sum(gates => (long)gates.Length);

    /// <summary>Share of a layer's units that are open in both sub-networks.</summary>
    /// <param name="other">Another part of the same network.</param>
    /// <param name="layer">One of <see cref="Layers"/>.</param>
    /// <returns>From 0 to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The layer has no gates.</exception>
    public double CommonShare(SubNetwork other, int layer) => Common(other, layer) / (double)GatesOf(layer).Length;

    /// <summary>What two sub-networks have in common: units that are open in both, of those that are open in either (Jaccard index).</summary>
    /// <param name="other">Another part of the same network.</param>
    /// <returns>From 0 to 1; NaN where both are empty.</returns>
    public double Overlap(SubNetwork other)
    {
        ArgumentNullException.ThrowIfNull(other);
        long common = Layers.Sum(layer => (long)Common(other, layer));
        return common / (double)(Layers.Sum(layer => (long)Count(GatesOf(layer)) + Count(other.GatesOf(layer))) - common);
    }

    /// <summary>The overlap that two sub-networks with as many open units in each layer have on average if each draws them at random.</summary>
    /// <param name="other">Another part of the same network.</param>
    /// <returns>From 0 to 1; NaN where both are empty.</returns>
    public double OverlapByChance(SubNetwork other)
    {
        ArgumentNullException.ThrowIfNull(other);
        double common = Layers.Sum(layer => OpenShare(layer) * other.OpenShare(layer) * GatesOf(layer).Length);
        return common / (Layers.Sum(layer => (OpenShare(layer) + other.OpenShare(layer)) * GatesOf(layer).Length) - common);
    }

    /// <summary>What the network answers through this part alone.</summary>
    /// <param name="features">[rows, features], row by row.</param>
    /// <returns>[rows, outputs]: a probability a class; of a single output its logit.</returns>
    /// <exception cref="ArgumentException">The features do not make whole rows.</exception>
    public float[] Predict(ReadOnlySpan<float> features)
    {
        int width = _model.FeatureCount, rows = features.Length / width;
        if (features.Length != rows * width)
            throw new ArgumentException($"There are {features.Length} features; expected {width} for each row.", nameof(features));
        float[] scores = new float[checked(rows * _model.OutputCount)], instructions = new float[Math.Min(rows, Batch) * _instruction.Length];
        for (int row = 0; row < Math.Min(rows, Batch); row++)
            _instruction.CopyTo(instructions, row * _instruction.Length);
        using NetworkScorer scorer = new(_model, new FixedGates(_gates), Math.Clamp(rows, 1, Batch));
        for (int start = 0; start < rows; start += Batch)
        {
            int count = Math.Min(Batch, rows - start);
            scorer.Score(
                features.Slice(start * width, count * width), instructions.AsSpan(0, count * _instruction.Length), count, scores.AsSpan(start * _model.OutputCount, count * _model.OutputCount));
        }
        return scores;
    }

    private SubNetwork With(Func<int, bool[], bool[]> gates)
    {
        SortedDictionary<int, bool[]> other = [];
        foreach ((int layer, bool[] own) in _gates)
            other[layer] = gates(layer, own);
        return new(_model, _instruction, other);
    }

    private bool[] GatesOf(int layer) => _gates.TryGetValue(layer, out bool[]? gates)
        ? gates
        : throw new ArgumentOutOfRangeException(nameof(layer), layer, $"has no gates; expected one of {string.Join(", ", _gates.Keys)}");

    private int Common(SubNetwork other, int layer)
    {
        ArgumentNullException.ThrowIfNull(other);
        bool[] own = GatesOf(layer), others = other.GatesOf(layer);
        return own.Length == others.Length
            ? own.Zip(others).Count(pair => pair.First && pair.Second)
            : throw new ArgumentException($"layer {layer} has {others.Length} units there and {own.Length} here; expected a part of the same network", nameof(other));
    }

    private static int Count(bool[] gates) => gates.AsSpan().Count(true);

    /// <summary>Opens the same gates whatever is asked.</summary>
    private sealed class FixedGates(SortedDictionary<int, bool[]> gates) : LearningRule
    {
        public override string Name => "fixed gates";

        public override void Guide<T>(LearningContext<T> step)
        {
            foreach ((int layer, bool[] open) in gates)
            {
                Signal<T> rows = step.OpenGates(layer);
                for (int row = 0; row < rows.Batch; row++)
                {
                    Span<T> to = rows.Row(row);
                    for (int unit = 0; unit < open.Length; unit++)
                        to[unit] = open[unit] ? T.One : T.Zero;
                }
            }
        }

        public override void ComputeCredit<T>(LearningContext<T> step) => throw new NotSupportedException("Gates that are set by hand are for prediction.");
    }
}
