namespace BioLearn.Onnx.Graph;

/// <summary>Normalisations, residual sums, and arithmetic with constants.</summary>
internal sealed partial class GraphReader
{
    private void ReadBatchNormalization(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        if (node.Int("training_mode", 0) != 0) throw node.Error("is in training mode: export the model in evaluation mode");
        int channels = input.Shape.Channels;
        float[] gamma = node.Weights(1, channels), beta = node.Weights(2, channels), mean = node.Weights(3, channels), variance = node.Weights(4, channels);
        double epsilon = node.Float("epsilon", 1e-5f);
        float[] scale = new float[channels], shift = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            double a = gamma[c] / Math.Sqrt(variance[c] + epsilon);
            if (!double.IsFinite(a)) throw node.Error($"the variance of channel {c} is {variance[c]}");
            scale[c] = (float)a;
            shift[c] = (float)(beta[c] - mean[c] * a);
        }
        AddNode(new AffineNode(Same(node), scale, shift));
    }

    private void ReadSum(NodeReader node)
    {
        CnnTensor[] data = [.. Enumerable.Range(0, node.InputCount).Select(node.DataOrNull).OfType<CnnTensor>()];
        if (data.Length == node.InputCount)
        {
            if (data.Any(d => d.Shape != data[0].Shape)) throw node.Error($"adds shapes that differ: {string.Join(" and ", data.Select(d => d.Shape))}");
            AddNode(new AddNode(node.Head(data, data[0].Shape)));
        }
        else if (node.InputCount == 2) AddAffine(node, Operand(node, out OnnxConstant c), c, v => (1, v));
        else throw node.Error("adds constants to several tensors: fold them first (onnxsim does)");
    }

    private void ReadDifference(NodeReader node)
    {
        CnnTensor data = Operand(node, out OnnxConstant c);
        AddAffine(node, data, c, node.DataOrNull(0) is null ? v => (-1, v) : v => (1, -v));
    }

    private void ReadProduct(NodeReader node) => AddAffine(node, Operand(node, out OnnxConstant c), c, v => (v, 0));

    private void ReadQuotient(NodeReader node)
    {
        CnnTensor data = Operand(node, out OnnxConstant c);
        if (node.DataOrNull(0) is null) throw node.Error("divides by a value that depends on the image");
        AddAffine(node, data, c, v => (1 / v, 0));
    }

    private static CnnTensor Operand(NodeReader node, out OnnxConstant constant)
    {
        if (node.InputCount != 2) throw node.Error($"has {node.InputCount} inputs; 2 are needed");
        CnnTensor? left = node.DataOrNull(0), right = node.DataOrNull(1);
        if (left is not null && right is not null) throw node.Error("combines two tensors that both depend on the image (gating, attention): only sums of such can be reversed");
        constant = node.Constant(left is null ? 0 : 1);
        return left ?? right!;
    }

    private void AddAffine(NodeReader node, CnnTensor data, OnnxConstant constant, Func<float, (float Scale, float Shift)> of)
    {
        float[] operand = Broadcast(node, constant, data.Shape);
        (float Scale, float Shift)[] terms = Array.ConvertAll(operand, v => of(v));
        float[] scale = Array.ConvertAll(terms, t => t.Scale), shift = Array.ConvertAll(terms, t => t.Shift);
        if (!scale.All(float.IsFinite) || !shift.All(float.IsFinite)) throw node.Error("its constant is zero, infinite or not a number");
        AddNode(new AffineNode(node.Head(data, data.Shape), scale, shift));
    }

    /// <summary>The constant repeated to one value a channel, or to one value a cell if it varies inside a channel.</summary>
    private static float[] Broadcast(NodeReader node, OnnxConstant constant, TensorShape shape)
    {
        int missing = shape.Rank + 1 - constant.Dims.Length;
        if (missing < 0 || (missing == 0 && constant.Dims[0] != 1)) throw Misfit();
        int[] dims = [.. Enumerable.Repeat(1, Math.Max(0, missing - 1)), .. constant.Dims[(missing == 0 ? 1 : 0)..]];
        for (int i = 0; i < dims.Length; i++)
        {
            if (dims[i] != 1 && dims[i] != shape[i]) throw Misfit();
        }
        float[] values = constant.Floats;
        bool perChannel = dims.Skip(1).All(d => d == 1);
        var result = new float[perChannel ? shape.Channels : shape.Count];
        for (int i = 0; i < result.Length; i++)
        {
            int at = 0, remaining = perChannel ? i * shape.PlaneSize : i, stride = 1;
            for (int axis = dims.Length - 1; axis >= 0; axis--)
            {
                int index = remaining % shape[axis];
                remaining /= shape[axis];
                if (dims[axis] != 1) at += index * stride;
                stride *= dims[axis];
            }
            result[i] = values[at];
        }
        return result;

        OnnxModelException Misfit() => node.Error($"its constant [{string.Join(',', constant.Dims)}] does not fit {shape} an image");
    }

    private void ReadClip(NodeReader node)
    {
        float min = Bound("min", 1, float.NegativeInfinity), max = Bound("max", 2, float.PositiveInfinity);
        if (min > max) throw node.Error($"its bounds are {min} and {max}");
        AddNode(new ActivationNode(Same(node), ActivationKind.Clip, min: min, max: max));

        float Bound(string attribute, int input, float open)
        {
            float value = node.Has(attribute) ? node.Float(attribute, open)
                : node.ConstantOrNull(input) is not { } c ? open
                : c.Count == 1 ? c.Floats[0]
                : throw node.Error($"its {attribute} must be one value");
            return float.IsNaN(value) ? throw node.Error($"its {attribute} is not a number") : value;
        }
    }

    private void ReadLrn(NodeReader node)
    {
        CnnTensor input = ImageInput(node);
        int size = node.Int("size", 0, 1, 1 << 15);
        AddLrn(node, input, size, node.Float("alpha", 1e-4f), node.Float("beta", 0.75f), node.Float("bias", 1));
    }

    public void AddLrn(NodeReader node, CnnTensor input, int size, float alpha, float beta, float bias)
    {
        if (size % 2 == 0) throw node.Error($"normalises over {size} channels; ONNX Runtime runs odd numbers only");
        if (!(bias > 0 && alpha >= 0 && float.IsFinite(alpha + beta + bias))) throw node.Error($"alpha {alpha}, beta {beta}, bias {bias}: alpha must not be negative and bias must be positive");
        AddWork(node, (double)Math.Min(size, 2 * input.Shape.Channels) * input.Shape.Count);
        AddNode(new LrnNode(node.Head(input, input.Shape), size, alpha, beta, bias));
    }

    private void ReadSoftmax(NodeReader node, bool logarithm)
    {
        TensorShape shape = node.Data(0).Shape;
        int axis = node.SampleAxis(node.Int("axis", OperatorSet < 13 ? 1 : -1), shape);
        bool whole = OperatorSet < 13 ? axis == 0 : shape[axis] == shape.Count;
        if (!whole) throw node.Error($"works along one axis of {shape}; only a Softmax over all classes can be read");
        AddNode(new SoftmaxNode(Same(node), logarithm));
    }
}
