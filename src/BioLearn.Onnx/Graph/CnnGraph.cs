using System.Collections.Immutable;

namespace BioLearn.Onnx.Graph;

/// <summary>
/// A convolutional network read from an ONNX file: validated, constant-folded, immutable, every shape known. Nodes are
/// in the order of computation and all lead to the output.
/// </summary>
internal sealed class CnnGraph
{
    private readonly ImmutableArray<CnnNode?> _producers;
    private readonly ImmutableArray<ImmutableArray<CnnNode>> _consumers;

    internal CnnGraph(
        string? file, string name, CnnTensor input, CnnTensor output, ImmutableArray<CnnTensor> tensors, ImmutableArray<CnnNode> nodes,
        bool takesBytes = false, OnnxModelException? endsBefore = null)
    {
        TakesBytes = takesBytes;
        EndsBefore = endsBefore;
        File = file;
        Name = name;
        Input = input;
        Output = output;
        Tensors = tensors;
        Nodes = nodes;
        (_producers, _consumers) = Link(tensors, nodes);
        Logits = TraceLevels.FindLogits(this);
        Levels = TraceLevels.Find(this);
    }

    /// <summary>Path of the file, or null when the model came from memory.</summary>
    public string? File { get; }

    /// <summary>Whether the file takes the bytes of a picture, 0 to 255, as they are.</summary>
    public bool TakesBytes { get; }

    /// <summary>Why the graph ends before the file's output: the operator that cannot be read; null if it is whole.</summary>
    public OnnxModelException? EndsBefore { get; }

    /// <summary>The graph's own name.</summary>
    public string Name { get; }

    /// <summary>The image.</summary>
    public CnnTensor Input { get; }

    /// <summary>The network's output, as the file has it.</summary>
    public CnnTensor Output { get; }

    /// <summary>The output before a closing Softmax or activation: what class cues and the predicted class refer to.</summary>
    public CnnTensor Logits { get; }

    /// <summary>All tensors that depend on the image; <see cref="CnnTensor.Index"/> is the position.</summary>
    public ImmutableArray<CnnTensor> Tensors { get; }

    /// <summary>All nodes; producers come before consumers.</summary>
    public ImmutableArray<CnnNode> Nodes { get; }

    /// <summary>The trace levels, S0 first and the image last.</summary>
    public ImmutableArray<TraceLevel> Levels { get; }

    /// <summary>Number of trained values.</summary>
    public long Parameters => Nodes.Sum(n => n.Parameters);

    /// <summary>The node that computes <paramref name="tensor"/>, or null for the input.</summary>
    public CnnNode? ProducerOf(CnnTensor tensor) => _producers[tensor.Index];

    /// <summary>The nodes that read <paramref name="tensor"/>; one that reads it twice is listed twice.</summary>
    public ImmutableArray<CnnNode> ConsumersOf(CnnTensor tensor) => _consumers[tensor.Index];

    /// <summary>Level at <paramref name="tensor"/>, or null.</summary>
    public TraceLevel? LevelAt(CnnTensor tensor) => Levels.FirstOrDefault(l => l.Tensor == tensor);

    /// <summary>Finds a level by its name (S4, image) or by its tensor's name.</summary>
    /// <exception cref="ArgumentException">There is no such level; the message lists those there are.</exception>
    public TraceLevel Level(string name) =>
        Levels.FirstOrDefault(l => l.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? Levels.FirstOrDefault(l => l.TensorName == name)
        ?? throw new ArgumentException($"the model has no level \"{name}\"; it has {string.Join(", ", Levels)}", nameof(name));

    /// <summary>Finds a tensor by its name in the file.</summary>
    public CnnTensor? TensorNamed(string name) => Tensors.FirstOrDefault(t => t.Name == name);

    /// <summary>The node that computes a tensor, over views.</summary>
    public CnnNode? SourceOf(CnnTensor tensor)
    {
        CnnNode? node = ProducerOf(tensor);
        while (node is ReshapeNode or IdentityNode) node = ProducerOf(node.Input);
        return node;
    }

    /// <summary>Whether a max-pool lies between the image and a tensor.</summary>
    public bool HasMaxPoolBelow(CnnTensor tensor)
    {
        var needed = new HashSet<CnnTensor> { tensor };
        foreach (CnnNode node in Nodes.Reverse())
        {
            if (!node.Outputs.Any(needed.Contains)) continue;
            if (node is MaxPoolNode) return true;
            needed.UnionWith(node.Inputs);
        }
        return false;
    }

    private static (ImmutableArray<CnnNode?>, ImmutableArray<ImmutableArray<CnnNode>>) Link(ImmutableArray<CnnTensor> tensors, ImmutableArray<CnnNode> nodes)
    {
        var producers = new CnnNode?[tensors.Length];
        var consumers = new List<CnnNode>[tensors.Length];
        for (int i = 0; i < consumers.Length; i++) consumers[i] = [];
        foreach (CnnNode node in nodes)
        {
            foreach (CnnTensor output in node.Outputs) producers[output.Index] = node;
            foreach (CnnTensor input in node.Inputs) consumers[input.Index].Add(node);
        }
        return ([.. producers], [.. consumers.Select(c => c.ToImmutableArray())]);
    }
}
