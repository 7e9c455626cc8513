namespace BioLearn.Onnx.Graph;

/// <summary>
/// A linear map that is the same for each of <see cref="Outer"/> runs of the input: each value of a run of the output is the sum of <see cref="Taps"/> values
/// of the run of the input, at <see cref="Places"/> and times <see cref="Weights"/>. GatherElements, GatherND, GridSample over a stored grid, what ScatterND writes.
/// </summary>
internal sealed class PlacesNode(NodeHead head, int outer, int[] places, int taps = 1, float[]? weights = null) : CnnNode(head)
{
    public int Outer { get; } = outer;

    /// <summary>Places in a run of the input, [values of a run of the output, taps].</summary>
    public int[] Places { get; } = places;

    public int Taps { get; } = taps;

    /// <summary>A weight for each place, or null where values are only picked.</summary>
    public float[]? Weights { get; } = weights;

    public int InputRun => Input.Shape.Count / Outer;

    public int OutputRun => Output.Shape.Count / Outer;
}

/// <summary>One operand of a <see cref="SelectNode"/>: which of the node's inputs it is, or, where it is stored, its values, one for each of the output.</summary>
internal readonly record struct SelectOperand(int Input, float[]? Values)
{
    public static SelectOperand Of(int input) => new(input, null);

    public static SelectOperand Stored(float[] values) => new(-1, values);
}

/// <summary>
/// Where: the value of <see cref="First"/> where the condition is not zero, else that of <see cref="Second"/>. What is not chosen plays no part, and may be infinite, as
/// masks of attention are. A condition of the image is a gate.
/// </summary>
internal sealed class SelectNode(NodeHead head, SelectOperand condition, SelectOperand first, SelectOperand second) : CnnNode(head)
{
    public SelectOperand Condition { get; } = condition;
    public SelectOperand First { get; } = first;
    public SelectOperand Second { get; } = second;

    /// <summary>Whether the picture decides which side is chosen.</summary>
    public bool IsGate => Condition.Values is null;

    /// <summary>The inputs that are chosen from.</summary>
    public IEnumerable<int> Sides => Enumerable.Range(0, Inputs.Length).Where(input => input != Condition.Input);
}

/// <summary>The <see cref="Kept"/> greatest values of each group, or the least, in order; the first among equals comes first.</summary>
internal sealed class OrderedNode(NodeHead head, Grouping groups, int kept, bool greatest) : CnnNode(head)
{
    public Grouping Groups { get; } = groups;
    public int Kept { get; } = kept;
    public bool Greatest { get; } = greatest;

    /// <summary>Places in a group of those values that are kept, in order.</summary>
    public int[] Order(double[] group) => [.. Enumerable.Range(0, group.Length).OrderBy(k => Greatest ? -group[k] : group[k]).Take(Kept)];
}

/// <summary>
/// Samples a picture at places that the picture itself told (spatial transformers): the grid [height, width, 2] is the second input. At the recorded
/// grid it is a linear map of the picture, so that the grid is its gate.
/// </summary>
internal sealed class GridSampleNode(NodeHead head, GridSampling sampling) : GatedNode(head, gate: 1)
{
    public GridSampling Sampling { get; } = sampling;
}
