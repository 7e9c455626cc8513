using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Onnx.Graph;

/// <summary>Convolution. Weights [M, C/groups, kh, kw], bias [M] or null.</summary>
internal sealed class ConvNode(NodeHead head, Window window, int groups, float[] weights, float[]? bias) : CnnNode(head)
{
    public Window Window { get; } = window;
    public int Groups { get; } = groups;
    public float[] Weights { get; } = weights;
    public float[]? Bias { get; } = bias;
    public ConvolutionPlans Plans { get; } = new(weights);
    public override long Parameters => Weights.Length + (Bias?.Length ?? 0);
}

/// <summary>
/// Transposed convolution. Weights [C, M/groups, kh, kw], bias [M] or null. Output padding is implied by the output's
/// shape: rows beyond (h-1)*stride + span - pads.
/// </summary>
internal sealed class ConvTransposeNode(NodeHead head, Window window, int groups, float[] weights, float[]? bias) : CnnNode(head)
{
    public Window Window { get; } = window;
    public int Groups { get; } = groups;
    public float[] Weights { get; } = weights;
    public float[]? Bias { get; } = bias;
    public ConvolutionPlans Plans { get; } = new(weights);
    public override long Parameters => Weights.Length + (Bias?.Length ?? 0);
}

/// <summary>
/// Dense layer (Gemm, or MatMul with a constant): y = W x + b, weights [out, in], alpha and beta multiplied in. Of a tensor with more axes
/// each row, along the last axis, passes by itself.
/// </summary>
internal sealed class DenseNode(NodeHead head, float[] weights, float[]? bias) : CnnNode(head)
{
    private readonly Lazy<PackedMatrix<float>> _packed = new(
        () => PackedMatrix<float>.PackTransposed(new ReadOnlyMatrixSpan<float>(weights, head.Outputs[0].Shape.Dimensions[^1], head.Inputs[0].Shape.Dimensions[^1])));

    /// <summary>The weights in the order in which the forward product reads them; made when first asked for.</summary>
    public PackedMatrix<float> Packed => _packed.Value;

    public float[] Weights { get; } = weights;
    public float[]? Bias { get; } = bias;
    public int InputSize => Input.Shape.Dimensions[^1];
    public int OutputSize => Output.Shape.Dimensions[^1];

    /// <summary>Rows of one image that pass one by one: 1 for a vector.</summary>
    public int Rows => Input.Shape.Count / InputSize;

    public override long Parameters => Weights.Length + (Bias?.Length ?? 0);
}

/// <summary>
/// Products with stored matrices, one for each group of rows: [groups, rows, inner] times weights [groups, inner, columns]. Locally connected units are
/// written so, with the places as groups.
/// </summary>
internal sealed class GroupDenseNode(NodeHead head, float[] weights) : CnnNode(head)
{
    public float[] Weights { get; } = weights;
    public int Rows => Input.Shape.Dimensions[^2];
    public int Inner => Input.Shape.Dimensions[^1];
    public int Columns => Output.Shape.Dimensions[^1];
    public int Groups => Input.Shape.Count / (Rows * Inner);
    public override long Parameters => Weights.Length;
}

/// <summary>
/// y = scale * x + shift, per channel (arrays as long as the channels) or per value (as long as the sample):
/// inference-mode BatchNormalization, and Add, Sub, Mul, Div with a constant.
/// </summary>
internal sealed class AffineNode(NodeHead head, float[] scale, float[] shift) : CnnNode(head)
{
    public float[] Scale { get; } = scale;
    public float[] Shift { get; } = shift;
    public bool IsPerChannel => Scale.Length == Input.Shape.Channels;
    public override long Parameters => Scale.Length + Shift.Length;
}

/// <summary>Max-pool; ties go to the first cell in raster order.</summary>
internal sealed class MaxPoolNode(NodeHead head, Window window) : CnnNode(head)
{
    public Window Window { get; } = window;
}

/// <summary>
/// Average pool. <paramref name="inverseCounts"/> [out height * out width] is what the sum over each window is
/// multiplied by, whatever the file says on counting padding.
/// </summary>
internal sealed class AveragePoolNode(NodeHead head, Window window, float[] inverseCounts) : CnnNode(head)
{
    public Window Window { get; } = window;
    public float[] InverseCounts { get; } = inverseCounts;
}

/// <summary>Mean over all positions of each channel; the output is C or C x 1 x 1.</summary>
internal sealed class GlobalAveragePoolNode(NodeHead head) : CnnNode(head);

/// <summary>Sum of tensors of one shape (residual Add, Sum).</summary>
internal sealed class AddNode(NodeHead head) : CnnNode(head);

/// <summary>Concatenation along <see cref="Axis"/> (0 = channels).</summary>
internal sealed class ConcatNode(NodeHead head, int axis) : CnnNode(head)
{
    public int Axis { get; } = axis;
}

/// <summary>Split along <see cref="Axis"/> (0 = channels); the outputs' shapes tell the sizes.</summary>
internal sealed class SplitNode(NodeHead head, int axis) : CnnNode(head)
{
    public int Axis { get; } = axis;
}

/// <summary>y[i] = x[start + i * step] on each axis of the sample; steps may be negative.</summary>
internal sealed class SliceNode(NodeHead head, int[] starts, int[] steps) : CnnNode(head)
{
    public int[] Starts { get; } = starts;
    public int[] Steps { get; } = steps;
}

/// <summary>Constant padding: <see cref="Before"/> cells in front on each axis of the sample; the output's shape tells those behind.</summary>
internal sealed class PadNode(NodeHead head, int[] before, float value) : CnnNode(head)
{
    public int[] Before { get; } = before;
    public float Value { get; } = value;
}

/// <summary>The same values in another shape: Flatten, Reshape, Squeeze, Unsqueeze.</summary>
internal sealed class ReshapeNode(NodeHead head) : CnnNode(head);

/// <summary>Permuted axes of the sample: output axis i is input axis <see cref="Permutation"/>[i].</summary>
internal sealed class TransposeNode(NodeHead head, int[] permutation) : CnnNode(head)
{
    public int[] Permutation { get; } = permutation;
}

/// <summary>y = x: Identity, Dropout, Cast to float, a pool of one cell.</summary>
internal sealed class IdentityNode(NodeHead head) : CnnNode(head);
