namespace BioLearn.Onnx.Graph;

/// <summary>Operators that pick, repeat, mirror or resample along single axes.</summary>
internal sealed partial class GraphReader
{
    private void ReadGather(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        int axis = node.SampleAxis(node.Int("axis", 0), input.Shape), size = input.Shape[axis];
        OnnxConstant at = node.Constant(1);
        if (at.Count == 0) throw node.Error("picks nothing");
        int[] picked = [.. at.Longs.Select(i => i >= -size && i < size ? (int)(i < 0 ? i + size : i) : throw node.Error($"picks {i} of {size}"))];
        TensorShape whole = WithSize(node, input.Shape, axis, picked.Length);
        AxisMap?[] maps = Along(input.Shape, axis, new AxisMap(size, picked));
        if (at.Dims.Length == 1) AddNode(new AxesNode(node.Head(input, whole), maps));
        else
        {
            CnnTensor values = Step(node, "picked", [input], whole, head => new AxesNode(head, maps));
            long[] dims = [.. whole.Dimensions.Take(axis).Select(d => (long)d), .. at.Dims.Select(d => (long)d), .. whole.Dimensions.Skip(axis + 1).Select(d => (long)d)];
            AddReshape(node, values, Shape(node, dims.Length == 0 ? [1] : dims));
        }
    }

    private void ReadTile(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        long[] repeats = node.Constant(1).Longs;
        if (repeats.Length != input.Shape.Rank + node.BatchAxes || repeats.Any(r => r is < 1 or > Limits.WindowSize)) throw node.Error($"repeats [{string.Join(',', repeats)}] do not fit {input.Shape} an image");
        if (repeats[0] != 1 && !node.IsOfOneImage) throw node.Refusal("repeats the images");
        TensorShape shape = Shape(node, [.. input.Shape.Dimensions.Select((d, axis) => d * repeats[axis + node.BatchAxes])]);
        AddNode(new AxesNode(node.Head(input, shape), Maps(shape, (axis, i) => i % input.Shape[axis], input.Shape)));
    }

    private void ReadExpand(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        long[] target = node.Constant(1).Longs;
        if (node.IsOfOneImage) input = OfOneRank(node, [input], target.Length)[0];
        if (target.Length > input.Shape.Rank + node.BatchAxes) throw node.Error($"its shape [{string.Join(',', target)}] has more axes than {input.Shape} an image");
        int missing = input.Shape.Rank + node.BatchAxes - target.Length;
        if (missing == 0 && !node.IsOfOneImage && target[0] is not (1 or OnnxConstant.Batch) && target[0] != FixedBatch) throw node.Refusal("repeats the images");
        TensorShape shape = Shape(node, [.. input.Shape.Dimensions.Select((d, axis) => axis + node.BatchAxes < missing || target[axis + node.BatchAxes - missing] is 1 or OnnxConstant.Batch ? d : target[axis + node.BatchAxes - missing])]);
        if (input.Shape.Dimensions.Where((d, axis) => d != 1 && d != shape[axis]).Any()) throw node.Error($"its shape [{string.Join(',', target)}] does not fit {input.Shape} an image");
        AddNode(new AxesNode(node.Head(input, shape), Maps(shape, (axis, i) => input.Shape[axis] == 1 ? 0 : i, input.Shape)));
    }

    private void AddMirrorPad(NodeReader node, CnnTensor input, TensorShape shape, int[] before, string mode)
    {
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            int size = input.Shape[axis], most = mode == "reflect" ? size - 1 : int.MaxValue;
            if (before[axis] > most || shape[axis] - size - before[axis] > most) throw node.Error($"mirrors more than the {size} values of axis {axis + 1}");
        }
        AddNode(new AxesNode(node.Head(input, shape), Maps(shape, (axis, i) => Source(i - before[axis], input.Shape[axis]), input.Shape)));

        int Source(int i, int size) => mode switch
        {
            "reflect" => i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i,
            "edge" => Math.Clamp(i, 0, size - 1),
            _ => (i % size + size) % size,
        };
    }

    private void ReadDepthToSpace(NodeReader node, bool back)
    {
        CnnTensor input = ImageInput(node);
        (int c, int h, int w) = (input.Shape.Channels, input.Shape.Height, input.Shape.Width);
        int b = node.Has("blocksize") ? node.Int("blocksize", 0, 1, 1 << 10) : throw node.Error("has no blocksize");
        bool byColumns = node.Text("mode", "DCR") == "CRD";
        if (back ? h % b != 0 || w % b != 0 : c % (b * b) != 0) throw node.Error($"blocks of {b}x{b} do not fit {input.Shape}");
        (int[] apart, int[] order, int[] joined) = back ? ((int[])[c, h / b, b, w / b, b], (int[])[2, 4, 0, 1, 3], (int[])[c * b * b, h / b, w / b])
            : byColumns ? ([c / (b * b), b, b, h, w], [0, 3, 1, 4, 2], [c / (b * b), h * b, w * b])
            : ([b, b, c / (b * b), h, w], [2, 3, 0, 4, 1], [c / (b * b), h * b, w * b]);
        CnnTensor blocks = Step(node, "blocks", [input], new(apart), head => new ReshapeNode(head));
        CnnTensor turned = Step(node, "turned", [blocks], new([.. order.Select(axis => apart[axis])]), head => new TransposeNode(head, order));
        AddReshape(node, turned, new(joined));
    }

    private void ReadResize(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        var resampling = Resampling.Read(node, input.Shape, OperatorSet);
        AxisMap?[] maps = [.. Enumerable.Range(0, input.Shape.Rank).Select(axis => resampling.Map(node, axis))];
        TensorShape shape = Shape(node, [.. maps.Select((map, axis) => (long)(map?.OutputSize ?? input.Shape[axis]))]);
        AddWork(node, maps.Sum(map => map?.Weights is null ? 0.0 : (double)map.InputSize * shape.Count));
        AddNode(maps.All(map => map is null) ? new IdentityNode(node.Head(input, shape)) : new AxesNode(node.Head(input, shape), maps));
    }

    private static AxisMap?[] Along(TensorShape shape, int axis, AxisMap map) => [.. Enumerable.Range(0, shape.Rank).Select(a => a == axis ? map : null)];

    // An axis whose positions all read themselves needs no map.
    private static AxisMap?[] Maps(TensorShape to, Func<int, int, int> source, TensorShape from)
    {
        var maps = new AxisMap?[to.Rank];
        for (int axis = 0; axis < maps.Length; axis++)
        {
            int[] starts = [.. Enumerable.Range(0, to[axis]).Select(i => source(axis, i))];
            if (to[axis] != from[axis] || starts.Where((start, i) => start != i).Any()) maps[axis] = new(from[axis], starts);
        }
        return maps;
    }
}
