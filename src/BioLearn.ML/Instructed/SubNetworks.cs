using System.Collections;
using System.Numerics;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Instructed;

/// <summary>The parts of a network that instructions open: the gates of every layer for every instruction, and what they have in common.</summary>
public sealed class SubNetworks
{
    private readonly BitArray[][] _gates; // [layer of Layers][instruction]

    private readonly NetworkSpec _spec;

    private SubNetworks(NetworkSpec spec, IReadOnlyList<Layer> layers, BitArray[][] gates, int instructions) => (_spec, Layers, _gates, Count) = (spec, layers, gates, instructions);

    /// <summary>The layers that are gated, from the input upwards.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>Number of instructions.</summary>
    public int Count { get; }

    /// <summary>The parts of a network that somebody teaches.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="network">The network.</param>
    /// <param name="rule">The rule that teaches it.</param>
    /// <param name="instructions">The instructions, [count, width], row by row.</param>
    /// <param name="width">Numbers of one instruction.</param>
    /// <returns>What each of them opens.</returns>
    /// <exception cref="ArgumentException">The network has no instruction gates, or the instructions do not make whole rows of the width that the rule takes.</exception>
    public static SubNetworks Of<T>(Network<T> network, LearningRule rule, ReadOnlySpan<T> instructions, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (instructions.IsEmpty || instructions.Length % width != 0)
            throw new ArgumentException($"There are {instructions.Length} numbers of instructions; expected {width} for each of at least one.", nameof(instructions));
        Layer[] layers = [.. network.Spec.InstructedLayers];
        if (layers.Length == 0)
            throw new ArgumentException($"The network {network.Spec} has no {nameof(InstructionGate)}.", nameof(network));
        int count = instructions.Length / width;
        BitArray[][] gates = [.. layers.Select(_ => new BitArray[count])];
        using LearningContext<T> step = new(network, 1);
        using BatchInstructions<T> one = new(1, width);
        using NativeBuffer<T> input = new(network.Spec.Input.Size), target = new(network.Spec.Outputs);
        for (int i = 0; i < count; i++)
        {
            one.Fill(instructions.Slice(i * width, width));
            step.Observe(new(input, 1, network.Spec.Input.Size), new(target, 1, network.Spec.Outputs), default, one);
            rule.Guide(step);
            for (int l = 0; l < layers.Length; l++)
            {
                ReadOnlySpan<T> row = step.Gates(layers[l].Index, 0);
                gates[l][i] = new BitArray(row.Length);
                for (int unit = 0; unit < row.Length; unit++)
                    gates[l][i][unit] = row[unit] != T.Zero;
            }
        }
        return new(network.Spec, layers, gates, count);
    }

    /// <summary>The parts of a trained model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="instructions">The instructions, [count, width], row by row.</param>
    /// <param name="width">Numbers of one instruction.</param>
    /// <returns>What each of them opens.</returns>
    /// <exception cref="ArgumentException">The network has no instruction gates, or the instructions do not make whole rows of the width that it takes.</exception>
    /// <exception cref="InvalidOperationException">The rule that taught the model is not known here.</exception>
    public static SubNetworks Of(NetworkModelParameters model, ReadOnlySpan<float> instructions, int width)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Of(model.Network, model.Rule ?? throw new InvalidOperationException("The rule that taught the model is not known here, and with it how an instruction comes down."), instructions, width);
    }

    /// <summary>The parts of a network that is asked one of several tasks.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="network">The network.</param>
    /// <param name="rule">The rule that teaches it.</param>
    /// <param name="tasks">Number of tasks.</param>
    /// <returns>What each task opens.</returns>
    /// <exception cref="ArgumentException">The network has no instruction gates, or another number of tasks.</exception>
    public static SubNetworks OfTasks<T>(Network<T> network, LearningRule rule, int tasks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Of<T>(network, rule, Instructions<T>.OfTasks(new int[1], tasks).Vectors.Span, tasks);

    /// <summary>The gates of a layer under an instruction.</summary>
    /// <param name="layer">Index in <see cref="Layers"/>.</param>
    /// <param name="instruction">Index of the instruction.</param>
    /// <returns>Whether each output of the layer is open; a copy.</returns>
    public bool[] Gates(int layer, int instruction)
    {
        bool[] open = new bool[_gates[layer][instruction].Length];
        _gates[layer][instruction].CopyTo(open, 0);
        return open;
    }

    /// <summary>Share of a layer's outputs that are open under an instruction.</summary>
    /// <param name="layer">Index in <see cref="Layers"/>.</param>
    /// <param name="instruction">Index of the instruction.</param>
    /// <returns>From 0 to 1.</returns>
    public double Open(int layer, int instruction) => Share(_gates[layer][instruction]);

    /// <summary>Share of a layer's outputs that are open under both of two instructions.</summary>
    /// <param name="layer">Index in <see cref="Layers"/>.</param>
    /// <param name="one">Index of one instruction.</param>
    /// <param name="other">Index of another.</param>
    /// <returns>From 0 to 1.</returns>
    public double OpenInBoth(int layer, int one, int other) => Share(new BitArray(_gates[layer][one]).And(_gates[layer][other]));

    /// <summary>What two instructions share of what either opens (Jaccard index): 1 for the same units, 0 for none in common.</summary>
    /// <param name="layer">Index in <see cref="Layers"/>.</param>
    /// <param name="one">Index of one instruction.</param>
    /// <param name="other">Index of another.</param>
    /// <returns>From 0 to 1; 1 where neither opens anything.</returns>
    public double Overlap(int layer, int one, int other)
    {
        double either = Share(new BitArray(_gates[layer][one]).Or(_gates[layer][other]));
        return either == 0 ? 1 : OpenInBoth(layer, one, other) / either;
    }

    /// <summary>Whether an instruction leaves no way from the input to the outputs, so that no picture can change the answer. A closed layer that others go around is no end.</summary>
    /// <param name="instruction">Index of the instruction.</param>
    /// <returns>The first layer that is closed altogether, or null if there is a way through.</returns>
    public Layer? ClosedLayer(int instruction)
    {
        int? closed = DeadSubNetworks.ClosedLayer(_spec, layer => Layers.Index().All(l => l.Item.Index != layer || _gates[l.Index][instruction].HasAnySet()));
        return closed is { } number ? _spec.Graph[number - 1] : null;
    }

    private static double Share(BitArray bits)
    {
        int open = 0;
        foreach (bool bit in bits)
            open += bit ? 1 : 0;
        return (double)open / bits.Length;
    }
}
