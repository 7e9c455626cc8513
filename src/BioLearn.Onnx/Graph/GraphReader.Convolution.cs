namespace BioLearn.Onnx.Graph;

/// <summary>Convolutions and dense layers.</summary>
internal sealed partial class GraphReader
{
    private void ReadConv(NodeReader node)
    {
        CnnTensor input = ImageInput(node);
        int[] dims = KernelDims(node);
        int groups = node.Int("group", 1, 1, 1 << 20);
        if (dims[1] != input.Shape.Channels / (double)groups || dims[0] % groups != 0)
            throw node.Error($"weights [{string.Join(',', dims)}] in {groups} groups do not fit an input of {input.Shape}");
        Window window = WindowReader.Read(node, input.Shape, (dims[2], dims[3]));
        (int height, int width) = WindowReader.OutputSize(node, window, input.Shape);
        float[] weights = node.Weights(1, dims.Aggregate(1L, (a, d) => a * d));
        float[]? bias = node.HasInput(2) ? node.Weights(2, dims[0]) : null;
        AddWork(node, (double)weights.Length * height * width);
        AddNode(new ConvNode(node.Head(input, new TensorShape(dims[0], height, width)), window, groups, weights, bias));
    }

    private void ReadConvTranspose(NodeReader node)
    {
        CnnTensor input = ImageInput(node);
        int[] dims = KernelDims(node);
        int groups = node.Int("group", 1, 1, 1 << 20);
        if (dims[0] != input.Shape.Channels || dims[0] % groups != 0)
            throw node.Error($"weights [{string.Join(',', dims)}] in {groups} groups do not fit an input of {input.Shape}");
        (Window window, int height, int width) = WindowReader.ReadTransposed(node, input.Shape, (dims[2], dims[3]));
        long channels = (long)dims[1] * groups;
        float[] weights = node.Weights(1, dims.Aggregate(1L, (a, d) => a * d));
        float[]? bias = node.HasInput(2) ? node.Weights(2, channels) : null;
        AddWork(node, (double)weights.Length * input.Shape.PlaneSize);
        AddNode(new ConvTransposeNode(node.Head(input, Shape(node, channels, height, width)), window, groups, weights, bias));
    }

    private void ReadGemm(NodeReader node)
    {
        CnnTensor input = RowsInput(node);
        if (node.Int("transA", 0) != 0) throw node.Error("transA mixes the images of a batch");
        float alpha = node.Float("alpha", 1), beta = node.Float("beta", 1);
        (float[] weights, int outputs) = DenseWeights(node, input.Shape.Dimensions[^1], transposed: node.Int("transB", 0) != 0);
        float[]? bias = null;
        if (node.HasInput(2) && beta != 0)
        {
            OnnxConstant c = node.Constant(2);
            float[] values = node.Weights(2, c.Count == 1 ? 1 : outputs);
            bias = new float[outputs];
            for (int i = 0; i < outputs; i++) bias[i] = beta * values[values.Length == 1 ? 0 : i];
        }
        AddDense(node, input, alpha == 1 ? weights : Array.ConvertAll(weights, w => alpha * w), bias, outputs);
    }

    private void AddDense(NodeReader node, CnnTensor input, float[] weights, float[]? bias, int outputs)
    {
        AddWork(node, (double)weights.Length * (input.Shape.Count / input.Shape.Dimensions[^1]));
        AddNode(new DenseNode(node.Head(input, Shape(node, [.. input.Shape.Dimensions[..^1].Select(d => (long)d), outputs])), weights, bias));
    }

    /// <summary>Dense weights as [out, in], however the file has them.</summary>
    private static (float[] Weights, int Outputs) DenseWeights(NodeReader node, int inputs, bool transposed)
    {
        int[] dims = node.Constant(1).Dims;
        if (dims.Length != 2 || dims[transposed ? 1 : 0] != inputs || dims[transposed ? 0 : 1] == 0)
            throw node.Error($"weights [{string.Join(',', dims)}] do not fit an input of {inputs} values");
        int outputs = dims[transposed ? 0 : 1];
        float[] stored = node.Weights(1, (long)inputs * outputs);
        if (transposed) return (stored, outputs);
        var weights = new float[stored.Length];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < inputs; i++) weights[o * inputs + i] = stored[i * outputs + o];
        }
        return (weights, outputs);
    }

    private static CnnTensor ImageInput(NodeReader node) => node.Data(0) is { Shape.Rank: 3 } input
        ? input
        : throw node.Refusal($"works on [{node.Data(0).Shape}] an image; channels x height x width is needed: only two-dimensional networks can be reversed");

    private static CnnTensor RowsInput(NodeReader node) => node.Data(0).Shape.Rank == (node.IsOfOneImage ? 2 : 1)
        ? node.Data(0)
        : throw node.Refusal($"multiplies [{node.Data(0).Shape}] an image; a vector is needed: put a Flatten before it");

    private static int[] KernelDims(NodeReader node) => node.Constant(1).Dims is { Length: 4 } dims && dims.All(d => d > 0)
        ? dims
        : throw node.Refusal($"weights have the shape [{string.Join(',', node.Constant(1).Dims)}]; four dimensions are needed: only two-dimensional convolutions can be reversed");

    /// <summary>A shape whose size is checked before it is made.</summary>
    private static TensorShape Shape(NodeReader node, params ReadOnlySpan<long> dims)
    {
        long count = 1;
        Span<int> checkedDims = stackalloc int[dims.Length];
        for (int i = 0; i < dims.Length; i++)
        {
            if (dims[i] is <= 0 or > Limits.ActivationValues || (count *= dims[i]) > Limits.ActivationValues)
                throw node.Error($"its output has a size of {dims[i]} on axis {i + 1}: 1 to {Limits.ActivationValues} values an image are possible");
            checkedDims[i] = (int)dims[i];
        }
        return new TensorShape(checkedDims);
    }
}
