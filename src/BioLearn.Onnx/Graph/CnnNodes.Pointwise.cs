namespace BioLearn.Onnx.Graph;

/// <summary>A function of one number; <see cref="Pointwise"/> has its values and slopes.</summary>
internal enum ActivationKind
{
    Relu,
    LeakyRelu,
    Clip,
    Sigmoid,
    Tanh,
    Elu,
    Selu,
    Celu,
    Softplus,
    Softsign,
    ThresholdedRelu,
    HardSigmoid,
    HardSwish,
    Swish,
    Gelu,
    GeluTanh,
    Mish,

    // Functions from here on are arithmetic, no activations: no levels.
    Erf,
    Exp,
    Log,
    Sqrt,
    Abs,
    Power,
    Reciprocal,
    Sign,
    Floor,
    Ceil,
    Round,
    Sin,
    Cos,
    Shrink,
    Atan,
    Asin,
    Acos,
    Sinh,
    Cosh,
    Asinh,
    Acosh,
    Atanh,

    // Steps: 1 where the number is so, else 0.
    Positive,
    NotNegative,
    Zero,
}

/// <summary>
/// Elementwise function. <paramref name="alpha"/> and <paramref name="beta"/> are the parameters that ONNX gives it: slope of LeakyRelu, alpha and
/// gamma of Selu, alpha and beta of HardSigmoid, exponent of Power; <paramref name="min"/> and <paramref name="max"/> are Clip's bounds (ReLU6: 0 and 6).
/// </summary>
internal sealed class ActivationNode(NodeHead head, ActivationKind kind, float alpha = 0, float min = 0, float max = float.PositiveInfinity, float beta = 0) : CnnNode(head)
{
    public ActivationKind Kind { get; } = kind;
    public float Alpha { get; } = alpha;
    public float Beta { get; } = beta;
    public float Min { get; } = min;
    public float Max { get; } = max;

    /// <summary>Whether it is an activation, whose output is a level, and not a step of some arithmetic.</summary>
    public bool IsActivation => Kind < ActivationKind.Erf;

    /// <summary>Whether it is x times a gate of x.</summary>
    public bool IsGate => Kind is ActivationKind.HardSwish or ActivationKind.Swish or ActivationKind.Gelu or ActivationKind.GeluTanh or ActivationKind.Mish;
}

/// <summary>y = x where x is positive, else slope * x: slopes per channel, per value, or one for all.</summary>
internal sealed class ParametricReluNode(NodeHead head, float[] slopes) : CnnNode(head)
{
    public float[] Slopes { get; } = slopes;
    public override long Parameters => Slopes.Length;
}

/// <summary>
/// A product of two tensors that both depend on the image. Of a gate and what it gates, <see cref="Gate"/> tells the gate; -1 if the two are equals.
/// </summary>
internal abstract class GatedNode(NodeHead head, int gate) : CnnNode(head)
{
    public int Gate { get; } = gate;
}

/// <summary>
/// Product of two tensors that both depend on the image. The second may be smaller: its values then stand for runs of the first.
/// </summary>
internal sealed class ProductNode(NodeHead head, int gate, bool isActivation) : GatedNode(head, gate)
{
    /// <summary>Whether the gate is a function of the very value that it gates: SiLU, Mish and others spelled out.</summary>
    public bool IsActivation { get; } = isActivation;

    /// <summary>Values of the first operand that share one of the second.</summary>
    public int Run => Inputs[0].Shape.Count / Inputs[1].Shape.Count;
}

/// <summary>
/// Products of matrices, group by group: [groups, rows, inner] times [groups, inner, columns]. Attention's weights (a softmax) gate its values.
/// </summary>
internal sealed class MatrixProductNode(NodeHead head, int gate) : GatedNode(head, gate)
{
    public int Rows => Inputs[0].Shape.Dimensions[^2];
    public int Inner => Inputs[0].Shape.Dimensions[^1];
    public int Columns => Inputs[1].Shape.Dimensions[^1];
    public int Groups => Inputs[0].Shape.Count / (Rows * Inner);
}

/// <summary>The greatest, or least, of several tensors of one shape, value by value; the first among equals.</summary>
internal sealed class ExtremumNode(NodeHead head, bool greatest) : CnnNode(head)
{
    public bool Greatest { get; } = greatest;
}

/// <summary>
/// Rounded to the steps of a quantisation: y = (clip(round(x / scale) + zero, least, greatest) - zero) * scale, which a QuantizeLinear and the
/// DequantizeLinear behind it make.
/// </summary>
internal sealed class QuantizeNode(NodeHead head, float scale, int zero, int least, int greatest) : CnnNode(head)
{
    public float Scale { get; } = scale;
    public int Zero { get; } = zero;
    public int Least { get; } = least;
    public int Greatest { get; } = greatest;
}
