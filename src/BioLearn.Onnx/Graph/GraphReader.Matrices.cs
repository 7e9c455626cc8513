namespace BioLearn.Onnx.Graph;

/// <summary>Products of matrices that both depend on the image: attention, and sums over letters.</summary>
internal sealed partial class GraphReader
{
    private void ReadMatMul(NodeReader node)
    {
        if (node.DataOrNull(0) is { } left && node.DataOrNull(1) is { } right)
        {
            CnnTensor[] both = OfOneRank(node, [left, right]);
            AddMatrixProduct(node, both[0], both[1]);
            return;
        }
        if (node.DataOrNull(0) is null) ReadLeftProduct(node);
        else if (!node.ChannelsLast && node.Constant(1).Dims.Length > 2) ReadGroupProduct(node);
        else if (node.ChannelsLast)
        {
            // A matrix over the channels of each cell is a convolution of one cell.
            CnnTensor input = node.Data(0);
            (float[] kernel, int channels) = DenseWeights(node, input.Shape.Channels, transposed: false);
            AddWork(node, (double)kernel.Length * input.Shape.PlaneSize);
            AddNode(new ConvNode(node.Head(input, Shape(node, channels, input.Shape.Height, input.Shape.Width)), new Window(1, 1), 1, kernel, null));
        }
        else
        {
            (float[] weights, int outputs) = DenseWeights(node, node.Data(0).Shape.Dimensions[^1], transposed: false);
            AddDense(node, node.Data(0), weights, null, outputs);
        }
    }

    // Stored weights with more than two axes: a matrix for each group of rows.
    private void ReadGroupProduct(NodeReader node)
    {
        CnnTensor data = node.Data(0);
        OnnxConstant weights = node.Constant(1);
        int rank = data.Shape.Rank, extra = weights.Dims.Length - rank; // axes in front that the data have not, the batch's among them
        if (rank < 2 || weights.Count == 0 || weights.Dims[^2] != data.Shape[rank - 1] || weights.Dims[..Math.Max(0, extra)].Any(d => d != 1)) throw Misfit();
        int[] dims = [.. Enumerable.Repeat(1, Math.Max(0, -extra)), .. weights.Dims[Math.Max(0, extra)..]];
        long[] groups = [.. dims[..^2].Select((d, axis) => d == 1 ? data.Shape[axis] : data.Shape[axis] == 1 || data.Shape[axis] == d ? (long)d : throw Misfit())];
        (int inner, int columns) = (dims[^2], dims[^1]);
        float[] stored = node.Weights(1, weights.Count);
        data = Spread(node, data, Shape(node, [.. groups, data.Shape[rank - 2], inner]));
        TensorShape output = Shape(node, [.. groups, data.Shape[rank - 2], columns]);
        AddWork(node, (double)output.Count * inner);
        var repeated = new float[groups.Aggregate(1L, (p, d) => p * d) * inner * columns];
        for (int group = 0; group < repeated.Length / (inner * columns); group++)
        {
            int from = 0;
            for ((int axis, int left, int stride) = (groups.Length - 1, group, 1); axis >= 0; left /= (int)groups[axis], stride *= dims[axis], axis--)
            {
                if (dims[axis] != 1) from += left % (int)groups[axis] * stride;
            }
            stored.AsSpan(from * inner * columns, inner * columns).CopyTo(repeated.AsSpan(group * inner * columns));
        }
        AddNode(new GroupDenseNode(node.Head(data, output), repeated));

        OnnxModelException Misfit() => node.Error($"weights [{string.Join(',', weights.Dims)}] do not fit an input of [{data.Shape}] an image");
    }

    // Stored weights on the left mix rows: turned, they are weights on the right.
    private void ReadLeftProduct(NodeReader node)
    {
        CnnTensor data = node.Data(1);
        int[] dims = node.Constant(0).Dims;
        if (dims.Length != 2 || data.Shape.Rank < 2 || dims[1] != data.Shape[data.Shape.Rank - 2]) throw node.Refusal($"multiplies weights [{string.Join(',', dims)}] with [{data.Shape}] an image");
        int rank = data.Shape.Rank;
        int[] turn = [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2];
        CnnTensor columns = Step(node, "turned", [data], new([.. turn.Select(axis => data.Shape[axis])]), head => new TransposeNode(head, turn));
        TensorShape product = WithSize(node, columns.Shape, rank - 1, dims[0]);
        AddWork(node, (double)dims[0] * data.Shape.Count);
        CnnTensor mixed = Step(node, "mixed", [columns], product, head => new DenseNode(head, node.Weights(0, (long)dims[0] * dims[1]), null));
        AddNode(new TransposeNode(node.Head(mixed, new([.. turn.Select(axis => product[axis])])), turn));
    }

    private void AddMatrixProduct(NodeReader node, CnnTensor left, CnnTensor right)
    {
        int rank = left.Shape.Rank;
        if (rank < 2 || right.Shape.Rank != rank || left.Shape[rank - 1] != right.Shape[rank - 2]) throw node.Error($"multiplies matrices that do not fit: {left.Shape} and {right.Shape}");
        long[] leading = [.. Enumerable.Range(0, rank - 2).Select(axis => (long)Math.Max(left.Shape[axis], right.Shape[axis]))];
        CnnTensor a = Spread(node, left, Fitting(left)), b = Spread(node, right, Fitting(right));
        TensorShape shape = Shape(node, [.. leading, left.Shape[rank - 2], right.Shape[rank - 1]]);
        AddWork(node, (double)shape.Count * left.Shape[rank - 1]);
        AddNode(new MatrixProductNode(node.Head([a, b], shape), GateOf(IsBounded(left), IsBounded(right))));

        TensorShape Fitting(CnnTensor tensor)
        {
            if (leading.Where((d, axis) => tensor.Shape[axis] != 1 && tensor.Shape[axis] != d).Any()) throw node.Error($"multiplies matrices that do not fit: {left.Shape} and {right.Shape}");
            return Shape(node, [.. leading, tensor.Shape[rank - 2], tensor.Shape[rank - 1]]);
        }
    }

    private static int GateOf(bool leftIsBounded, bool rightIsBounded) => leftIsBounded == rightIsBounded ? -1 : rightIsBounded ? 1 : 0;

    private void ReadEinsum(NodeReader node)
    {
        var sum = Einsum.Parse(node, [.. Enumerable.Range(0, node.InputCount).Select(i => node.DataOrNull(i)?.Shape.Rank ?? node.Constant(i).Dims.Length)]);
        for (int i = 0; i < node.InputCount; i++)
        {
            if (_wholeViews.ContainsKey(node.Proto.Input[i]) && !sum.Output.Contains(sum.Inputs[i][0], StringComparison.Ordinal)) throw node.Refusal($"sums over the images of a batch by \"{sum.Equation}\"");
        }
        if (node.InputCount == 1)
        {
            CnnTensor only = node.Data(0);
            string letters = sum.Inputs[0];
            // Summed along each letter that goes, one after the other.
            foreach (char gone in letters.Except(sum.Output).ToArray())
            {
                int axis = letters.IndexOf(gone, StringComparison.Ordinal);
                TensorShape whole = only.Shape, kept = WithSize(node, whole, axis, 1);
                only = Step(node, $"sum over {gone}", [only], kept, head => new ReduceNode(head, Grouping.Along(whole, axis), 1));
                letters = letters.Remove(axis, 1);
                int[] dims = [.. kept.Dimensions.Where((_, i) => i != axis)];
                only = Step(node, $"without {gone}", [only], new(dims.Length == 0 ? [1] : dims), head => new ReshapeNode(head));
            }
            AddTurned(node, only, letters.Length == 0 ? [0] : Einsum.Places(letters, sum.Output));
            return;
        }
        if (node.InputCount != 2 || !sum.IsProduct) throw node.Refusal($"sums \"{sum.Equation}\": products of two can be read");
        bool swapped = node.DataOrNull(0) is null; // the weights stand second here
        int first = swapped ? 1 : 0, second = 1 - first;
        CnnTensor left = node.Data(first);
        string both = sum.Both(first), rows = sum.Only(first), inner = sum.Inner, columns = sum.Only(second);
        CnnTensor a = Turned(node, "left", left, sum.Inputs[first], both + rows + inner);
        var sizes = new Dictionary<char, int>();
        for (int i = 0; i < sum.Inputs[first].Length; i++) sizes[sum.Inputs[first][i]] = left.Shape[i];
        TensorShape product;
        CnnTensor result;
        if (node.DataOrNull(second) is { } right)
        {
            for (int i = 0; i < sum.Inputs[second].Length; i++) Fit(sum.Inputs[second][i], right.Shape[i]);
            CnnTensor b = Turned(node, "right", right, sum.Inputs[second], both + inner + columns);
            product = Shape(node, Size(both), Size(rows), Size(columns));
            CnnTensor am = Step(node, "left matrices", [a], Shape(node, Size(both), Size(rows), Size(inner)), head => new ReshapeNode(head));
            CnnTensor bm = Step(node, "right matrices", [b], Shape(node, Size(both), Size(inner), Size(columns)), head => new ReshapeNode(head));
            AddWork(node, (double)product.Count * Size(inner));
            result = Step(node, "product", [am, bm], product, head => new MatrixProductNode(head, GateOf(IsBounded(left), IsBounded(right))));
        }
        else
        {
            OnnxConstant weights = node.Constant(second);
            for (int i = 0; i < sum.Inputs[second].Length; i++) Fit(sum.Inputs[second][i], weights.Dims[i]);
            float[] stored = node.Weights(second, weights.Count);
            if (Size(both) != 1)
            {
                // Weights of their own for each of the letters that both have.
                float[] matrices = Ordered(both + inner + columns);
                CnnTensor groups = Step(node, "groups", [a], Shape(node, Size(both), Size(rows), Size(inner)), head => new ReshapeNode(head));
                product = Shape(node, Size(both), Size(rows), Size(columns));
                AddWork(node, (double)product.Count * Size(inner));
                result = Step(node, "product", [groups], product, head => new GroupDenseNode(head, matrices));
            }
            else
            {
                float[] matrix = Ordered(both + columns + inner);
                CnnTensor am = Step(node, "rows", [a], Shape(node, Size(rows), Size(inner)), head => new ReshapeNode(head));
                product = Shape(node, am.Shape[0], Size(columns));
                AddWork(node, (double)matrix.Length * am.Shape[0]);
                result = Step(node, "product", [am], product, head => new DenseNode(head, matrix, null));
            }

            float[] Ordered(string letters) => ConstantFolder.Turned(new OnnxConstant(weights.Dims, stored), Einsum.Places(sum.Inputs[second], letters)).Floats;
        }
        string made = both + rows + columns;
        CnnTensor apart = Step(node, "apart", [result], Shape(node, [.. made.Select(letter => (long)sizes[letter])]), head => new ReshapeNode(head));
        AddTurned(node, apart, Einsum.Places(made, sum.Output));

        void Fit(char letter, int size)
        {
            if (!sizes.TryAdd(letter, size) && sizes[letter] != size) throw node.Error($"gives \"{letter}\" the sizes {sizes[letter]} and {size}");
        }

        long Size(string letters) => letters.Aggregate(1L, (p, letter) => p * sizes[letter]);
    }

    private CnnTensor Turned(NodeReader node, string part, CnnTensor tensor, string from, string to)
    {
        int[] order = [.. to.Select(letter => from.IndexOf(letter, StringComparison.Ordinal))];
        return from == to ? tensor : Step(node, part, [tensor], new([.. order.Select(axis => tensor.Shape[axis])]), head => new TransposeNode(head, order));
    }

    private void AddTurned(NodeReader node, CnnTensor tensor, int[] order)
    {
        NodeHead head = node.Head(tensor, new TensorShape([.. order.Select(axis => tensor.Shape[axis])]));
        AddNode(order.SequenceEqual(Enumerable.Range(0, order.Length)) ? new IdentityNode(head) : new TransposeNode(head, order));
    }
}
