namespace BioLearn.Onnx.Graph;

/// <summary>Operators that move values without changing them.</summary>
internal sealed partial class GraphReader
{
    private void ReadFlatten(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        int axis = node.Int("axis", 1);
        if (node.IsOfOneImage)
        {
            int at = axis < 0 ? axis + input.Shape.Rank : axis;
            if (at < 0 || at > input.Shape.Rank) throw node.Error($"axis {axis} is outside a tensor of {input.Shape.Rank} dimensions");
            int outer = input.Shape.Dimensions.Take(at).Aggregate(1, (p, d) => p * d);
            AddReshape(node, input, new TensorShape(outer, input.Shape.Count / outer));
            return;
        }
        if (axis != 1 && axis + input.Shape.Rank + 1 != 1) throw node.Error($"flattens from axis {axis}; only axis 1 keeps the images apart");
        AddReshape(node, input, new TensorShape(input.Shape.Count));
    }

    private void ReadReshape(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        long[] target = (node.Ints("shape") ?? node.Constant(1).Longs).ToArray();
        if (node.IsOfOneImage)
        {
            long[] resolved = TargetOf(target, [.. input.Shape.Dimensions.Select(d => (long)d)], node.Int("allowzero", 0) == 0) ?? throw Misfit();
            AddReshape(node, input, Shape(node, resolved));
            return;
        }
        if (target.Length is < 2 or > Limits.Rank) throw node.Error($"its shape [{string.Join(',', target)}] has no place for batch and values");
        bool zeroCopies = node.Int("allowzero", 0) == 0;
        long known = 1;
        int open = -1;
        for (int i = 1; i < target.Length; i++)
        {
            if (target[i] == 0 && zeroCopies && i <= input.Shape.Rank) target[i] = input.Shape[i - 1];
            if (target[i] == -1 && open < 0) open = i;
            else if (target[i] is > 0 and <= Limits.ActivationValues && known * target[i] <= Limits.ActivationValues) known *= target[i];
            else throw Misfit();
        }
        if (open > 0) target[open] = input.Shape.Count / known;
        bool batchKept = target[0] == OnnxConstant.Batch || target[0] == (FixedBatch ?? 1) || (target[0] == 0 && zeroCopies) || (target[0] == -1 && open < 0);
        if (!batchKept || (open > 0 ? known * target[open] : known) != input.Shape.Count) throw Misfit();
        AddReshape(node, input, new TensorShape([.. target.Skip(1).Select(d => (int)d)]));

        OnnxModelException Misfit() => node.Refusal($"its shape [{string.Join(',', target)}] does not keep the images apart or does not hold {input.Shape} an image");
    }

    private void ReadSqueeze(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        long[] axes = node.List("axes", 1) ?? [.. Enumerable.Range(0, input.Shape.Rank).Where(i => input.Shape[i] == 1).Select(i => (long)i + node.BatchAxes)];
        int[] dropped = [.. axes.Select(a => node.SampleAxis(a, input.Shape)).Distinct()];
        if (dropped.Any(a => input.Shape[a] != 1)) throw node.Error($"removes axes of {input.Shape} that are not 1");
        AddReshape(node, input, new TensorShape([.. Enumerable.Range(0, input.Shape.Rank).Where(i => !dropped.Contains(i)).Select(i => input.Shape[i])]));
    }

    private void ReadUnsqueeze(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        long[] axes = node.List("axes", 1) ?? throw node.Error("has no axes");
        int rank = input.Shape.Rank + node.BatchAxes + axes.Length;
        int[] added = [.. axes.Select(a => a < 0 ? a + rank : a).Where(a => a >= node.BatchAxes && a < rank).Select(a => (int)a).Distinct()];
        if (rank > Limits.Rank || added.Length != axes.Length) throw node.Error($"adds axes [{string.Join(',', axes)}] to a tensor of {input.Shape.Rank + 1} dimensions");
        var dims = input.Shape.Dimensions.ToList();
        foreach (int axis in added.Order()) dims.Insert(axis - node.BatchAxes, 1);
        AddReshape(node, input, new TensorShape([.. dims]));
    }

    private void AddReshape(NodeReader node, CnnTensor input, TensorShape shape) => AddNode(new ReshapeNode(node.Head(input, shape)));

    private void ReadConcat(NodeReader node)
    {
        if (!node.Has("axis")) throw node.Error("has no axis");
        int[] data = [.. Enumerable.Range(0, node.InputCount).Where(i => node.DataOrNull(i) is not null)];
        TensorShape first = node.Data(data[0]).Shape;
        int axis = node.SampleAxis(node.Int("axis", 1), first);
        CnnTensor[] parts = [.. data.Select(node.Data)];
        if (parts.Any(part => !WithoutAxis(part.Shape).SequenceEqual(WithoutAxis(first)))) throw node.Error($"joins shapes that do not fit: {string.Join(", ", parts.Select(part => part.Shape))}");
        if (data.Length < node.InputCount) JoinConstants(node, data, parts, axis);
        else AddNode(new ConcatNode(node.Head(parts, WithSize(node, first, axis, parts.Sum(part => (long)part.Shape[axis]))), axis));

        IEnumerable<int> WithoutAxis(TensorShape shape) => shape.Dimensions.Where((_, i) => i != axis);
    }

    // Room for the constants is made by padding the tensor before them, the first one also in front; then they are added.
    private void JoinConstants(NodeReader node, int[] data, CnnTensor[] parts, int axis)
    {
        TensorShape first = parts[0].Shape;
        var constants = new List<(long Offset, OnnxConstant Values)>();
        long[] before = new long[parts.Length], behind = new long[parts.Length];
        long offset = 0;
        for (int i = 0, part = -1; i < node.InputCount; i++)
        {
            if (data.Contains(i)) offset += parts[++part].Shape[axis];
            else
            {
                OnnxConstant values = ChannelsFirst(node, node.Constant(i));
                long size = values.Dims.Length > first.Rank - axis ? values.Dims[values.Dims.Length - first.Rank + axis] : 0;
                if (size == 0) throw node.Error($"joins a constant of shape [{string.Join(',', values.Dims)}] to {first}");
                constants.Add((offset, values));
                (part < 0 ? before : behind)[Math.Max(part, 0)] += size;
                offset += size;
            }
        }
        CnnTensor[] roomy = [.. parts.Select((part, i) => before[i] + behind[i] == 0 ? part : Step(
            node, $"room {i}", [part], WithSize(node, part.Shape, axis, part.Shape[axis] + before[i] + behind[i]), head => new PadNode(head, [.. Enumerable.Range(0, first.Rank).Select(a => a == axis ? (int)before[i] : 0)], 0)))];
        TensorShape shape = WithSize(node, first, axis, offset);
        CnnTensor joined = roomy.Length == 1 ? roomy[0] : Step(node, "joined", roomy, shape, head => new ConcatNode(head, axis));
        float[] shift = new float[shape.Count], scale = new float[shape.Count];
        Array.Fill(scale, 1);
        Grouping whole = Grouping.Along(shape, axis);
        foreach ((long at, OnnxConstant values) in constants)
        {
            int size = values.Dims[values.Dims.Length - first.Rank + axis];
            float[] given = Repeated(node, values, WithSize(node, first, axis, size));
            int copies = whole.Outer * size * whole.Inner / given.Length;
            for (int i = 0; i < given.Length * copies; i++)
                shift[(i / (size * whole.Inner) * whole.Count + at) * whole.Inner + i % (size * whole.Inner)] = given[i / copies];
        }
        AddAffine(node, joined, scale, shift);
    }

    private void ReadSplit(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        int axis = node.SampleAxis(node.Int("axis", 0), input.Shape);
        int size = input.Shape[axis], parts = node.Proto.Output.Count;
        int each = (size + Math.Max(1, parts) - 1) / Math.Max(1, parts);
        long[] sizes = node.List("split", 1) ?? [.. Enumerable.Range(0, parts).Select(i => (long)Math.Min(each, size - i * each))];
        if (sizes.Length != parts || sizes.Any(s => s <= 0 || s > size) || sizes.Sum() != size) throw node.Error($"cuts {size} into [{string.Join(',', sizes)}] for {parts} outputs");
        AddNode(new SplitNode(node.Head([input], [.. sizes.Select(s => WithSize(node, input.Shape, axis, s))]), axis));
    }

    private void ReadSlice(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        TensorShape shape = input.Shape;
        long[] starts = node.List("starts", 1) ?? throw node.Error("has no starts"), ends = node.List("ends", 2) ?? throw node.Error("has no ends");
        long[] axes = node.List("axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        long[] steps = node.ConstantOrNull(4)?.Longs ?? [.. Enumerable.Repeat(1L, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length) throw node.Error("starts, ends, axes and steps differ in length");
        if (axes.Distinct().Count() != axes.Length) throw node.Error("names an axis twice");
        int[] from = new int[shape.Rank], step = [.. Enumerable.Repeat(1, shape.Rank)], size = [.. shape.Dimensions];
        for (int i = 0; i < starts.Length; i++)
        {
            if (axes[i] is 0 && starts[i] == 0 && steps[i] == 1 && ends[i] >= int.MaxValue) continue;
            int axis = node.SampleAxis(axes[i], shape);
            (from[axis], step[axis], size[axis]) = SliceRange(node, starts[i], ends[i], steps[i], shape[axis]);
        }
        NodeHead head = node.Head(input, Shape(node, [.. size.Select(s => (long)s)]));
        AddNode(head.Outputs[0].Shape == shape && step.All(s => s == 1) ? new IdentityNode(head) : new SliceNode(head, from, step));
    }

    /// <summary>First index, step and count of a Python-style slice of an axis of <paramref name="size"/>.</summary>
    public static (int Start, int Step, int Count) SliceRange(NodeReader node, long start, long end, long step, int size)
    {
        if (step is 0 or < -int.MaxValue or > int.MaxValue) throw node.Error($"has a step of {step}");
        long lowest = step > 0 ? 0 : -1, highest = step > 0 ? size : size - 1;
        long first = Math.Clamp(start < 0 ? start + size : start, Math.Max(lowest, 0), highest);
        long last = Math.Clamp(end < 0 ? end + size : end, lowest, highest);
        long count = step > 0 ? (last - first + step - 1) / step : (first - last - step - 1) / -step;
        return ((int)first, (int)step, (int)Math.Max(0, count));
    }

    private void ReadPad(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        int rank = input.Shape.Rank;
        string mode = node.Text("mode", "constant") is { Length: > 0 } named ? named : "constant";
        if (mode is not ("constant" or "reflect" or "edge" or "wrap")) throw node.Error($"pads by \"{mode}\"");
        long[] pads = node.List("pads", 1) ?? throw node.Error("has no pads");
        long[] axes = node.ConstantOrNull(3)?.Longs ?? [.. Enumerable.Range(0, rank + node.BatchAxes).Select(i => (long)i)];
        if (pads.Length != 2 * axes.Length) throw node.Error($"has {pads.Length} pads for {axes.Length} axes");
        if (pads.Any(p => Math.Abs(p) > Limits.ActivationValues)) throw node.Error($"pads are [{string.Join(',', pads)}]");
        float value = node.Has("value") ? node.Float("value", 0) : node.ConstantOrNull(2) is { Count: 1 } c ? c.Floats[0] : 0;
        if (pads.Any(p => p < 0)) input = WithoutMargins(node, input, pads, axes);
        int[] before = new int[rank];
        long[] size = [.. input.Shape.Dimensions.Select(d => (long)d)];
        for (int i = 0; i < axes.Length; i++)
        {
            (long front, long behind) = (Math.Max(0, pads[i]), Math.Max(0, pads[axes.Length + i]));
            if (front == 0 && behind == 0) continue;
            int axis = node.SampleAxis(axes[i], input.Shape);
            before[axis] = (int)front;
            size[axis] = input.Shape[axis] + front + behind;
        }
        TensorShape shape = Shape(node, size);
        if (mode != "constant" && shape != input.Shape) AddMirrorPad(node, input, shape, before, mode);
        else AddNode(shape == input.Shape ? new IdentityNode(node.Head(input, shape)) : new PadNode(node.Head(input, shape), before, value));
    }

    // Negative padding cuts.
    private CnnTensor WithoutMargins(NodeReader node, CnnTensor input, long[] pads, long[] axes)
    {
        int[] starts = new int[input.Shape.Rank], steps = [.. Enumerable.Repeat(1, input.Shape.Rank)];
        long[] size = [.. input.Shape.Dimensions.Select(d => (long)d)];
        for (int i = 0; i < axes.Length; i++)
        {
            (long front, long behind) = (Math.Min(0, pads[i]), Math.Min(0, pads[axes.Length + i]));
            if (front == 0 && behind == 0) continue;
            int axis = node.SampleAxis(axes[i], input.Shape);
            starts[axis] = (int)-front;
            size[axis] += front + behind;
            if (size[axis] < 1) throw node.Error($"cuts {-front} and {-behind} from {input.Shape[axis]} values");
        }
        return Step(node, "cut", [input], Shape(node, size), head => new SliceNode(head, starts, steps));
    }

    private static TensorShape WithSize(NodeReader node, TensorShape shape, int axis, long size) => Shape(node, [.. shape.Dimensions.Select((d, i) => i == axis ? size : d)]);
}
