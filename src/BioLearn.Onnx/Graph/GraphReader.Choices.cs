namespace BioLearn.Onnx.Graph;

/// <summary>Choices between values, by a stored mask or by the picture.</summary>
internal sealed partial class GraphReader
{
    private void ReadWhere(NodeReader node)
    {
        if (node.InputCount != 3) throw node.Error($"has {node.InputCount} inputs; 3 are needed");
        int[] ofImage = [.. Enumerable.Range(0, 3).Where(i => node.DataOrNull(i) is not null)];
        OnnxConstant[] stored = [.. Enumerable.Range(0, 3).Except(ofImage).Select(node.Constant)];
        CnnTensor[] data = OfOneRank(node, [.. ofImage.Select(node.Data)], stored.Select(c => c.Dims.Length).DefaultIfEmpty().Max());
        foreach (OnnxConstant constant in stored) data = [.. data.Select(tensor => SpreadFor(node, tensor, constant))];
        TensorShape shape = CommonShape(node, data);
        CnnTensor[] full = [.. data.Select(tensor => Spread(node, tensor, shape))];
        var operands = new SelectOperand[3];
        for (int i = 0; i < 3; i++)
        {
            operands[i] = Array.IndexOf(ofImage, i) is >= 0 and var input ? SelectOperand.Of(input) : SelectOperand.Stored(PerValue(Broadcast(node, node.Constant(i), shape), shape));
            if (operands[i].Values is { } values && values.Any(float.IsNaN)) throw node.Error("chooses between constants that are no numbers");
        }
        AddNode(new SelectNode(node.Head(full, shape), operands[0], operands[1], operands[2]));
    }

    // A triangle of a matrix, zeros in the other.
    private void ReadTrilu(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        if (input.Shape.Rank < 2) throw node.Refusal("takes a triangle of the images of a batch together");
        long diagonal = node.ConstantOrNull(1) is { } k ? k.Count == 1 ? k.Longs[0] : throw node.Error("its diagonal must be one number") : 0;
        int rows = input.Shape.Dimensions[^2], columns = input.Shape.Dimensions[^1];
        bool upper = node.Int("upper", 1) != 0;
        var mask = new float[input.Shape.Count];
        for (int i = 0; i < mask.Length; i++)
        {
            long beyond = i % columns - (i / columns % rows);
            mask[i] = upper ? beyond >= diagonal ? 1 : 0 : beyond <= diagonal ? 1 : 0;
        }
        AddChoice(node, input, mask, new float[mask.Length]);
    }

    /// <summary>The tensor where the mask is not zero, stored values elsewhere.</summary>
    private void AddChoice(NodeReader node, CnnTensor tensor, float[] mask, float[] elsewhere) =>
        AddNode(new SelectNode(node.Head(tensor, tensor.Shape), SelectOperand.Stored(mask), SelectOperand.Of(0), SelectOperand.Stored(elsewhere)));

    /// <summary>Values of a channel, or of all, repeated to one for each place.</summary>
    private static float[] PerValue(float[] values, TensorShape shape)
    {
        if (values.Length == shape.Count) return values;
        var full = new float[shape.Count];
        for (int i = 0; i < full.Length; i++) full[i] = values[i / (full.Length / values.Length)];
        return full;
    }

    // A sum with infinities, as masks of attention are: there the sum is infinite whatever the tensor says, so that nothing goes back.
    private void AddMasked(NodeReader node, CnnTensor data, float[] scale, float[] shift)
    {
        CnnTensor finite = Step(node, "finite", [data], data.Shape, head => new AffineNode(head, scale, Array.ConvertAll(shift, v => float.IsInfinity(v) ? 0 : v)));
        float[] full = PerValue(shift, data.Shape);
        AddChoice(node, finite, Array.ConvertAll(full, v => float.IsInfinity(v) ? 0f : 1), Array.ConvertAll(full, v => float.IsInfinity(v) ? v : 0));
    }
}
