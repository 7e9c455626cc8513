namespace BioLearn.Onnx.Graph;

/// <summary>Arithmetic of constants that takes more than a line.</summary>
internal sealed partial class ConstantFolder
{
    // The sign of the divisor, as in Python; fmod, for floats, has that of the dividend.
    private static long Remainder(NodeReader node, long a, long b)
    {
        if (b == 0) throw node.Error("divides by zero");
        long rest = b == -1 ? 0 : a % b;
        return rest != 0 && node.Int("fmod", 0) == 0 && rest < 0 != b < 0 ? rest + b : rest;
    }

    private static OnnxConstant Clipped(NodeReader node)
    {
        float min = node.Has("min") ? node.Float("min", 0) : node.ConstantOrNull(1) is { Count: 1 } least ? least.Floats[0] : float.NegativeInfinity;
        float max = node.Has("max") ? node.Float("max", 0) : node.ConstantOrNull(2) is { Count: 1 } most ? most.Floats[0] : float.PositiveInfinity;
        return Unary(node, v => Math.Min(Math.Max(v, min), max));
    }

    // Networks inside networks: biases of positions that a small perceptron computes of stored coordinates.
    private static OnnxConstant Product(NodeReader node)
    {
        OnnxConstant a = node.Constant(0), b = node.Constant(1);
        if (a.Dims.Length < 2 || b.Dims.Length != 2 || a.Dims[^1] != b.Dims[0]) throw node.Error($"multiplies [{string.Join(',', a.Dims)}] with [{string.Join(',', b.Dims)}]");
        int inner = b.Dims[0], columns = b.Dims[1], rows = inner == 0 ? 0 : a.Count / inner;
        int[] dims = Dims(node, [.. a.Dims[..^1].Select(d => (long)d), columns]);
        if ((double)rows * columns * inner > 1e10) throw node.Error("takes too long as a constant");
        float[] x = a.Floats, w = b.Floats, y = new float[(long)rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int k = 0; k < inner; k++)
            {
                for (int j = 0; j < columns; j++) y[i * columns + j] += x[i * inner + k] * w[k * columns + j];
            }
        }
        return new(dims, y);
    }
}
