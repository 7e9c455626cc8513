namespace BioLearn.Onnx.Graph;

/// <summary>Operators that read, or write, at stored places, in order, or where a grid says.</summary>
internal sealed partial class GraphReader
{
    private void ReadGatherElements(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        int axis = node.SampleAxis(node.Int("axis", 0), input.Shape);
        OnnxConstant at = OfSample(node, node.Constant(1));
        if (at.Dims.Length != input.Shape.Rank || at.Dims.Where((d, i) => i != axis && d > input.Shape[i]).Any()) throw node.Error($"picks by [{string.Join(',', at.Dims)}] from {input.Shape} an image");
        TensorShape shape = Shape(node, [.. at.Dims.Select(d => (long)d)]);
        long[] picked = at.Longs;
        AddNode(new PlacesNode(node.Head(input, shape), 1, [.. Enumerable.Range(0, picked.Length).Select(i => Element(node, input.Shape, shape, i, axis, picked[i]))]));
    }

    private void ReadGatherBlocks(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        int batch = node.Int("batch_dims", 0, 0, Limits.Rank) - node.BatchAxes;
        OnnxConstant at = OfSample(node, node.Constant(1));
        int depth = at.Dims.Length == 0 ? 0 : at.Dims[^1];
        if (batch < 0) throw node.Refusal("picks among the images of a batch");
        if (depth == 0 || batch >= at.Dims.Length || batch + depth > input.Shape.Rank || at.Dims.Take(batch).Where((d, i) => d != input.Shape[i]).Any()) throw node.Error($"picks by [{string.Join(',', at.Dims)}] from {input.Shape} an image");
        int block = input.Shape.Dimensions.Skip(batch + depth).Aggregate(1, (p, d) => p * d), perBatch = at.Dims[batch..^1].Aggregate(1, (p, d) => p * d), cells = input.Shape.Count / block;
        int each = cells / at.Dims.Take(batch).Aggregate(1, (p, d) => p * d);
        long[] dims = [.. at.Dims[..^1].Select(d => (long)d), .. input.Shape.Dimensions.Skip(batch + depth).Select(d => (long)d)];
        TensorShape shape = Shape(node, dims.Length == 0 ? [1] : dims);
        int[] starts = Blocks(node, at, depth, input.Shape.Dimensions.Skip(batch).ToArray());
        AddNode(new PlacesNode(node.Head(input, shape), 1, [.. Enumerable.Range(0, shape.Count).Select(i => (i / block / perBatch * each + starts[i / block]) * block + i % block)]));
    }

    /// <summary>Which cell each row of indices names, counted within the axes that they name.</summary>
    private static int[] Blocks(NodeReader node, OnnxConstant at, int depth, int[] sizes)
    {
        long[] indices = at.Longs;
        var cells = new int[indices.Length / depth];
        for (int i = 0; i < indices.Length; i++)
        {
            int size = sizes[i % depth];
            if (indices[i] < -size || indices[i] >= size) throw node.Error($"picks {indices[i]} of {size}");
            cells[i / depth] = cells[i / depth] * size + (int)(indices[i] < 0 ? indices[i] + size : indices[i]);
        }
        return cells;
    }

    // Updates at stored places replace what stands there: a choice between both.
    private void ReadScatter(NodeReader node)
    {
        CnnTensor? data = node.DataOrNull(0);
        OnnxConstant at = OfSample(node, node.Constant(1));
        if (node.Text("reduction", "none") != "none") throw node.Refusal("combines updates with what stands at their places; only replacing can be read");
        TensorShape shape = data?.Shape ?? Shape(node, [.. OfSample(node, node.Constant(0)).Dims.Select(d => (long)d)]);
        int[] written;
        if (node.OpType == "ScatterElements")
        {
            int axis = node.SampleAxis(node.Int("axis", 0), shape);
            if (at.Dims.Length != shape.Rank || at.Dims.Where((d, i) => i != axis && d > shape[i]).Any()) throw node.Error($"writes by [{string.Join(',', at.Dims)}] to {shape} an image");
            long[] indices = at.Longs;
            TensorShape own = Shape(node, [.. at.Dims.Select(d => (long)d)]);
            written = [.. Enumerable.Range(0, indices.Length).Select(i => Element(node, shape, own, i, axis, indices[i]))];
        }
        else
        {
            if (!node.IsOfOneImage) throw node.Refusal("writes among the images of a batch");
            int depth = at.Dims.Length == 0 ? 0 : at.Dims[^1];
            if (depth == 0 || depth > shape.Rank) throw node.Error($"writes by [{string.Join(',', at.Dims)}] to {shape} an image");
            int block = shape.Dimensions.Skip(depth).Aggregate(1, (p, d) => p * d);
            written = [.. Blocks(node, at, depth, [.. shape.Dimensions]).SelectMany(cell => Enumerable.Range(cell * block, block))];
        }
        CnnTensor? updates = node.DataOrNull(2);
        if ((updates?.Shape.Count ?? node.Constant(2).Count) != written.Length) throw node.Error("its indices and updates do not fit");
        var mask = new float[shape.Count];
        var source = new int[shape.Count];
        for (int i = 0; i < written.Length; i++) (mask[written[i]], source[written[i]]) = (1, i);
        var inputs = new List<CnnTensor>();
        SelectOperand first = updates is null ? SelectOperand.Stored([.. source.Select(i => node.Constant(2).Floats[i])]) : Input(Step(node, "written", [updates], shape, head => new PlacesNode(head, 1, source)));
        SelectOperand second = data is null ? SelectOperand.Stored(node.Constant(0).Floats) : Input(data);
        AddNode(new SelectNode(node.Head([.. inputs], shape), SelectOperand.Stored(mask), first, second));

        SelectOperand Input(CnnTensor tensor)
        {
            inputs.Add(tensor);
            return SelectOperand.Of(inputs.Count - 1);
        }
    }

    // Place of an element in a tensor: where it stands in the indices, but for one axis, on which they tell.
    private static int Element(NodeReader node, TensorShape shape, TensorShape own, int i, int axis, long index)
    {
        int size = shape[axis], place = 0, stride = 1;
        if (index < -size || index >= size) throw node.Error($"names place {index} of {size}");
        for (int a = own.Rank - 1; a >= 0; a--)
        {
            place += (a == axis ? (int)(index < 0 ? index + size : index) : i % own[a]) * stride;
            i /= own[a];
            stride *= shape[a];
        }
        return place;
    }

    // Stored for one image, or for all alike.
    private static OnnxConstant OfSample(NodeReader node, OnnxConstant constant)
    {
        if (node.IsOfOneImage) return constant;
        return constant.Dims is [1, ..] ? constant.Reshaped(constant.Dims[1..]) : throw node.Refusal($"reads [{string.Join(',', constant.Dims)}], which is not one set for all images");
    }

    private void ReadCumulativeSum(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        OnnxConstant along = node.Constant(1);
        int axis = along.Count == 1 ? node.SampleAxis(along.Longs[0], input.Shape) : throw node.Error("its axis must be one number"), size = input.Shape[axis];
        bool exclusive = node.Int("exclusive", 0) != 0, back = node.Int("reverse", 0) != 0;
        if ((long)size * size > Limits.FoldedValues) throw node.Refusal($"sums along {size} values; 4096 are possible");
        var weights = new float[size * size];
        for (int i = 0; i < weights.Length; i++)
        {
            int behind = back ? i % size - i / size : i / size - i % size;
            weights[i] = behind > 0 || (behind == 0 && !exclusive) ? 1 : 0;
        }
        AddWork(node, (double)size * input.Shape.Count);
        AddNode(new AxesNode(node.Head(input, input.Shape), Along(input.Shape, axis, new AxisMap(size, new int[size], size, weights))));
    }

    // The greatest values in order. Their places tell later operators what to pick: that has no way back.
    private void ReadTopK(NodeReader node)
    {
        if (!_read.Overlaps(node.Proto.Output))
        {
            ReadClosing(node);
            return;
        }
        CnnTensor input = node.Data(0);
        int axis = node.SampleAxis(node.Int("axis", -1), input.Shape);
        long kept = node.Has("k") ? node.Int("k", 0) : node.Constant(1) is { Count: 1 } k ? k.Longs[0] : throw node.Error("its number must be one value");
        if (kept < 1 || kept > input.Shape[axis]) throw node.Error($"takes {kept} of {input.Shape[axis]} values");
        if (node.Int("sorted", 1) == 0 && kept > 1) throw node.Refusal("takes the greatest values in no order");
        NodeHead head = node.Head(input, WithSize(node, input.Shape, axis, kept));
        AddNode(new OrderedNode(head, Grouping.Along(input.Shape, axis), (int)kept, node.Int("largest", 1) != 0));
        if (node.Proto.Output is [_, { Length: > 0 } places, ..]) _beyondReach.TryAdd(places, node.Refusal("its places of the greatest values are computed with"));
    }

    private void ReadGridSample(NodeReader node)
    {
        CnnTensor input = ImageInput(node);
        string mode = node.Text("mode", "linear"), padding = node.Text("padding_mode", "zeros");
        if (mode is not ("linear" or "bilinear" or "nearest")) throw node.Refusal($"samples by \"{mode}\"; bilinear and nearest can be reversed");
        GridPadding outside = padding switch { "zeros" => GridPadding.Zeros, "border" => GridPadding.Border, "reflection" => GridPadding.Reflection, _ => throw node.Error($"pads by \"{padding}\"") };
        var sampling = new GridSampling(input.Shape.Height, input.Shape.Width, mode == "nearest", outside, node.Int("align_corners", 0) != 0);
        if (node.DataOrNull(1) is { } grid)
        {
            if (grid.Shape is not { Rank: 3 } || grid.Shape[2] != 2) throw node.Error($"its grid is {grid.Shape} an image; height, width and 2 are needed");
            AddNode(new GridSampleNode(node.Head([input, grid], Shape(node, input.Shape.Channels, grid.Shape[0], grid.Shape[1])), sampling));
            return;
        }
        OnnxConstant stored = OfSample(node, node.Constant(1));
        if (stored.Dims is not [var height, var width, 2]) throw node.Error($"its grid is [{string.Join(',', stored.Dims)}]; height, width and 2 are needed");
        float[] at = stored.Floats;
        int taps = sampling.Taps;
        var (places, weights) = (new int[at.Length / 2 * taps], new float[at.Length / 2 * taps]);
        Span<double> some = stackalloc double[taps], slopes = stackalloc double[taps], others = stackalloc double[taps];
        for (int i = 0; i < at.Length / 2; i++)
        {
            sampling.Read(at[2 * i], at[2 * i + 1], places.AsSpan(i * taps, taps), some, slopes, others);
            for (int k = 0; k < taps; k++) weights[i * taps + k] = (float)some[k];
        }
        AddNode(new PlacesNode(node.Head(input, Shape(node, input.Shape.Channels, height, width)), input.Shape.Channels, places, taps, weights));
    }

    // Places of a grid turned, scaled and moved by a matrix: a dense layer of stored places on each of its rows.
    private void ReadAffineGrid(NodeReader node)
    {
        CnnTensor theta = node.Data(0);
        long[] size = node.Constant(1).Longs;
        if (size.Length != 4 || theta.Shape is not { Rank: 2 } || theta.Shape[0] != 2 || theta.Shape[1] != 3) throw node.Refusal($"makes a grid of {size.Length - 2} axes by {theta.Shape} an image; two axes by 2 x 3 can be read");
        bool corners = node.Int("align_corners", 0) != 0;
        TensorShape shape = Shape(node, size[2], size[3], 2);
        (int height, int width) = (shape[0], shape[1]);
        var places = new float[height * width * 3];
        for (int i = 0; i < height * width; i++)
        {
            places[3 * i] = At(i % width, width);
            places[3 * i + 1] = At(i / width, height);
            places[3 * i + 2] = 1;
        }
        CnnTensor rows = Step(node, "rows", [theta], new(2, height * width), head => new DenseNode(head, places, null));
        CnnTensor turned = Step(node, "turned", [rows], new(height * width, 2), head => new TransposeNode(head, [1, 0]));
        AddReshape(node, turned, shape);

        float At(int i, int n) => corners ? n == 1 ? 0 : (float)(2.0 * i / (n - 1) - 1) : (float)((2.0 * i + 1) / n - 1);
    }
}
