using System.Collections.Immutable;

namespace BioLearn.Onnx.Graph;

/// <summary>A tensor that depends on the image. Tensors are compared by identity.</summary>
internal sealed class CnnTensor(int index, string name, TensorShape shape)
{
    /// <summary>Position in <see cref="CnnGraph.Tensors"/>: producers come before consumers.</summary>
    public int Index { get; internal set; } = index;

    /// <summary>The name in the file.</summary>
    public string Name { get; } = name;

    /// <summary>Shape of one sample.</summary>
    public TensorShape Shape { get; } = shape;

    public override string ToString() => $"{Name} [{Shape}]";
}

/// <summary>What every node has: its name and operator in the file (for messages), and its tensors.</summary>
internal sealed record NodeHead(string Name, string OpType, ImmutableArray<CnnTensor> Inputs, ImmutableArray<CnnTensor> Outputs);

/// <summary>
/// One operator of a validated graph. The subclass, not the operator's name in the file, says what it computes:
/// Flatten, Reshape and Squeeze are all one <see cref="ReshapeNode"/>. Weights are float32 and owned by the graph.
/// </summary>
internal abstract class CnnNode(NodeHead head)
{
    public string Name => head.Name;

    public string OpType => head.OpType;

    public ImmutableArray<CnnTensor> Inputs => head.Inputs;

    public ImmutableArray<CnnTensor> Outputs => head.Outputs;

    public CnnTensor Input => head.Inputs[0];

    public CnnTensor Output => head.Outputs[0];

    /// <summary>Number of trained values the node holds.</summary>
    public virtual long Parameters => 0;

    public override string ToString() => $"{OpType} \"{Name}\"";
}
