namespace BioLearn.Onnx.Graph;

/// <summary>
/// Local response normalisation: y = x / D^beta, D = bias + alpha/size * sum of x^2 over the channels
/// c - size/2 .. c + size/2; the size is odd.
/// </summary>
internal sealed class LrnNode(NodeHead head, int size, float alpha, float beta, float bias) : CnnNode(head)
{
    public int Size { get; } = size;
    public float Alpha { get; } = alpha;
    public float Beta { get; } = beta;
    public float Bias { get; } = bias;
}

/// <summary>A tensor seen as <see cref="Outer"/> x <see cref="Count"/> x <see cref="Inner"/> values: a group are the Count values that an outer and an inner index share.</summary>
internal readonly record struct Grouping(int Outer, int Count, int Inner)
{
    /// <summary>Groups along one axis.</summary>
    public static Grouping Along(TensorShape shape, int axis) => Along(shape, axis, axis + 1);

    /// <summary>Groups along the axes from one to before another.</summary>
    public static Grouping Along(TensorShape shape, int from, int to) => new(Product(shape, 0, from), Product(shape, from, to), Product(shape, to, shape.Rank));

    public int Groups => Outer * Inner;

    /// <summary>Position of a group's first value; the others follow in steps of <see cref="Inner"/>.</summary>
    public int Start(int group) => group / Inner * Count * Inner + group % Inner;

    private static int Product(TensorShape shape, int from, int to)
    {
        int product = 1;
        for (int axis = from; axis < to; axis++) product *= shape[axis];
        return product;
    }
}

/// <summary>
/// Layer, instance and group normalisation: y = (x - m) / sqrt(v + epsilon), m and v the mean and variance of x's group. Gain and bias, where the
/// file has some, are an <see cref="AffineNode"/> behind.
/// </summary>
internal sealed class NormalizeNode(NodeHead head, Grouping groups, float epsilon) : CnnNode(head)
{
    public Grouping Groups { get; } = groups;
    public float Epsilon { get; } = epsilon;
}

/// <summary>Softmax over each group, or its logarithm.</summary>
internal sealed class SoftmaxNode(NodeHead head, bool logarithm, Grouping groups) : CnnNode(head)
{
    public bool Logarithm { get; } = logarithm;
    public Grouping Groups { get; } = groups;

    /// <summary>Whether the sample is one group, as at the end of a classifier.</summary>
    public bool IsWhole => Groups.Groups == 1;
}

/// <summary>The greatest value of each group, or the least; the first among equals.</summary>
internal sealed class GroupExtremumNode(NodeHead head, Grouping groups, bool greatest) : CnnNode(head)
{
    public Grouping Groups { get; } = groups;
    public bool Greatest { get; } = greatest;
}

/// <summary>The sum over each group, times a factor: ReduceSum, and ReduceMean that is no global pool.</summary>
internal sealed class ReduceNode(NodeHead head, Grouping groups, float factor) : CnnNode(head)
{
    public Grouping Groups { get; } = groups;
    public float Factor { get; } = factor;
}
