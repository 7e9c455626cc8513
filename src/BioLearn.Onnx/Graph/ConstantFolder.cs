using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Graph;

/// <summary>
/// Computes nodes whose inputs are all constant, and Shape of anything: what exporters leave in a graph around stored
/// weights (Cast, Transpose, Identity) and to compute the target of a Reshape.
/// </summary>
internal sealed class ConstantFolder(GraphReader graph)
{
    /// <summary>The node's first output if it is constant; null if it depends on the image or is not an operator folded here.</summary>
    public OnnxConstant? TryFold(NodeReader node)
    {
        if (node.Proto.Output.Count == 0 || node.Proto.Output[0].Length == 0) throw node.Error("has no output");
        switch (node.OpType)
        {
            case "Constant": return ConstantValue(node);
            case "Shape": return ShapeOf(node);
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
        long[] dims = node.HasInput(0) && graph.ShapeInFile(node.Proto.Input[0]) is { } shape ? [OnnxConstant.Batch, .. shape.Dimensions.Select(d => (long)d)] : [.. node.Constant(0).Dims.Select(d => (long)d)];
        (int start, int step, int count) = GraphReader.SliceRange(node, node.Int("start", 0), node.Has("end") ? node.Int("end", 0) : int.MaxValue, 1, dims.Length);
        return new([count], dims[start..(start + count * step)]);
    }

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
        if (node.OpType != "Equal" && (m.Contains(OnnxConstant.Batch) || n.Contains(OnnxConstant.Batch))) throw node.Refusal("computes with the batch size: only networks that treat images one by one can be reversed");
        return new(dims, Array.ConvertAll(Enumerable.Range(0, first.Length).ToArray(), i => integer(m[first[i]], n[second[i]])));
    }

    // The shape that two take together: aligned at the last axis, where they are equal or one of them is 1.
    private static int[] Common(NodeReader node, int[] a, int[] b)
    {
        int rank = Math.Max(a.Length, b.Length);
        var dims = new long[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            int x = axis < rank - a.Length ? 1 : a[axis - rank + a.Length], y = axis < rank - b.Length ? 1 : b[axis - rank + b.Length];
            if (x != y && x != 1 && y != 1) throw node.Error($"combines constants of shape [{string.Join(',', a)}] and [{string.Join(',', b)}]");
            dims[axis] = x == 1 ? y : x;
        }
        return Dims(node, dims, Limits.ConstantValues);
    }

    // Where each value of the larger shape lies in the smaller.
    private static int[] Spread(int[] from, int[] to)
    {
        int[] own = Strides(from), strides = new int[to.Length];
        for (int axis = 0; axis < from.Length; axis++) strides[axis + to.Length - from.Length] = from[axis] == 1 ? 0 : own[axis];
        return Indices(to, strides, 0);
    }

    private static OnnxConstant Flattened(NodeReader node)
    {
        OnnxConstant a = node.Constant(0);
        int axis = node.Int("axis", 1, -a.Dims.Length, a.Dims.Length);
        int outer = a.Dims.Take(axis < 0 ? axis + a.Dims.Length : axis).Aggregate(1, (p, d) => p * d);
        return a.Reshaped([outer, outer == 0 ? 0 : a.Count / outer]);
    }

    private static OnnxConstant Squeezed(NodeReader node)
    {
        OnnxConstant a = node.Constant(0);
        long[] axes = node.List("axes", 1) ?? [.. Enumerable.Range(0, a.Dims.Length).Where(i => a.Dims[i] == 1).Select(i => (long)i)];
        int[] dropped = [.. axes.Select(x => Axis(node, x, a.Dims.Length))];
        if (dropped.Any(x => a.Dims[x] != 1)) throw node.Error($"removes axes of [{string.Join(',', a.Dims)}] that are not 1");
        return a.Reshaped([.. a.Dims.Where((_, i) => !dropped.Contains(i))]);
    }

    private static OnnxConstant Unsqueezed(NodeReader node)
    {
        OnnxConstant a = node.Constant(0);
        long[] axes = node.List("axes", 1) ?? throw node.Error("has no axes");
        int rank = a.Dims.Length + axes.Length;
        int[] added = [.. axes.Select(x => Axis(node, x, rank)).Distinct().Order()];
        if (rank > Limits.Rank || added.Length != axes.Length) throw node.Error($"adds axes [{string.Join(',', axes)}]");
        var dims = a.Dims.ToList();
        foreach (int axis in added) dims.Insert(axis, 1);
        return a.Reshaped([.. dims]);
    }

    private static OnnxConstant Transposed(NodeReader node)
    {
        OnnxConstant a = node.Constant(0);
        int rank = a.Dims.Length;
        int[] perm = node.Ints("perm")?.Select(p => Axis(node, p, rank)).ToArray() ?? [.. Enumerable.Range(0, rank).Reverse()];
        if (!perm.Order().SequenceEqual(Enumerable.Range(0, rank))) throw node.Error($"perm [{string.Join(',', perm)}] does not order {rank} axes");
        int[] dims = [.. perm.Select(p => a.Dims[p])];
        int[] strides = Strides(a.Dims);
        return a.Pick(dims, Indices(dims, [.. perm.Select(p => strides[p])], 0));
    }

    private static OnnxConstant Joined(NodeReader node)
    {
        OnnxConstant[] parts = [.. Enumerable.Range(0, node.InputCount).Select(node.Constant)];
        int rank = parts[0].Dims.Length, axis = Axis(node, node.Int("axis", 0), rank);
        if (parts.Any(p => p.Dims.Length != rank || p.Dims.Where((d, i) => i != axis && d != parts[0].Dims[i]).Any())) throw node.Error("joins constants of shapes that do not fit");
        int outer = parts[0].Dims.Take(axis).Aggregate(1, (p, d) => p * d);
        int[] dims = Dims(node, [.. parts[0].Dims.Select((d, i) => i == axis ? parts.Sum(p => (long)p.Dims[axis]) : d)], Limits.ConstantValues);
        if (!parts.All(p => p.IsFloat)) return new(dims, Woven(parts, outer, p => p.Longs));
        return new(dims, Woven(parts, outer, p => p.Floats));
    }

    private static T[] Woven<T>(OnnxConstant[] parts, int outer, Func<OnnxConstant, T[]> values)
    {
        T[][] sources = [.. parts.Select(values)];
        var result = new List<T>();
        for (int o = 0; o < outer; o++)
        {
            foreach (T[] source in sources) result.AddRange(source.AsSpan(source.Length / outer * o, source.Length / outer));
        }
        return [.. result];
    }

    private static OnnxConstant Gathered(NodeReader node)
    {
        OnnxConstant a = node.Constant(0), at = node.Constant(1);
        int axis = Axis(node, node.Int("axis", 0), a.Dims.Length), size = a.Dims[axis];
        int inner = a.Dims.Skip(axis + 1).Aggregate(1, (p, d) => p * d), outer = a.Dims.Take(axis).Aggregate(1, (p, d) => p * d);
        int[] chosen = [.. at.Longs.Select(i => i < -size || i >= size ? throw node.Error($"takes element {i} of {size}") : (int)(i < 0 ? i + size : i))];
        int[] dims = Dims(node, [.. a.Dims.Take(axis), .. at.Dims, .. a.Dims.Skip(axis + 1)], Math.Max(a.Count, Limits.FoldedValues));
        var indices = new List<int>();
        for (int o = 0; o < outer; o++)
        {
            foreach (int c in chosen) indices.AddRange(Enumerable.Range((o * size + c) * inner, inner));
        }
        return a.Pick(dims, [.. indices]);
    }

    private static OnnxConstant Sliced(NodeReader node)
    {
        OnnxConstant a = node.Constant(0);
        long[] starts = node.List("starts", 1) ?? throw node.Error("has no starts"), ends = node.List("ends", 2) ?? throw node.Error("has no ends");
        long[] axes = node.List("axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        long[] steps = node.ConstantOrNull(4)?.Longs ?? [.. Enumerable.Repeat(1L, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length) throw node.Error("starts, ends, axes and steps differ in length");
        int[] dims = [.. a.Dims], strides = Strides(a.Dims);
        int offset = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = Axis(node, axes[i], dims.Length);
            (int start, int step, int count) = GraphReader.SliceRange(node, starts[i], ends[i], steps[i], dims[axis]);
            offset += start * strides[axis];
            strides[axis] *= step;
            dims[axis] = count;
        }
        return a.Pick(dims, Indices(dims, strides, offset));
    }

    private static int[] ResolvedShape(NodeReader node, OnnxConstant a, long[] target)
    {
        long[] resolved = [.. target.Select((t, i) => t == 0 && i < a.Dims.Length ? a.Dims[i] : t)];
        int open = Array.IndexOf(resolved, -1L);
        if (open >= 0)
        {
            long known = resolved.Where((_, i) => i != open).Aggregate(1L, (p, d) => d is > 0 and <= int.MaxValue && p <= Limits.ConstantValues ? p * d : 0);
            resolved[open] = known == 0 ? 0 : a.Count / known;
        }
        bool fits = resolved.Length <= Limits.Rank && (a.Count > 0 || resolved.Length <= 1) && resolved.All(d => d is >= 0 and <= int.MaxValue) && resolved.Aggregate(1L, (p, d) => p <= Limits.ConstantValues ? p * d : p) == a.Count;
        return fits ? [.. resolved.Select(d => (int)d)] : throw node.Error($"cannot give {a.Count} values the shape [{string.Join(',', target)}]");
    }

    // What is computed for each image of a batch alike is held once.
    private static int[] Dims(NodeReader node, long[] dims, long most = Limits.FoldedValues)
    {
        dims = Array.ConvertAll(dims, d => d == OnnxConstant.Batch ? 1 : d);
        long count = 1;
        foreach (long d in dims)
        {
            if (d < 0) throw node.Error($"makes a constant of {d} values on an axis");
            if (d > most || (count *= d) > most) throw node.Error($"a constant of shape [{string.Join(',', dims)}] is too large");
        }
        return dims.Length <= Limits.Rank && (count > 0 || dims.Length <= 1) ? [.. dims.Select(d => (int)d)] : throw node.Error($"cannot make a constant of shape [{string.Join(',', dims)}]");
    }

    private static int Axis(NodeReader node, long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw node.Error($"axis {axis} is outside a constant of {rank} dimensions");

    private static int[] Strides(int[] dims)
    {
        var strides = new int[dims.Length];
        for (int i = dims.Length - 1, stride = 1; i >= 0; stride *= dims[i--]) strides[i] = stride;
        return strides;
    }

    private static int[] Indices(int[] dims, int[] strides, int offset)
    {
        var indices = new int[dims.Aggregate(1, (p, d) => p * d)];
        for (int i = 0; i < indices.Length; i++)
        {
            int at = offset, remaining = i;
            for (int axis = dims.Length - 1; axis >= 0; remaining /= dims[axis--]) at += remaining % dims[axis] * strides[axis];
            indices[i] = at;
        }
        return indices;
    }
}
