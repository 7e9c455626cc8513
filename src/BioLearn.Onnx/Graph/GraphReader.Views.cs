namespace BioLearn.Onnx.Graph;

/// <summary>Operators that move values without changing them.</summary>
internal sealed partial class GraphReader
{
    private void ReadFlatten(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        int axis = node.Int("axis", 1);
        if (axis != 1 && axis + input.Shape.Rank + 1 != 1) throw node.Error($"flattens from axis {axis}; only axis 1 keeps the images apart");
        AddReshape(node, input, new TensorShape(input.Shape.Count));
    }

    private void ReadReshape(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        long[] target = (node.Ints("shape") ?? node.Constant(1).Longs).ToArray();
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

        OnnxModelException Misfit() => node.Error($"its shape [{string.Join(',', target)}] does not keep the images apart or does not hold {input.Shape} an image");
    }

    private void ReadSqueeze(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        long[] axes = node.List("axes", 1) ?? [.. Enumerable.Range(0, input.Shape.Rank).Where(i => input.Shape[i] == 1).Select(i => i + 1L)];
        int[] dropped = [.. axes.Select(a => node.SampleAxis(a, input.Shape)).Distinct()];
        if (dropped.Any(a => input.Shape[a] != 1)) throw node.Error($"removes axes of {input.Shape} that are not 1");
        AddReshape(node, input, new TensorShape([.. Enumerable.Range(0, input.Shape.Rank).Where(i => !dropped.Contains(i)).Select(i => input.Shape[i])]));
    }

    private void ReadUnsqueeze(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        long[] axes = node.List("axes", 1) ?? throw node.Error("has no axes");
        int rank = input.Shape.Rank + 1 + axes.Length;
        int[] added = [.. axes.Select(a => a < 0 ? a + rank : a).Where(a => a > 0 && a < rank).Select(a => (int)a).Distinct()];
        if (rank > Limits.Rank || added.Length != axes.Length) throw node.Error($"adds axes [{string.Join(',', axes)}] to a tensor of {input.Shape.Rank + 1} dimensions");
        var dims = input.Shape.Dimensions.ToList();
        foreach (int axis in added.Order()) dims.Insert(axis - 1, 1);
        AddReshape(node, input, new TensorShape([.. dims]));
    }

    private void AddReshape(NodeReader node, CnnTensor input, TensorShape shape) => AddNode(new ReshapeNode(node.Head(input, shape)));

    private void ReadTranspose(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        if (_channelsLast && input.Index == 0)
        {
            ReadIdentity(node);
            return;
        }
        int rank = input.Shape.Rank;
        long[] perm = node.Ints("perm") ?? [.. Enumerable.Range(0, rank + 1).Select(i => (long)(rank - i))];
        if (perm.Length != rank + 1 || !perm.Order().SequenceEqual(Enumerable.Range(0, rank + 1).Select(i => (long)i))) throw node.Error($"perm [{string.Join(',', perm)}] does not order {rank + 1} axes");
        if (perm[0] != 0) throw node.Error("moves the batch axis: only networks that treat images one by one can be reversed");
        int[] axes = [.. perm.Skip(1).Select(p => (int)p - 1)];
        NodeHead head = node.Head(input, new TensorShape([.. axes.Select(a => input.Shape[a])]));
        AddNode(axes.SequenceEqual(Enumerable.Range(0, rank)) ? new IdentityNode(head) : new TransposeNode(head, axes));
    }

    private void ReadConcat(NodeReader node)
    {
        CnnTensor[] inputs = [.. Enumerable.Range(0, node.InputCount).Select(node.Data)];
        if (!node.Has("axis")) throw node.Error("has no axis");
        int axis = node.SampleAxis(node.Int("axis", 1), inputs[0].Shape);
        TensorShape first = inputs[0].Shape;
        if (inputs.Any(i => !WithoutAxis(i.Shape).SequenceEqual(WithoutAxis(first)))) throw node.Error($"joins shapes that do not fit: {string.Join(", ", inputs.Select(i => i.Shape))}");
        AddNode(new ConcatNode(node.Head(inputs, WithSize(node, first, axis, inputs.Sum(i => (long)i.Shape[axis]))), axis));

        IEnumerable<int> WithoutAxis(TensorShape shape) => shape.Dimensions.Where((_, i) => i != axis);
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
        if (node.Text("mode", "constant") is not ("constant" or "")) throw node.Error($"pads by \"{node.Text("mode", "")}\"; only constant padding can be reversed");
        long[] pads = node.List("pads", 1) ?? throw node.Error("has no pads");
        long[] axes = node.ConstantOrNull(3)?.Longs ?? [.. Enumerable.Range(0, rank + 1).Select(i => (long)i)];
        if (pads.Length != 2 * axes.Length) throw node.Error($"has {pads.Length} pads for {axes.Length} axes");
        if (pads.Any(p => p < 0 || p > Limits.ActivationValues)) throw node.Error($"pads are [{string.Join(',', pads)}]; cut with Slice, not with negative padding");
        float value = node.Has("value") ? node.Float("value", 0) : node.ConstantOrNull(2) is { Count: 1 } c ? c.Floats[0] : 0;
        int[] before = new int[rank];
        long[] size = [.. input.Shape.Dimensions.Select(d => (long)d)];
        for (int i = 0; i < axes.Length; i++)
        {
            if (pads[i] == 0 && pads[axes.Length + i] == 0) continue;
            int axis = node.SampleAxis(axes[i], input.Shape);
            before[axis] = (int)pads[i];
            size[axis] = input.Shape[axis] + pads[i] + pads[axes.Length + i];
        }
        NodeHead head = node.Head(input, Shape(node, size));
        AddNode(head.Outputs[0].Shape == input.Shape ? new IdentityNode(head) : new PadNode(head, before, value));
    }

    private static TensorShape WithSize(NodeReader node, TensorShape shape, int axis, long size) => Shape(node, [.. shape.Dimensions.Select((d, i) => i == axis ? size : d)]);
}
