namespace BioLearn.Onnx.Graph;

/// <summary>Elementwise functions, and what rounds or compares.</summary>
internal sealed partial class GraphReader
{
    /// <summary>Operators that are one function of one number.</summary>
    private static readonly Dictionary<string, Func<NodeReader, NodeHead, CnnNode>> Functions = new()
    {
        [CompositeOperators.Positive] = (_, h) => new ActivationNode(h, ActivationKind.Positive),
        [CompositeOperators.NotNegative] = (_, h) => new ActivationNode(h, ActivationKind.NotNegative),
        [CompositeOperators.Zero] = (_, h) => new ActivationNode(h, ActivationKind.Zero),
        ["Abs"] = (_, h) => new ActivationNode(h, ActivationKind.Abs),
        ["Acos"] = (_, h) => new ActivationNode(h, ActivationKind.Acos),
        ["Acosh"] = (_, h) => new ActivationNode(h, ActivationKind.Acosh),
        ["Asin"] = (_, h) => new ActivationNode(h, ActivationKind.Asin),
        ["Asinh"] = (_, h) => new ActivationNode(h, ActivationKind.Asinh),
        ["Atan"] = (_, h) => new ActivationNode(h, ActivationKind.Atan),
        ["Atanh"] = (_, h) => new ActivationNode(h, ActivationKind.Atanh),
        ["Ceil"] = (_, h) => new ActivationNode(h, ActivationKind.Ceil),
        ["Cos"] = (_, h) => new ActivationNode(h, ActivationKind.Cos),
        ["Cosh"] = (_, h) => new ActivationNode(h, ActivationKind.Cosh),
        ["Floor"] = (_, h) => new ActivationNode(h, ActivationKind.Floor),
        ["Round"] = (_, h) => new ActivationNode(h, ActivationKind.Round),
        ["Shrink"] = (n, h) => new ActivationNode(h, ActivationKind.Shrink, alpha: n.Float("lambd", 0.5f), beta: n.Float("bias", 0)),
        ["Sin"] = (_, h) => new ActivationNode(h, ActivationKind.Sin),
        ["Sinh"] = (_, h) => new ActivationNode(h, ActivationKind.Sinh),
        ["Celu"] = (n, h) => new ActivationNode(h, ActivationKind.Celu, alpha: NotZero(n, "alpha", n.Float("alpha", 1))),
        ["Elu"] = (n, h) => new ActivationNode(h, ActivationKind.Elu, alpha: n.Float("alpha", 1)),
        ["Erf"] = (_, h) => new ActivationNode(h, ActivationKind.Erf),
        ["Exp"] = (_, h) => new ActivationNode(h, ActivationKind.Exp),
        ["Gelu"] = (n, h) => new ActivationNode(h, n.Text("approximate", "none") == "tanh" ? ActivationKind.GeluTanh : ActivationKind.Gelu),
        ["HardSigmoid"] = (n, h) => new ActivationNode(h, ActivationKind.HardSigmoid, alpha: n.Float("alpha", 0.2f), beta: n.Float("beta", 0.5f)),
        ["HardSwish"] = (_, h) => new ActivationNode(h, ActivationKind.HardSwish),
        ["LeakyRelu"] = (n, h) => new ActivationNode(h, ActivationKind.LeakyRelu, alpha: n.Float("alpha", 0.01f)),
        ["Log"] = (_, h) => new ActivationNode(h, ActivationKind.Log),
        ["Mish"] = (_, h) => new ActivationNode(h, ActivationKind.Mish),
        ["Neg"] = (_, h) => Scaled(h, -1),
        ["Reciprocal"] = (_, h) => new ActivationNode(h, ActivationKind.Reciprocal),
        ["Relu"] = (_, h) => new ActivationNode(h, ActivationKind.Relu),
        ["Selu"] = (n, h) => new ActivationNode(h, ActivationKind.Selu, alpha: n.Float("alpha", 1.67326319f), beta: n.Float("gamma", 1.05070102f)),
        ["Sigmoid"] = (_, h) => new ActivationNode(h, ActivationKind.Sigmoid),
        ["Sign"] = (_, h) => new ActivationNode(h, ActivationKind.Sign),
        ["Softplus"] = (_, h) => new ActivationNode(h, ActivationKind.Softplus),
        ["Softsign"] = (_, h) => new ActivationNode(h, ActivationKind.Softsign),
        ["Sqrt"] = (_, h) => new ActivationNode(h, ActivationKind.Sqrt),
        ["Swish"] = (n, h) => new ActivationNode(h, ActivationKind.Swish, alpha: n.Float("alpha", 1)),
        ["Tanh"] = (_, h) => new ActivationNode(h, ActivationKind.Tanh),
        ["ThresholdedRelu"] = (n, h) => new ActivationNode(h, ActivationKind.ThresholdedRelu, alpha: n.Float("alpha", 1)),
    };

    private static float NotZero(NodeReader node, string name, float value) => value != 0 && float.IsFinite(value) ? value : throw node.Error($"its {name} is {value}");

    private static AffineNode Scaled(NodeHead head, float factor)
    {
        var scale = new float[head.Inputs[0].Shape.Channels];
        Array.Fill(scale, factor);
        return new(head, scale, new float[scale.Length]);
    }

    private void ReadClip(NodeReader node)
    {
        float min = Bound("min", 1, float.NegativeInfinity), max = Bound("max", 2, float.PositiveInfinity);
        AddClip(node, node.Data(0), min, max);

        float Bound(string attribute, int input, float open)
        {
            float value = node.Has(attribute) ? node.Float(attribute, open)
                : node.ConstantOrNull(input) is not { } c ? open
                : c.Count == 1 ? c.Floats[0]
                : throw node.Error($"its {attribute} must be one value");
            return float.IsNaN(value) ? throw node.Error($"its {attribute} is not a number") : value;
        }
    }

    private void AddClip(NodeReader node, CnnTensor input, float min, float max)
    {
        if (min > max) throw node.Error($"its bounds are {min} and {max}");
        NodeHead head = node.Head(input, input.Shape);
        AddNode(min == 0 && float.IsPositiveInfinity(max) ? new ActivationNode(head, ActivationKind.Relu) : new ActivationNode(head, ActivationKind.Clip, min: min, max: max));
    }

    // Max or Min: of tensors that depend on the image, value by value; with a constant, a bound.
    private void ReadExtremum(NodeReader node, bool greatest)
    {
        CnnTensor[] data = [.. Enumerable.Range(0, node.InputCount).Select(node.DataOrNull).OfType<CnnTensor>()];
        float? bound = null;
        foreach (OnnxConstant constant in Enumerable.Range(0, node.InputCount).Where(i => node.DataOrNull(i) is null).Select(node.Constant))
        {
            float[] values = constant.Floats;
            if (values.Length == 0 || values.AsSpan().IndexOfAnyExcept(values[0]) >= 0) throw node.Refusal("compares with a constant of several values");
            bound = bound is null ? values[0] : greatest ? Math.Max(bound.Value, values[0]) : Math.Min(bound.Value, values[0]);
        }
        if (bound is { } b && float.IsNaN(b)) throw node.Error("its constant is not a number");
        data = OfOneRank(node, data);
        TensorShape shape = CommonShape(node, data);
        CnnTensor[] full = [.. data.Select(tensor => Spread(node, tensor, shape))];
        if (bound is null) AddNode(full.Length == 1 ? new IdentityNode(node.Head(full[0], shape)) : new ExtremumNode(node.Head(full, shape), greatest));
        else
        {
            CnnTensor one = full.Length == 1 ? full[0] : Step(node, "of all", full, shape, head => new ExtremumNode(head, greatest));
            AddClip(node, one, greatest ? bound.Value : float.NegativeInfinity, greatest ? float.PositiveInfinity : bound.Value);
        }
    }

    private void ReadParametricRelu(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        float[] slopes = Broadcast(node, node.Constant(1), input.Shape);
        if (!slopes.All(float.IsFinite)) throw node.Error("its slopes are infinite or not a number");
        AddNode(new ParametricReluNode(node.Head(input, input.Shape), slopes));
    }

    private void ReadPower(NodeReader node)
    {
        if (node.DataOrNull(0) is not { } input || node.ConstantOrNull(1) is not { Count: 1 } exponent) throw node.Refusal("raises to a power that is not one number");
        float p = exponent.Floats[0];
        if (!float.IsFinite(p)) throw node.Error("its exponent is not a number");
        NodeHead head = node.Head(input, input.Shape);
        AddNode(p == 1 ? new IdentityNode(head) : p == .5f ? new ActivationNode(head, ActivationKind.Sqrt) : new ActivationNode(head, ActivationKind.Power, alpha: p));
    }

    // What is stored as integers behind it is held as the floats that they mean.
    private void ReadQuantize(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        (float scale, int zero, int least, int greatest) = Steps(node, (ElementType)node.Int("output_dtype", 0));
        AddNode(new QuantizeNode(node.Head(input, input.Shape), scale, zero, least, greatest));
        _quantized.Add(node.Proto.Output[0], (scale, zero));
    }

    private void ReadDequantize(NodeReader node)
    {
        (float scale, int zero, _, _) = Steps(node, ElementType.UInt8);
        if (!_quantized.TryGetValue(node.Proto.Input[0], out (float Scale, int Zero) written))
        {
            if (!_takesBytes) throw node.Refusal("reads integers that no QuantizeLinear before it wrote");
            // The bytes of the picture itself.
            CnnTensor bytes = node.Data(0);
            var (scales, shifts) = (new float[bytes.Shape.Channels], new float[bytes.Shape.Channels]);
            Array.Fill(scales, scale);
            Array.Fill(shifts, -zero * scale);
            AddNode(new AffineNode(node.Head(bytes, bytes.Shape), scales, shifts));
            return;
        }
        if ((scale, zero) != written) throw node.Refusal($"reads with a scale of {scale} and zero point {zero} what was written with {written.Scale} and {written.Zero}");
        ReadIdentity(node);
    }

    private readonly Dictionary<string, (float Scale, int Zero)> _quantized = [];

    /// <summary>What only moves values, or picks the greatest, leaves them in their steps.</summary>
    private void CarryQuantization(NodeReader node)
    {
        bool moves = node.OpType is "Transpose" or "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" or "Identity" or "MaxPool" or "GlobalMaxPool" or "Slice" or "Split" or "Gather" or "Tile" or "Expand";
        if (!moves || !_quantized.TryGetValue(node.Proto.Input[0], out (float, int) steps)) return;
        foreach (string output in node.Proto.Output) _quantized.TryAdd(output, steps);
    }

    private static (float Scale, int Zero, int Least, int Greatest) Steps(NodeReader node, ElementType absent)
    {
        OnnxConstant scale = node.Constant(1);
        OnnxConstant? zero = node.ConstantOrNull(2);
        if (scale.Count != 1 || zero is { Count: not 1 }) throw node.Refusal("quantises activations channel by channel; one scale for all can be read");
        if (!(scale.Floats[0] > 0 && float.IsFinite(scale.Floats[0]))) throw node.Error($"its scale is {scale.Floats[0]}");
        (int least, int greatest) = (zero?.Type ?? absent) switch
        {
            ElementType.UInt8 or 0 => (0, 255),
            ElementType.Int8 => (-128, 127),
            var other => throw node.Refusal($"quantises to element type {other}; uint8 and int8 can be read"),
        };
        long at = zero?.Longs[0] ?? 0;
        return at >= least && at <= greatest ? (scale.Floats[0], (int)at, least, greatest) : throw node.Error($"its zero point is {at}");
    }
}
