using BioLearn.ML.Networks;

namespace BioLearn.ML.Instructed;

/// <summary>What the way of an instruction down needs beside the top-down weights: a task head, and statistics of its own where layers are normalized.</summary>
internal static class InstructionPath
{
    /// <summary>Weights of the task head, [outer, inner]: from layer k − 1 (or the network's top) to layer k of the head, in bottom-up terms.</summary>
    public static string Head(int k) => $"task {k}";

    /// <summary>What the instruction comes down through, where that is not the head's weights themselves.</summary>
    public static string HeadDown(int k) => $"task {k} down";

    /// <summary>Biases of the way down.</summary>
    public static string HeadBias(int k) => $"task {k} bias";

    /// <summary>A tensor of the normalization on the way down.</summary>
    public static string Normalization(string tensor) => "top-down " + tensor;

    /// <summary>The layer whose activity the last layer reads: where the instruction enters the core.</summary>
    public static int Top(NetworkSpec network) => network.Graph[^1].Source;

    /// <exception cref="ArgumentException">An instruction cannot come down through such a network.</exception>
    public static void Describe(CounterHebb rule, NetworkSpec network, RuleRequirements needs)
    {
        Layer last = network.Graph[^1];
        if (last.Source == 0 || last.Adds.Length > 0)
            throw new ArgumentException("An instruction opens hidden units: the network needs a hidden layer, and a last layer that reads it and adds nothing.");
        if (!network.InstructedLayers.Any())
            throw new ArgumentException($"{nameof(CounterHebb.InstructionWidth)} is {rule.InstructionWidth}, and the network has no {nameof(InstructionGate)} that an instruction could open; put one behind its layers.");
        if (network.Graph.FirstOrDefault(l => l.Readout is { HasWinners: true }) is { } pooled)
            throw new ArgumentException($"An instruction cannot come down through the max pooling of {pooled}: it comes before the picture, when no unit has won yet. Take a strided convolution (depthwise as in the paper) or average pooling.");
        int inner = network.Graph[last.Source - 1].Output.Size, k = 0;
        foreach (int outer in (int[])[.. rule.TaskEmbedding, rule.InstructionWidth])
        {
            if (outer < 1)
                throw new ArgumentException($"{nameof(CounterHebb.TaskEmbedding)} has a layer of {outer} units; expected at least 1.");
            k++;
            // What is not learned is only ever used downwards, so that one tensor is enough; it starts as the way down does.
            needs.Side(Matrix(Head(k), rule.IsSeparate && !rule.LearnTaskHead ? rule.TopDownInitializer : Initializer.UniformByFanIn, downwards: rule.IsSeparate && !rule.LearnTaskHead));
            if (rule.IsSeparate && rule.LearnTaskHead)
                needs.Side(Matrix(HeadDown(k), rule.TopDownInitializer, downwards: true));
            if (rule.TopDownBiases)
                needs.Side(new SideTensor(HeadBias(k), last.Index, 1, inner, Initializer.UniformByFanIn, outer, inner));
            inner = outer;

            SideTensor Matrix(string name, Initializer initializer, bool downwards) =>
                new(name, last.Index, outer, inner, initializer, downwards ? outer : inner, downwards ? inner : outer);
        }
        foreach (Layer layer in network.Graph.Where(l => l is { HasWeights: true, Source: > 0, Normalization: not null }))
        {
            Normalization normalization = layer.Normalization!.TopDown(layer.Input)
                ?? throw new ArgumentException($"An instruction cannot come down through {layer}: {layer.Normalization.GetType().Name} has no like for signals that come down.");
            foreach (NormalizationTensor tensor in normalization.Tensors)
                needs.Side(new SideTensor(Normalization(tensor.Name), layer.Index, 1, tensor.Length, Initializer.Zeros, 1, 1, tensor.Role == ParameterRole.RunningStatistic ? tensor.Role : ParameterRole.Side));
        }
    }

    /// <summary>Sets what starts at other numbers than drawn ones.</summary>
    public static void Initialize<T>(Network<T> network)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        foreach (Layer layer in network.Spec.Graph.Where(l => l is { HasWeights: true, Source: > 0, Normalization: not null }))
        {
            foreach (NormalizationTensor tensor in layer.Normalization!.TopDown(layer.Input)?.Tensors ?? [])
                network.FindSide(Normalization(tensor.Name), layer.Index)?.Values.Fill(T.CreateChecked(tensor.Start));
        }
    }
}
