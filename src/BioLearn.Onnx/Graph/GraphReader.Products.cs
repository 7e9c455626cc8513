namespace BioLearn.Onnx.Graph;

/// <summary>Sums, products and quotients: with constants, and of tensors that both depend on the image.</summary>
internal sealed partial class GraphReader
{
    private void ReadSum(NodeReader node)
    {
        CnnTensor[] data = [.. Enumerable.Range(0, node.InputCount).Select(node.DataOrNull).OfType<CnnTensor>()];
        OnnxConstant[] constants = [.. Enumerable.Range(0, node.InputCount).Where(i => node.DataOrNull(i) is null).Select(node.Constant)];
        if (constants.Length > 1) throw node.Error("adds several constants to a tensor: fold them first (onnxsim does)");
        data = OfOneRank(node, data);
        TensorShape shape = CommonShape(node, data);
        CnnTensor[] full = [.. data.Select(tensor => Spread(node, tensor, shape))];
        if (constants is [var constant]) AddAffine(node, full.Length == 1 ? full[0] : Step(node, "of all", full, shape, head => new AddNode(head)), constant, v => (1, v));
        else AddNode(new AddNode(node.Head(full, shape)));
    }

    private void ReadDifference(NodeReader node)
    {
        if (node.DataOrNull(0) is { } left && node.DataOrNull(1) is { } right)
        {
            CnnTensor[] both = OfOneRank(node, [left, right]);
            (left, right) = (both[0], both[1]);
            TensorShape shape = CommonShape(node, both);
            CnnTensor negative = Step(node, "negative", [right], right.Shape, head => Scaled(head, -1));
            AddNode(new AddNode(node.Head([Spread(node, left, shape), Spread(node, negative, shape)], shape)));
            return;
        }
        CnnTensor data = Operand(node, out OnnxConstant c);
        AddAffine(node, data, c, node.DataOrNull(0) is null ? v => (-1, v) : v => (1, -v));
    }

    private void ReadProduct(NodeReader node)
    {
        if (node.DataOrNull(0) is { } left && node.DataOrNull(1) is { } right) AddProduct(node, left, right, node.InputCount);
        else AddAffine(node, Operand(node, out OnnxConstant c), c, v => (v, 0));
    }

    private void ReadQuotient(NodeReader node)
    {
        if (node.DataOrNull(1) is { } divisor)
        {
            if (node.DataOrNull(0) is { } dividend && TryReadNormalization(node, dividend, divisor)) return;
            CnnTensor inverse = Step(node, "inverse", [divisor], divisor.Shape, head => new ActivationNode(head, ActivationKind.Reciprocal));
            if (node.DataOrNull(0) is { } numerator) AddProduct(node, numerator, inverse, node.InputCount);
            else AddAffine(node, inverse, node.Constant(0), v => (v, 0));
            return;
        }
        AddAffine(node, Operand(node, out OnnxConstant c), c, v => (1 / v, 0));
    }

    private static CnnTensor Operand(NodeReader node, out OnnxConstant constant)
    {
        if (node.InputCount != 2) throw node.Error($"has {node.InputCount} inputs; 2 are needed");
        CnnTensor? left = node.DataOrNull(0);
        constant = node.Constant(left is null ? 0 : 1);
        return left ?? node.Data(1);
    }

    private void AddProduct(NodeReader node, CnnTensor left, CnnTensor right, int inputs)
    {
        if (inputs != 2) throw node.Error($"has {inputs} inputs; 2 are needed");
        CnnTensor[] both = OfOneRank(node, [left, right]);
        (left, right) = (both[0], both[1]);
        TensorShape shape = CommonShape(node, both);
        (int gate, bool isActivation) = GateOf(left, right);
        if (IsRuns(right.Shape, shape)) left = Spread(node, left, shape);
        else if (IsRuns(left.Shape, shape)) (left, right, gate) = (Spread(node, right, shape), left, gate < 0 ? gate : 1 - gate);
        else (left, right) = (Spread(node, left, shape), Spread(node, right, shape));
        AddNode(new ProductNode(node.Head([left, right], shape), gate, isActivation));
    }

    // Whether a tensor is the shape on its first axes and 1 on the others, so that each of its values stands for a run.
    private static bool IsRuns(TensorShape small, TensorShape shape)
    {
        int equal = 0;
        while (equal < shape.Rank && small[equal] == shape[equal]) equal++;
        return small.Dimensions.Skip(equal).All(d => d == 1);
    }

    /// <summary>
    /// Which of two factors is the gate: the one that is a function of the other, as in x * sigmoid(x); the smaller, as in squeeze and excitation; the
    /// one with bounds, as in gated linear units. Neither, if nothing tells them apart.
    /// </summary>
    private (int Gate, bool IsActivation) GateOf(CnnTensor left, CnnTensor right)
    {
        if (left == right) return (1, false);
        if (IsFunctionOf(right, Unscaled(left))) return (1, Producer(right) is not ActivationNode { Kind: ActivationKind.Reciprocal });
        if (IsFunctionOf(left, Unscaled(right))) return (0, true);
        if (left.Shape.Count != right.Shape.Count) return (right.Shape.Count < left.Shape.Count ? 1 : 0, false);
        return (GateOf(IsBounded(left), IsBounded(right)), false);
    }

    private CnnNode? Producer(CnnTensor tensor) => _producers.GetValueOrDefault(tensor);

    private CnnTensor Unscaled(CnnTensor tensor)
    {
        while (Producer(tensor) is AffineNode affine) tensor = affine.Input;
        return tensor;
    }

    private bool IsFunctionOf(CnnTensor tensor, CnnTensor source, int steps = 8) => tensor == source || (steps > 0
        && Producer(tensor) is ActivationNode or AffineNode or ParametricReluNode or Graph.AddNode or ProductNode or SelectNode or IdentityNode or QuantizeNode
        && Producer(tensor)!.Inputs.All(input => input.Shape.Count == source.Shape.Count && IsFunctionOf(input, source, steps - 1)));

    private bool IsBounded(CnnTensor tensor) => Producer(tensor) switch
    {
        ActivationNode
        {
            Kind: ActivationKind.Sigmoid or ActivationKind.HardSigmoid or ActivationKind.Tanh or ActivationKind.Softsign or ActivationKind.Reciprocal
                or ActivationKind.Positive or ActivationKind.NotNegative or ActivationKind.Zero
        } => true,
        ActivationNode { Kind: ActivationKind.Clip } clip => float.IsFinite(clip.Min) && float.IsFinite(clip.Max),
        SoftmaxNode => true,
        AffineNode or IdentityNode or ReshapeNode or AxesNode or TransposeNode or QuantizeNode => IsBounded(Producer(tensor)!.Input),
        _ => false,
    };

    private void AddAffine(NodeReader node, CnnTensor data, OnnxConstant constant, Func<float, (float Scale, float Shift)> of)
    {
        data = SpreadFor(node, OfOneRank(node, [data], constant.Dims.Length)[0], constant);
        float[] operand = Broadcast(node, constant, data.Shape);
        (float Scale, float Shift)[] terms = Array.ConvertAll(operand, v => of(v));
        float[] scale = Array.ConvertAll(terms, t => t.Scale), shift = Array.ConvertAll(terms, t => t.Shift);
        if (!scale.All(float.IsFinite) || shift.Any(float.IsNaN)) throw node.Error("its constant is zero, infinite or not a number");
        if (shift.Any(float.IsInfinity)) AddMasked(node, data, scale, shift);
        else AddNode(new AffineNode(node.Head(data, data.Shape), scale, shift));
    }

    // A constant beside a tensor that is read with its channels first.
    private static OnnxConstant ChannelsFirst(NodeReader node, OnnxConstant constant)
    {
        if (!node.ChannelsLast || constant.Count <= 1) return constant;
        int[] dims = [.. Enumerable.Repeat(1, Math.Max(0, 3 - constant.Dims.Length)), .. constant.Dims[^Math.Min(3, constant.Dims.Length)..]];
        if (constant.Dims.Length > 4 || (constant.Dims.Length == 4 && constant.Dims[0] != 1)) throw node.Error($"its constant [{string.Join(',', constant.Dims)}] does not fit an image");
        (int height, int width, int channels) = (dims[0], dims[1], dims[2]);
        return constant.Pick([channels, height, width], [.. Enumerable.Range(0, constant.Count).Select(i => i % (height * width) * channels + i / (height * width))]);
    }

    /// <summary>The constant repeated to one value a channel, or to one value a cell if it varies inside a channel.</summary>
    private static float[] Broadcast(NodeReader node, OnnxConstant constant, TensorShape shape) => Repeated(node, ChannelsFirst(node, constant), shape);

    private static float[] Repeated(NodeReader node, OnnxConstant constant, TensorShape shape)
    {
        int missing = shape.Rank - constant.Dims.Length; // -1 with an axis for the batch
        if (missing < -node.BatchAxes || (missing < 0 && constant.Dims[0] != 1)) throw Misfit();
        int[] dims = [.. Enumerable.Repeat(1, Math.Max(0, missing)), .. constant.Dims[Math.Max(0, -missing)..]];
        for (int i = 0; i < dims.Length; i++)
        {
            if (dims[i] != 1 && dims[i] != shape[i]) throw Misfit();
        }
        float[] values = constant.Floats;
        bool perChannel = dims.Skip(1).All(d => d == 1);
        var result = new float[perChannel ? shape.Channels : shape.Count];
        for (int i = 0; i < result.Length; i++)
        {
            int at = 0, remaining = perChannel ? i * shape.PlaneSize : i, stride = 1;
            for (int axis = dims.Length - 1; axis >= 0; axis--)
            {
                int index = remaining % shape[axis];
                remaining /= shape[axis];
                if (dims[axis] != 1) at += index * stride;
                stride *= dims[axis];
            }
            result[i] = values[at];
        }
        return result;

        OnnxModelException Misfit() => node.Error($"its constant [{string.Join(',', constant.Dims)}] does not fit {shape} an image");
    }

    /// <summary>The shape that tensors of one rank take together: on each axis they are equal or 1.</summary>
    private static TensorShape CommonShape(NodeReader node, CnnTensor[] data)
    {
        int rank = data[0].Shape.Rank;
        var dims = new long[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            dims[axis] = data.Max(tensor => tensor.Shape.Rank == rank ? tensor.Shape[axis] : 0);
            if (data.Any(tensor => tensor.Shape.Rank != rank || (tensor.Shape[axis] != 1 && tensor.Shape[axis] != dims[axis])))
                throw node.Error($"combines shapes that differ: {string.Join(" and ", data.Select(d => d.Shape))}");
        }
        return Shape(node, dims);
    }

    /// <summary>The tensor repeated along axes where it has 1 and the shape more.</summary>
    private CnnTensor Spread(NodeReader node, CnnTensor tensor, TensorShape shape) => tensor.Shape == shape ? tensor
        : Step(node, $"of {tensor.Index} spread", [tensor], shape, head => new AxesNode(head, [.. tensor.Shape.Dimensions.Select((d, axis) => d == shape[axis] ? null : new AxisMap(1, new int[shape[axis]]))]));

    private CnnTensor SpreadFor(NodeReader node, CnnTensor tensor, OnnxConstant constant)
    {
        int[] dims = ChannelsFirst(node, constant).Dims;
        int offset = dims.Length - tensor.Shape.Rank;
        return Spread(node, tensor, Shape(node, [.. tensor.Shape.Dimensions.Select((d, axis) => d == 1 && axis + offset >= 0 ? (long)dims[axis + offset] : d)]));
    }

    /// <summary>One of several nodes that an operator of the file becomes; the last of them takes the operator's own output.</summary>
    private CnnTensor Step(NodeReader node, string part, CnnTensor[] inputs, TensorShape shape, Func<NodeHead, CnnNode> make)
    {
        CnnTensor output = AddTensor(node, $"{node.Proto.Output[0]}:{part}", shape);
        AddNode(make(new NodeHead($"{node.Name}:{part}", node.OpType, [.. inputs], [output])));
        return output;
    }
}
