namespace BioLearn.Onnx.Graph;

/// <summary>Stored weights that are integers and a scale, for all values or along one axis.</summary>
internal static class Quantization
{
    public static OnnxConstant Dequantized(NodeReader node)
    {
        OnnxConstant values = node.Constant(0), scale = node.Constant(1);
        OnnxConstant? zero = node.ConstantOrNull(2);
        Func<int, int> group = GroupOf(node, values, scale, zero);
        long[] stored = values.Longs, zeros = zero?.Longs ?? new long[scale.Count];
        float[] scales = scale.Floats, result = new float[stored.Length];
        for (int i = 0; i < result.Length; i++) result[i] = (stored[i] - zeros[group(i)]) * scales[group(i)];
        return new(values.Dims, result);
    }

    public static OnnxConstant Quantized(NodeReader node)
    {
        OnnxConstant values = node.Constant(0), scale = node.Constant(1);
        OnnxConstant? zero = node.ConstantOrNull(2);
        Func<int, int> group = GroupOf(node, values, scale, zero);
        (long least, long greatest) = zero?.Type switch
        {
            null or ElementType.UInt8 => (0, 255),
            ElementType.Int8 => (-128, 127),
            ElementType.Int32 => (int.MinValue, int.MaxValue),
            var other => throw node.Refusal($"quantises to element type {other}"),
        };
        float[] given = values.Floats, scales = scale.Floats;
        long[] zeros = zero?.Longs ?? new long[scale.Count], result = new long[given.Length];
        for (int i = 0; i < result.Length; i++)
        {
            double steps = Math.Round((double)given[i] / scales[group(i)]) + zeros[group(i)];
            result[i] = (long)Math.Clamp(double.IsNaN(steps) ? 0 : steps, least, greatest);
        }
        return new(values.Dims, result);
    }

    private static Func<int, int> GroupOf(NodeReader node, OnnxConstant values, OnnxConstant scale, OnnxConstant? zero)
    {
        if (node.Int("block_size", 0) != 0) throw node.Refusal("quantises in blocks");
        if (zero is not null && zero.Count != scale.Count) throw node.Error($"has {scale.Count} scales and {zero.Count} zero points");
        if (scale.Count == 1) return _ => 0;
        int rank = values.Dims.Length, axis = node.Int("axis", 1, -rank, rank - 1);
        axis = axis < 0 ? axis + rank : axis;
        if (values.Dims[axis] != scale.Count) throw node.Error($"has {scale.Count} scales for axis {axis} of [{string.Join(',', values.Dims)}]");
        int inner = values.Dims.Skip(axis + 1).Aggregate(1, (p, d) => p * d);
        return i => i / inner % scale.Count;
    }
}
