using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Graph;

/// <summary>
/// Computes nodes whose inputs are all constant, and Shape of anything: what exporters leave in a graph around stored
/// weights (Cast, Transpose, Identity) and to compute the target of a Reshape.
/// </summary>
internal sealed partial class ConstantFolder(GraphReader graph)
{
    /// <summary>The node's first output if it is constant; null if it depends on the image or is not an operator folded here.</summary>
    public OnnxConstant? TryFold(NodeReader node)
    {
        if (node.Proto.Output.Count == 0 || node.Proto.Output[0].Length == 0) throw node.Error("has no output");
        switch (node.OpType)
        {
            case "Constant": return ConstantValue(node);
            case "Shape": return ShapeOf(node);
            case "Size": return SizeOf(node);
        }
        if (node.InputCount == 0 || Enumerable.Range(0, node.InputCount).Any(i => node.HasInput(i) && graph.ConstantOrNull(node.Proto.Input[i]) is null)) return null;
        return node.OpType switch
        {
            "Identity" or "Dropout" => node.Constant(0),
            "Cast" => Cast(node),
            "ConstantOfShape" => Filled(node),
            "Add" => Binary(node, (a, b) => a + b, (a, b) => a + b),
            "Sub" => Binary(node, (a, b) => a - b, (a, b) => a - b),
            "Mul" => Binary(node, (a, b) => a * b, (a, b) => a * b),
            "Div" => Binary(node, (a, b) => a / b, (a, b) => b == 0 ? throw node.Error("divides by zero") : b == -1 ? -a : a / b),
            "Equal" => Binary(node, (a, b) => a == b ? 1 : 0, (a, b) => a == b ? 1 : 0).AsLongs(),
            "Pow" => Binary(node, MathF.Pow, (a, b) => (long)Math.Pow(a, b)),
            "Max" when node.InputCount == 2 => Binary(node, Math.Max, Math.Max),
            "Min" when node.InputCount == 2 => Binary(node, Math.Min, Math.Min),
            "Greater" => Binary(node, (a, b) => a > b ? 1 : 0, (a, b) => a > b ? 1 : 0).AsLongs(),
            "Less" => Binary(node, (a, b) => a < b ? 1 : 0, (a, b) => a < b ? 1 : 0).AsLongs(),
            "Not" => Unary(node, v => v == 0 ? 1 : 0).AsLongs(),
            "LessOrEqual" => Binary(node, (a, b) => a <= b ? 1 : 0, (a, b) => a <= b ? 1 : 0).AsLongs(),
            "GreaterOrEqual" => Binary(node, (a, b) => a >= b ? 1 : 0, (a, b) => a >= b ? 1 : 0).AsLongs(),
            "And" => Binary(node, (a, b) => a != 0 && b != 0 ? 1 : 0, (a, b) => a != 0 && b != 0 ? 1 : 0).AsLongs(),
            "Or" => Binary(node, (a, b) => a != 0 || b != 0 ? 1 : 0, (a, b) => a != 0 || b != 0 ? 1 : 0).AsLongs(),
            "Xor" => Binary(node, (a, b) => a != 0 != (b != 0) ? 1 : 0, (a, b) => a != 0 != (b != 0) ? 1 : 0).AsLongs(),
            "Sum" when node.InputCount == 2 => Binary(node, (a, b) => a + b, (a, b) => a + b),
            "IsNaN" => Unary(node, v => float.IsNaN(v) ? 1 : 0).AsLongs(),
            "IsInf" => Unary(node, v => float.IsInfinity(v) ? 1 : 0).AsLongs(),
            "CumSum" => CumulativeSum(node),
            "Trilu" => Triangle(node),
            "GatherElements" => PickedElements(node),
            "EyeLike" => Diagonal(node),
            "OneHot" => OneHot(node),
            "Mod" => Binary(node, (a, b) => a % b, (a, b) => Remainder(node, a, b)),
            "MatMul" => Product(node),
            "Clip" => Clipped(node),
            "Relu" => Unary(node, v => Math.Max(0, v)),
            "Sigmoid" => Unary(node, v => 1 / (1 + MathF.Exp(-v))),
            "Tanh" => Unary(node, MathF.Tanh),
            "Log" => Unary(node, MathF.Log),
            "Sin" => Unary(node, MathF.Sin),
            "Cos" => Unary(node, MathF.Cos),
            "Sign" => Unary(node, v => float.IsNaN(v) ? v : MathF.Sign(v)),
            "Round" => Unary(node, MathF.Round),
            "Exp" => Unary(node, MathF.Exp),
            "Abs" => Unary(node, MathF.Abs),
            "Reciprocal" => Unary(node, v => 1 / v),
            "Range" => Range(node),
            "ReduceMean" => Reduced(node, values => values.Average()),
            "ReduceSum" => Reduced(node, values => values.Sum()),
            "ReduceMax" => Reduced(node, values => values.Max()),
            "ReduceMin" => Reduced(node, values => values.Min()),
            "ReduceProd" => Reduced(node, values => values.Aggregate(1.0, (p, v) => p * v)),
            "ReduceL2" => Reduced(node, values => Math.Sqrt(values.Sum(v => v * v))),
            "Where" => Chosen(node),
            "Expand" => Expanded(node),
            "Tile" => Tiled(node),
            "ScatterND" => Scattered(node),
            "QuantizeLinear" => Quantization.Quantized(node),
            "DequantizeLinear" => Quantization.Dequantized(node),
            "Sqrt" => Unary(node, MathF.Sqrt),
            "Floor" => Unary(node, MathF.Floor),
            "Ceil" => Unary(node, MathF.Ceiling),
            "Neg" => Unary(node, v => -v),
            "Reshape" => node.Constant(0).Reshaped(ResolvedShape(node, node.Constant(0), node.Constant(1).Longs)),
            "Flatten" => Flattened(node),
            "Squeeze" => Squeezed(node),
            "Unsqueeze" => Unsqueezed(node),
            "Transpose" => Transposed(node),
            "Concat" => Joined(node),
            "Gather" => Gathered(node),
            "Slice" => Sliced(node),
            _ => null,
        };
    }

    private static OnnxConstant ConstantValue(NodeReader node)
    {
        AttributeProto value = node.Proto.Attribute.FirstOrDefault(a => a.Name.StartsWith("value", StringComparison.Ordinal)) ?? throw node.Error("has no value");
        return value.Name switch
        {
            "value" => node.ReadTensor(value.T ?? throw node.Error("has no value")),
            "value_float" => new([], [value.F]),
            "value_floats" => new([value.Floats.Count], value.Floats.ToArray()),
            "value_int" => new([], [value.I]),
            "value_ints" => new([value.Ints.Count], value.Ints.ToArray()),
            _ => throw node.Error($"its {value.Name} cannot be read"),
        };
    }

    private OnnxConstant ShapeOf(NodeReader node)
    {
        long[] dims = node.HasInput(0) && graph.AxesInFile(node.Proto.Input[0], OnnxConstant.Batch) is { } axes ? axes : [.. node.Constant(0).Dims.Select(d => (long)d)];
        (int start, int step, int count) = GraphReader.SliceRange(node, node.Int("start", 0), node.Has("end") ? node.Int("end", 0) : int.MaxValue, 1, dims.Length);
        return new([count], dims[start..(start + count * step)]);
    }

    private OnnxConstant SizeOf(NodeReader node) => graph.AxesInFile(node.Proto.Input.FirstOrDefault() ?? "", 1) is { } axes ? new([], [axes.Aggregate(1L, (p, d) => p * d)]) : new([], [(long)node.Constant(0).Count]);

    private static OnnxConstant Cast(NodeReader node)
    {
        OnnxConstant value = node.Constant(0);
        bool toFloat = (ElementType)node.Int("to", 0) is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16;
        return toFloat == value.IsFloat ? value : toFloat ? new(value.Dims, value.Floats) : new(value.Dims, value.Longs);
    }

    private static OnnxConstant Filled(NodeReader node)
    {
        int[] dims = Dims(node, node.Constant(0).Longs);
        int count = dims.Aggregate(1, (a, d) => a * d);
        OnnxConstant value = node.Attribute("value")?.T is { } t ? node.ReadTensor(t) : new([1], [0f]);
        if (value.Count != 1) throw node.Error("its value must be one number");
        return value.IsFloat ? new(dims, Repeated(value.Floats[0], count)) : new OnnxConstant(dims, Repeated(value.Longs[0], count));
    }

    private static T[] Repeated<T>(T value, int count)
    {
        var values = new T[count];
        Array.Fill(values, value);
        return values;
    }

    private static OnnxConstant Range(NodeReader node)
    {
        OnnxConstant start = node.Constant(0), limit = node.Constant(1), delta = node.Constant(2);
        if (start.Count != 1 || limit.Count != 1 || delta.Count != 1) throw node.Error("start, limit and step must each be one number");
        (double from, double to, double step) = (start.IsFloat ? start.Floats[0] : start.Longs[0], limit.IsFloat ? limit.Floats[0] : limit.Longs[0], delta.IsFloat ? delta.Floats[0] : delta.Longs[0]);
        double count = Math.Max(0, Math.Ceiling((to - from) / step));
        if (!(count <= Limits.FoldedValues)) throw node.Error($"counts from {from} to {to} by {step}");
        double[] values = [.. Enumerable.Range(0, (int)count).Select(i => from + i * step)];
        return start.IsFloat ? new([values.Length], Array.ConvertAll(values, v => (float)v)) : new([values.Length], Array.ConvertAll(values, v => (long)v));
    }

    private static OnnxConstant Reduced(NodeReader node, Func<IEnumerable<double>, double> of)
    {
        OnnxConstant a = node.Constant(0);
        int rank = a.Dims.Length;
        long[] named = node.List("axes", 1) ?? [];
        if (named.Length == 0 && node.Int("noop_with_empty_axes", 0) != 0) return a;
        int[] axes = named.Length == 0 ? [.. Enumerable.Range(0, rank)] : [.. named.Select(x => Axis(node, x, rank)).Distinct()];
        int[] kept = [.. a.Dims.Select((d, axis) => axes.Contains(axis) ? 1 : d)], strides = Strides(a.Dims);
        // Each result reads the values at its own place and at all places of the axes that go.
        int[] starts = Indices(kept, strides, 0), inside = Indices([.. axes.Select(axis => a.Dims[axis])], [.. axes.Select(axis => strides[axis])], 0);
        if (inside.Length == 0 || starts.Length == 0) throw node.Error("reduces nothing");
        double[] values = a.IsFloat ? Array.ConvertAll(a.Floats, v => (double)v) : Array.ConvertAll(a.Longs, v => (double)v);
        double[] results = Array.ConvertAll(starts, start => of(inside.Select(i => values[start + i])));
        int[] dims = node.Int("keepdims", 1) != 0 ? kept : [.. kept.Where((_, axis) => !axes.Contains(axis))];
        return a.IsFloat ? new(dims, Array.ConvertAll(results, v => (float)v)) : new OnnxConstant(dims, Array.ConvertAll(results, v => (long)v));
    }

    private static OnnxConstant Chosen(NodeReader node)
    {
        OnnxConstant condition = node.Constant(0), a = node.Constant(1), b = node.Constant(2);
        int[] dims = Common(node, condition.Dims, Common(node, a.Dims, b.Dims)), which = Spread(condition.Dims, dims), first = Spread(a.Dims, dims), second = Spread(b.Dims, dims);
        long[] flags = condition.Longs;
        if (!a.IsFloat && !b.IsFloat) return new(dims, Enumerable.Range(0, which.Length).Select(i => flags[which[i]] != 0 ? a.Longs[first[i]] : b.Longs[second[i]]).ToArray());
        float[] x = a.Floats, y = b.Floats;
        return new(dims, Enumerable.Range(0, which.Length).Select(i => flags[which[i]] != 0 ? x[first[i]] : y[second[i]]).ToArray());
    }

    private static OnnxConstant Expanded(NodeReader node)
    {
        OnnxConstant a = node.Constant(0);
        int[] target = Dims(node, node.Constant(1).Longs);
        return a.Pick(Common(node, a.Dims, target), Spread(a.Dims, Common(node, a.Dims, target)));
    }

    private static OnnxConstant Unary(NodeReader node, Func<float, float> f)
    {
        OnnxConstant a = node.Constant(0);
        return a.IsFloat ? new(a.Dims, Array.ConvertAll(a.Floats, v => f(v))) : new OnnxConstant(a.Dims, Array.ConvertAll(a.Longs, v => (long)f(v)));
    }

    private static OnnxConstant Binary(NodeReader node, Func<float, float, float> real, Func<long, long, long> integer)
    {
        OnnxConstant a = node.Constant(0), b = node.Constant(1);
        int[] dims = Common(node, a.Dims, b.Dims);
        int[] first = Spread(a.Dims, dims), second = Spread(b.Dims, dims);
        if (a.IsFloat || b.IsFloat)
        {
            float[] x = a.Floats, y = b.Floats;
            return new(dims, Array.ConvertAll(Enumerable.Range(0, first.Length).ToArray(), i => real(x[first[i]], y[second[i]])));
        }
        long[] m = a.Longs, n = b.Longs;
        // What is computed of the batch size is what it is for one image.
        if (node.OpType != "Equal") (m, n) = (OfOneImage(m), OfOneImage(n));
        return new(dims, Array.ConvertAll(Enumerable.Range(0, first.Length).ToArray(), i => integer(m[first[i]], n[second[i]])));
    }

    private static long[] OfOneImage(long[] values) => values.Contains(OnnxConstant.Batch) ? Array.ConvertAll(values, v => v == OnnxConstant.Batch ? 1 : v) : values;
}
