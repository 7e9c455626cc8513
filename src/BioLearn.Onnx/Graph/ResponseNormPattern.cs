namespace BioLearn.Onnx.Graph;

/// <summary>
/// Recognises local response normalisation where an exporter spelled it out (torch.onnx does): x / (bias + alpha *
/// mean of x^2 over neighbouring channels)^beta, the mean made by padding and pooling along the channels. The steps
/// from the mean to the division leave no node; the division becomes one <see cref="LrnNode"/>.
/// </summary>
internal sealed class ResponseNormPattern(GraphReader graph)
{
    private enum Step
    {
        Squared,
        Averaged,
        Biased,
        Raised,
    }

    private sealed record Stage(CnnTensor Source, Step Step, int Before = 0, int After = 0, float Alpha = 1, float Bias = 0, float Beta = 1);

    private readonly Dictionary<CnnTensor, Stage> _stages = [];

    /// <summary>Takes the node if it is a step of the pattern.</summary>
    /// <exception cref="OnnxModelException">The node breaks off a pattern begun.</exception>
    public bool TryRead(NodeReader node)
    {
        CnnTensor? left = node.DataOrNull(0), right = node.DataOrNull(1);
        if (IsSquare(node, left, right))
        {
            graph.ReadOperator(node);
            _stages.Add(graph.TensorOrNull(node.Proto.Output[0])!, new(left!, Step.Squared));
            return true;
        }
        if (node.OpType == "Div" && StageAt(right) is { Step: not Step.Squared } divisor) return Divide(node, left, divisor);
        if ((StageAt(left) ?? StageAt(right)) is not { } stage) return false;
        TensorShape shape = (left ?? right)!.Shape;
        switch (node.OpType, stage.Step)
        {
            case ("Identity" or "Cast" or "Reshape" or "Squeeze" or "Unsqueeze", Step.Squared or Step.Averaged):
                graph.ReadOperator(node);
                _stages.Add(graph.TensorOrNull(node.Proto.Output[0])!, stage);
                break;
            case ("Pad", Step.Squared): Pad(node, stage); break;
            case ("AveragePool", Step.Squared) when left!.Shape.Rank == 4: Average(node, left, stage); break;
            case (_, Step.Squared): return false; // squares serve other arithmetic, too
            case ("Mul", Step.Averaged): Mark(node, stage with { Alpha = stage.Alpha * Scalar(node) }, shape); break;
            case ("Add", Step.Averaged): Mark(node, stage with { Step = Step.Biased, Bias = Scalar(node) }, shape); break;
            case ("Pow", Step.Biased): Mark(node, stage with { Step = Step.Raised, Beta = Scalar(node) }, shape); break;
            default: throw Broken(node);
        }
        return true;
    }

    private static bool IsSquare(NodeReader node, CnnTensor? left, CnnTensor? right) => left is { Shape.Rank: 3 }
        && ((node.OpType == "Mul" && left == right) || (node.OpType == "Pow" && right is null && node.ConstantOrNull(1) is { Count: 1 } c && c.Floats[0] == 2));

    private Stage? StageAt(CnnTensor? tensor) => tensor is null ? null : _stages.GetValueOrDefault(tensor);

    private void Mark(NodeReader node, Stage stage, TensorShape shape) => _stages.Add(graph.AddTensor(node, node.Proto.Output[0], shape), stage);

    private void Pad(NodeReader node, Stage stage)
    {
        CnnTensor input = node.Data(0);
        graph.ReadOperator(node);
        CnnTensor output = graph.TensorOrNull(node.Proto.Output[0])!;
        long[] pads = node.List("pads", 1)!;
        int channels = input.Shape.Rank - 2;
        bool onlyChannels = pads.Length == 2 * (input.Shape.Rank + 1) && pads.Where((_, i) => i % (input.Shape.Rank + 1) != channels).All(p => p == 0);
        if (!onlyChannels || channels < 1) return;
        _stages.Add(output, stage with { Before = stage.Before + (int)pads[channels], After = stage.After + (int)pads[channels + input.Shape.Rank + 1] });
    }

    // The squares are [1, channels + padding, height, width] here; the kernel spans channels only.
    private void Average(NodeReader node, CnnTensor input, Stage stage)
    {
        int size = stage.Before + stage.After + 1;
        TensorShape x = stage.Source.Shape;
        bool fits = input.Shape == new TensorShape(1, x.Channels + size - 1, x.Height, x.Width)
            && (node.Ints("kernel_shape") ?? []).SequenceEqual([size, 1L, 1L])
            && (node.Ints("strides") ?? []).All(s => s == 1)
            && (node.Ints("pads") ?? []).All(p => p == 0);
        if (!fits) throw Broken(node);
        if (stage.Before != stage.After) throw node.Error($"normalises over {size} channels, {stage.Before} before and {stage.After} behind: only odd numbers can be read");
        Mark(node, stage with { Step = Step.Averaged }, new TensorShape(1, x.Channels, x.Height, x.Width));
    }

    private bool Divide(NodeReader node, CnnTensor? dividend, Stage divisor)
    {
        bool fits = dividend == divisor.Source && divisor.Step is Step.Raised or Step.Biased && node.Data(1).Shape == divisor.Source.Shape;
        if (!fits) throw Broken(node);
        graph.AddLrn(node, divisor.Source, divisor.Before + divisor.After + 1, divisor.Alpha, divisor.Beta, divisor.Bias);
        return true;
    }

    private static float Scalar(NodeReader node)
    {
        int other = node.DataOrNull(0) is null && node.OpType != "Pow" ? 0 : 1;
        return node.DataOrNull(other) is null && node.Constant(other) is { Count: 1 } c ? c.Floats[0] : throw Broken(node);
    }

    private static OnnxModelException Broken(NodeReader node) =>
        node.Error("works on squares of an activation in a way that is not local response normalisation: such arithmetic cannot be reversed");
}
