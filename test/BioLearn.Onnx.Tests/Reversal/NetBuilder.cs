using System.Collections.Immutable;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Tests.Reversal;

/// <summary>Builds small networks with random weights, node by node, without a file.</summary>
internal sealed class NetBuilder
{
    private readonly List<CnnTensor> _tensors = [];
    private readonly List<CnnNode> _nodes = [];
    private readonly System.Random _random;

    public NetBuilder(int seed, params int[] input)
    {
        _random = new System.Random(seed);
        Input = Tensor("input", input);
    }

    public CnnTensor Input { get; }

    public CnnTensor Conv(CnnTensor x, int filters, Window w, int groups = 1) => Add(
        "Conv", [x], [filters, Out(x.Shape.Height, w.SpanHeight, w.StrideHeight, w.PadTop + w.PadBottom), Out(x.Shape.Width, w.SpanWidth, w.StrideWidth, w.PadLeft + w.PadRight)],
        head => new ConvNode(head, w, groups, Weights(filters * x.Shape.Channels / groups * w.KernelSize), null));

    public CnnTensor ConvTranspose(CnnTensor x, int filters, Window w, int groups = 1, int outputPadding = 0) => Add(
        "ConvTranspose", [x],
        [
            filters, (x.Shape.Height - 1) * w.StrideHeight + w.SpanHeight - w.PadTop - w.PadBottom + outputPadding,
            (x.Shape.Width - 1) * w.StrideWidth + w.SpanWidth - w.PadLeft - w.PadRight + outputPadding,
        ],
        head => new ConvTransposeNode(head, w, groups, Weights(x.Shape.Channels * filters / groups * w.KernelSize), null));

    public CnnTensor Dense(CnnTensor x, int units) => x.Shape.Rank > 1 ? Dense(Reshape(x, x.Shape.Count), units)
        : Add("Gemm", [x], [units], head => new DenseNode(head, Weights(units * x.Shape.Count), null));

    public CnnTensor GroupDense(CnnTensor x, int columns) => Add(
        "MatMul", [x], [.. x.Shape.Dimensions[..^1], columns], head => new GroupDenseNode(head, Weights(x.Shape.Count / x.Shape.Dimensions[^2] * columns)));

    public CnnTensor BatchNorm(CnnTensor x) => Add(
        "BatchNormalization", [x], Dims(x), head => new AffineNode(head, Weights(x.Shape.Channels), Weights(x.Shape.Channels)));

    public CnnTensor Scale(CnnTensor x) => Add("Mul", [x], Dims(x), head => new AffineNode(head, Weights(x.Shape.Count), new float[x.Shape.Count]));

    public CnnTensor Relu(CnnTensor x) => Add("Relu", [x], Dims(x), head => new ActivationNode(head, ActivationKind.Relu));

    public CnnTensor Activation(CnnTensor x, ActivationKind kind, float alpha = 0, float min = 0, float max = float.PositiveInfinity) =>
        Add(kind.ToString(), [x], Dims(x), head => new ActivationNode(head, kind, alpha, min, max));

    public CnnTensor MaxPool(CnnTensor x, Window w) => Add("MaxPool", [x], Pooled(x, w), head => new MaxPoolNode(head, w));

    public CnnTensor AveragePool(CnnTensor x, Window w, bool includePadding)
    {
        int[] pooled = Pooled(x, w);
        var inverse = new float[pooled[1] * pooled[2]];
        for (int i = 0; i < inverse.Length; i++)
            inverse[i] = 1f / (includePadding ? w.KernelSize : Cells(i / pooled[2] * w.StrideHeight - w.PadTop, w.KernelHeight, w.DilationHeight, x.Shape.Height)
                * Cells(i % pooled[2] * w.StrideWidth - w.PadLeft, w.KernelWidth, w.DilationWidth, x.Shape.Width));
        return Add("AveragePool", [x], pooled, head => new AveragePoolNode(head, w, inverse));
    }

    public CnnTensor GlobalAveragePool(CnnTensor x) => Add("GlobalAveragePool", [x], [x.Shape.Channels, 1, 1], head => new GlobalAveragePoolNode(head));

    public CnnTensor Sum(params CnnTensor[] x) => Add("Add", x, Dims(x[0]), head => new AddNode(head));

    public CnnTensor Concat(int axis, params CnnTensor[] x)
    {
        int[] dims = Dims(x[0]);
        dims[axis] = x.Sum(part => part.Shape[axis]);
        return Add("Concat", x, dims, head => new ConcatNode(head, axis));
    }

    public CnnTensor[] Split(CnnTensor x, int axis, params int[] sizes)
    {
        CnnTensor[] outputs = [.. sizes.Select((size, i) =>
        {
            int[] dims = Dims(x);
            dims[axis] = size;
            return Tensor($"split{_nodes.Count}_{i}", dims);
        })];
        _nodes.Add(new SplitNode(new NodeHead($"split{_nodes.Count}", "Split", [x], [.. outputs]), axis));
        return outputs;
    }

    public CnnTensor Slice(CnnTensor x, int[] starts, int[] steps, int[] sizes) => Add("Slice", [x], sizes, head => new SliceNode(head, starts, steps));

    public CnnTensor Pad(CnnTensor x, int[] before, int[] after) =>
        Add("Pad", [x], [.. Dims(x).Select((size, axis) => before[axis] + size + after[axis])], head => new PadNode(head, before, 0));

    public CnnTensor Reshape(CnnTensor x, params int[] dims) => Add("Reshape", [x], dims, head => new ReshapeNode(head));

    public CnnTensor Transpose(CnnTensor x, params int[] permutation) =>
        Add("Transpose", [x], [.. permutation.Select(axis => x.Shape[axis])], head => new TransposeNode(head, permutation));

    public CnnTensor Identity(CnnTensor x) => Add("Dropout", [x], Dims(x), head => new IdentityNode(head));

    public CnnTensor Lrn(CnnTensor x, int size, float alpha = .3f, float beta = .75f, float bias = 1) =>
        Add("LRN", [x], Dims(x), head => new LrnNode(head, size, alpha, beta, bias));

    public CnnTensor Softmax(CnnTensor x, bool logarithm = false) => Add("Softmax", [x], Dims(x), head => new SoftmaxNode(head, logarithm, new Grouping(1, x.Shape.Count, 1)));

    public CnnTensor Unknown(CnnTensor x) => Add("Mystery", [x], Dims(x), head => new MysteryNode(head));

    public CnnGraph Build(CnnTensor output) => new(null, "built", Input, output, [.. _tensors], [.. _nodes]);

    public float[] Random(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(_random.NextDouble() * 2 - 1))];

    private float[] Weights(int count) => Random(count);

    private sealed class MysteryNode(NodeHead head) : CnnNode(head);

    private CnnTensor Add(string op, CnnTensor[] inputs, int[] dims, Func<NodeHead, CnnNode> make)
    {
        string name = $"{op.ToLowerInvariant()}{_nodes.Count}";
        CnnTensor output = Tensor(name + "_out", dims);
        _nodes.Add(make(new NodeHead(name, op, [.. inputs], [output])));
        return output;
    }

    private CnnTensor Tensor(string name, int[] dims)
    {
        var tensor = new CnnTensor(_tensors.Count, name, new TensorShape(dims));
        _tensors.Add(tensor);
        return tensor;
    }

    private static int[] Pooled(CnnTensor x, Window w) =>
    [
        x.Shape.Channels, Out(x.Shape.Height, w.SpanHeight, w.StrideHeight, w.PadTop + w.PadBottom), Out(x.Shape.Width, w.SpanWidth, w.StrideWidth, w.PadLeft + w.PadRight),
    ];

    private static int Cells(int start, int kernel, int dilation, int size) => Enumerable.Range(0, kernel).Count(u => (uint)(start + u * dilation) < (uint)size);

    private static int Out(int size, int span, int stride, int pads) => (size + pads - span) / stride + 1;

    private static int[] Dims(CnnTensor x) => [.. x.Shape.Dimensions];
}
