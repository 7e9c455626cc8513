namespace BioLearn.Onnx.Graph;

/// <summary>Constants that are read at places, summed along, cut into triangles and parts: positions and masks that a file computes.</summary>
internal sealed partial class ConstantFolder
{
    /// <summary>The parts of a constant that is split; null for every other node.</summary>
    public OnnxConstant[]? TrySplit(NodeReader node)
    {
        if (node.OpType != "Split" || !node.HasInput(0) || graph.ConstantOrNull(node.Proto.Input[0]) is not { } a) return null;
        int axis = Axis(node, node.Int("axis", 0), a.Dims.Length), size = a.Dims[axis], parts = node.Proto.Output.Count;
        int each = (size + Math.Max(1, parts) - 1) / Math.Max(1, parts);
        long[] sizes = node.List("split", 1) ?? [.. Enumerable.Range(0, parts).Select(i => (long)Math.Min(each, size - i * each))];
        if (sizes.Length != parts || sizes.Any(s => s <= 0 || s > size) || sizes.Sum() != size) throw node.Error($"cuts {size} into [{string.Join(',', sizes)}] for {parts} outputs");
        int[] strides = Strides(a.Dims);
        int at = 0;
        return [.. sizes.Select(s =>
        {
            int[] dims = [.. a.Dims.Select((d, i) => i == axis ? (int)s : d)];
            int start = at;
            at += (int)s;
            return a.Pick(dims, Indices(dims, strides, start * strides[axis]));
        })];
    }

    private static OnnxConstant CumulativeSum(NodeReader node)
    {
        OnnxConstant a = node.Constant(0), along = node.Constant(1);
        int axis = along.Count == 1 ? Axis(node, along.Longs[0], a.Dims.Length) : throw node.Error("its axis must be one number");
        bool exclusive = node.Int("exclusive", 0) != 0, back = node.Int("reverse", 0) != 0;
        int stride = Strides(a.Dims)[axis], size = a.Dims[axis];
        double[] values = a.IsFloat ? Array.ConvertAll(a.Floats, v => (double)v) : Array.ConvertAll(a.Longs, v => (double)v), sums = new double[values.Length];
        for (int start = 0; start < values.Length; start++)
        {
            if (start / stride % size != 0) continue;
            double sum = 0;
            for (int k = 0; k < size; k++)
            {
                int i = start + (back ? size - 1 - k : k) * stride;
                sums[i] = exclusive ? sum : sum + values[i];
                sum += values[i];
            }
        }
        return a.IsFloat ? new(a.Dims, Array.ConvertAll(sums, v => (float)v)) : new OnnxConstant(a.Dims, Array.ConvertAll(sums, v => (long)v));
    }

    private static OnnxConstant Triangle(NodeReader node)
    {
        OnnxConstant a = node.Constant(0);
        if (a.Dims.Length < 2) throw node.Error($"takes a triangle of [{string.Join(',', a.Dims)}]");
        long diagonal = node.ConstantOrNull(1) is { Count: 1 } k ? k.Longs[0] : 0;
        int rows = a.Dims[^2], columns = a.Dims[^1];
        bool upper = node.Int("upper", 1) != 0;
        return a.IsFloat ? new(a.Dims, [.. a.Floats.Select((v, i) => IsKept(i) ? v : 0)]) : new OnnxConstant(a.Dims, [.. a.Longs.Select((v, i) => IsKept(i) ? v : 0)]);

        bool IsKept(int i) => i % columns - (i / columns % rows) is var beyond && (upper ? beyond >= diagonal : beyond <= diagonal);
    }

    private static OnnxConstant PickedElements(NodeReader node)
    {
        OnnxConstant a = node.Constant(0), at = node.Constant(1);
        int axis = Axis(node, node.Int("axis", 0), a.Dims.Length), size = a.Dims[axis];
        if (at.Dims.Length != a.Dims.Length || at.Dims.Where((d, i) => i != axis && d > a.Dims[i]).Any()) throw node.Error($"picks by [{string.Join(',', at.Dims)}] from [{string.Join(',', a.Dims)}]");
        int[] strides = Strides(a.Dims), starts = Indices(at.Dims, [.. strides.Select((s, i) => i == axis ? 0 : s)], 0);
        long[] picked = at.Longs;
        return a.Pick(at.Dims, [.. starts.Select((start, i) => picked[i] >= -size && picked[i] < size ? start + (int)(picked[i] < 0 ? picked[i] + size : picked[i]) * strides[axis] : throw node.Error($"names place {picked[i]} of {size}"))]);
    }

    private static OnnxConstant Diagonal(NodeReader node)
    {
        OnnxConstant a = node.Constant(0);
        if (a.Dims is not [var rows, var columns]) throw node.Error($"makes a diagonal of [{string.Join(',', a.Dims)}]");
        int shift = node.Int("k", 0);
        return new(a.Dims, [.. Enumerable.Range(0, rows * columns).Select(i => i % columns - i / columns == shift ? 1f : 0)]);
    }

    private static OnnxConstant OneHot(NodeReader node)
    {
        OnnxConstant at = node.Constant(0), depth = node.Constant(1), values = node.Constant(2);
        if (depth.Count != 1 || values.Count != 2 || depth.Longs[0] is < 1 or > Limits.WindowSize) throw node.Error("its depth must be one number and its values two");
        int size = (int)depth.Longs[0], rank = at.Dims.Length + 1, axis = Axis(node, node.Int("axis", -1), rank);
        var dims = at.Dims.Select(d => (long)d).ToList();
        dims.Insert(axis, size);
        int[] shape = Dims(node, [.. dims]);
        int inner = shape.Skip(axis + 1).Aggregate(1, (p, d) => p * d);
        long[] named = at.Longs;
        var result = new float[shape.Aggregate(1, (p, d) => p * d)];
        for (int i = 0; i < result.Length; i++)
        {
            long name = named[i / (inner * size) * inner + i % inner];
            result[i] = values.Floats[(name < 0 ? name + size : name) == i / inner % size ? 1 : 0];
        }
        return values.IsFloat ? new(shape, result) : new OnnxConstant(shape, Array.ConvertAll(result, v => (long)v));
    }
}
