namespace BioLearn.Onnx.Graph;

/// <summary>Normalisations, by stored statistics and by the image's own, softmax, and sums over axes.</summary>
internal sealed partial class GraphReader
{
    private void ReadBatchNormalization(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        if (node.Int("training_mode", 0) != 0) throw node.Error("is in training mode: export the model in evaluation mode");
        int axis = 1 - node.BatchAxes, channels = axis < input.Shape.Rank ? input.Shape[axis] : throw node.Error($"has no channels in [{input.Shape}]");
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
        if (axis > 0) (scale, shift) = (Repeated(node, new([1, channels, .. Enumerable.Repeat(1, input.Shape.Rank - 2)], scale), input.Shape), Repeated(node, new([1, channels, .. Enumerable.Repeat(1, input.Shape.Rank - 2)], shift), input.Shape));
        AddNode(new AffineNode(Same(node), scale, shift));
    }

    private void ReadInstanceNormalization(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        int channels = input.Shape.Channels;
        float[] gain = node.Weights(1, channels), bias = node.Weights(2, channels);
        AddAffine(node, Normalized(node, input, new(channels, input.Shape.PlaneSize, 1), node.Float("epsilon", 1e-5f)), gain, bias);
    }

    private void ReadGroupNormalization(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        int channels = input.Shape.Channels, groups = node.Int("num_groups", 0, 1, channels);
        if (channels % groups != 0) throw node.Error($"divides {channels} channels into {groups} groups");
        // Operator set 18 had a gain for each group, later ones have one for each channel.
        float[] gain = PerChannel(1), bias = PerChannel(2);
        AddAffine(node, Normalized(node, input, new(groups, input.Shape.Count / groups, 1), node.Float("epsilon", 1e-5f)), gain, bias);

        float[] PerChannel(int index)
        {
            float[] values = node.Weights(index, node.Constant(index).Count);
            if (values.Length != groups && values.Length != channels) throw node.Error($"has {values.Length} gains for {channels} channels");
            return values.Length == channels ? values : [.. Enumerable.Range(0, channels).Select(c => values[c / (channels / groups)])];
        }
    }

    private void ReadLayerNormalization(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        TensorShape shape = input.Shape;
        int axis = node.SampleAxis(node.Int("axis", -1), shape);
        // Channels last and only they: with the channels first, they are the first axis.
        Grouping groups = !node.ChannelsLast ? Grouping.Along(shape, axis, shape.Rank) : axis == 0 ? Grouping.Along(shape, 0) : Grouping.Along(shape, 0, shape.Rank);
        float[] gain = Broadcast(node, node.Constant(1), shape), bias = node.HasInput(2) ? Broadcast(node, node.Constant(2), shape) : [];
        (gain, bias) = Alike(gain, bias.Length == 0 ? new float[shape.Channels] : bias, shape);
        AddAffine(node, Normalized(node, input, groups, node.Float("epsilon", 1e-5f)), gain, bias);
    }

    private void ReadMeanVarianceNormalization(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        int[] axes = [.. (node.Ints("axes") ?? [0, 2, 3]).Where(axis => axis != 0 || FixedBatch != 1).Select(axis => node.SampleAxis(axis, input.Shape)).Distinct().Order()];
        if (axes.Length == 0 || axes[^1] - axes[0] != axes.Length - 1) throw node.Refusal("normalises over axes that do not lie together");
        AddNode(new NormalizeNode(node.Head(input, input.Shape), Grouping.Along(input.Shape, axes[0], axes[^1] + 1), 1e-9f));
    }

    private void ReadLpNormalization(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        int axis = node.SampleAxis(node.Int("axis", -1), input.Shape);
        if (node.Int("p", 2) != 2) throw node.Refusal($"divides by the sum of powers {node.Int("p", 2)}; only the Euclidean length can be reversed");
        CnnTensor length = Length(node, input, Grouping.Along(input.Shape, axis), WithSize(node, input.Shape, axis, 1));
        AddProduct(node, input, Step(node, "inverse", [length], length.Shape, head => new ActivationNode(head, ActivationKind.Reciprocal)), 2);
    }

    private CnnTensor Length(NodeReader node, CnnTensor input, Grouping groups, TensorShape reduced)
    {
        CnnTensor squares = Step(node, "squares", [input], input.Shape, head => new ActivationNode(head, ActivationKind.Power, alpha: 2));
        CnnTensor sum = Step(node, "sum", [squares], reduced, head => new ReduceNode(head, groups, 1));
        return Step(node, "root", [sum], reduced, head => new ActivationNode(head, ActivationKind.Sqrt));
    }

    private CnnTensor Normalized(NodeReader node, CnnTensor input, Grouping groups, float epsilon)
    {
        if (!(epsilon >= 0 && float.IsFinite(epsilon))) throw node.Error($"its epsilon is {epsilon}");
        return Step(node, "normalized", [input], input.Shape, head => new NormalizeNode(head, groups, epsilon));
    }

    private void AddAffine(NodeReader node, CnnTensor data, float[] scale, float[] shift)
    {
        if (!scale.All(float.IsFinite) || !shift.All(float.IsFinite)) throw node.Error("its gain or bias is infinite or not a number");
        AddNode(new AffineNode(node.Head(data, data.Shape), scale, shift));
    }

    // Both per channel, or both per value.
    private static (float[], float[]) Alike(float[] a, float[] b, TensorShape shape)
    {
        return a.Length == b.Length ? (a, b) : (Full(a), Full(b));

        float[] Full(float[] values) => values.Length == shape.Count ? values : [.. Enumerable.Range(0, shape.Count).Select(i => values[i / (shape.Count / values.Length)])];
    }

    /// <summary>(x - mean) / sqrt(mean of (x - mean)^2 + epsilon), as exporters spell layer normalisation out.</summary>
    private bool TryReadNormalization(NodeReader node, CnnTensor dividend, CnnTensor divisor)
    {
        if (Producer(dividend) is not AddNode { Inputs: [var x, var minus] } || x.Shape != dividend.Shape) return false;
        if (Producer(Unspread(minus)) is not AffineNode negative || MeanOf(negative.Input) is not { } mean || mean.Of != x || negative.Scale.Any(s => s != -1)) return false;
        if (Producer(Unspread(divisor)) is not ActivationNode { Kind: ActivationKind.Sqrt } root) return false;
        (CnnTensor variance, float epsilon) = Producer(root.Input) is AffineNode { Scale: var scale, Shift: var shift } added && scale.All(s => s == 1) && shift.All(s => s == shift[0])
            ? (added.Input, shift[0]) : (root.Input, 0);
        if (MeanOf(variance) is not { } spread || spread.Groups != mean.Groups) return false;
        bool squared = Producer(spread.Of) switch
        {
            ActivationNode { Kind: ActivationKind.Power, Alpha: 2 } power => power.Input == dividend,
            ProductNode { Inputs: [var a, var b] } => a == dividend && b == dividend,
            _ => false,
        };
        if (!squared || !(epsilon >= 0)) return false;
        AddNode(new NormalizeNode(node.Head(x, x.Shape), mean.Groups, epsilon));
        return true;
    }

    private CnnTensor Unspread(CnnTensor tensor) => Producer(tensor) is AxesNode spread ? spread.Input : tensor;

    private (CnnTensor Of, Grouping Groups)? MeanOf(CnnTensor tensor) => Producer(tensor) switch
    {
        ReduceNode reduce when Math.Abs(reduce.Factor * reduce.Groups.Count - 1) < 1e-5f => (reduce.Input, reduce.Groups),
        GlobalAveragePoolNode pool => (pool.Input, new(pool.Input.Shape.Channels, pool.Input.Shape.PlaneSize, 1)),
        _ => null,
    };

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
        // Operator sets before 13 took all axes from the one named on together.
        AddNode(new SoftmaxNode(Same(node), logarithm, OperatorSet < 13 ? Grouping.Along(shape, axis, shape.Rank) : Grouping.Along(shape, axis)));
    }

    private void ReadReduction(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        TensorShape shape = input.Shape;
        long[] named = node.List("axes", 1) ?? [];
        if (named.Length == 0 && node.Int("noop_with_empty_axes", 0) != 0)
        {
            ReadIdentity(node);
            return;
        }
        int[] axes = [.. (named.Length == 0 ? Enumerable.Range(node.BatchAxes, shape.Rank).Select(a => (long)a) : named).Select(a => node.SampleAxis(a, shape)).Distinct().Order()];
        if (axes.Length == 0 || axes[^1] - axes[0] != axes.Length - 1) throw node.Refusal($"sums over axes [{string.Join(',', named)}] that do not lie together");
        bool kept = node.Int("keepdims", 1) != 0;
        int[] dims = [.. shape.Dimensions.Select((d, axis) => axes.Contains(axis) ? 1 : d).Where((_, axis) => kept || !axes.Contains(axis))];
        var reduced = new TensorShape(dims.Length == 0 ? [1] : dims);
        if (node.ChannelsLast && !kept && reduced.Rank > 1 && !axes.AsSpan().SequenceEqual([0])) throw node.Refusal("sums over one axis of an image with the channels last");
        Grouping groups = Grouping.Along(shape, axes[0], axes[^1] + 1);
        bool overImage = shape.Rank == 3 && axes.AsSpan().SequenceEqual([1, 2]);
        switch (node.OpType)
        {
            case "ReduceMean" when overImage: AddNode(new GlobalAveragePoolNode(node.Head(input, reduced))); break;
            case "ReduceMean": AddNode(new ReduceNode(node.Head(input, reduced), groups, 1f / groups.Count)); break;
            case "ReduceSum": AddNode(new ReduceNode(node.Head(input, reduced), groups, 1)); break;
            case "ReduceL2":
                CnnTensor length = Length(node, input, groups, reduced);
                AddNode(new IdentityNode(node.Head(length, reduced)));
                break;
            case "ReduceMax" when overImage:
                CnnTensor greatest = Step(node, "greatest", [input], new(shape.Channels, 1, 1), head => new MaxPoolNode(head, new Window(shape.Height, shape.Width)));
                AddReshape(node, greatest, reduced);
                break;
            case "ReduceMax" or "ReduceMin": AddNode(new GroupExtremumNode(node.Head(input, reduced), groups, node.OpType == "ReduceMax")); break;
            default: throw node.Refusal($"its way over axes [{string.Join(',', named)}] cannot be reversed");
        }
    }
}
