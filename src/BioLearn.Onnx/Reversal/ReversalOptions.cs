namespace BioLearn.Onnx.Reversal;

/// <summary>How currents pass back through single operators, the same at every level of a network.</summary>
public record ReversalOptions
{
    /// <summary>Whether only positive values enter reversed dense layers (<c>TakePos</c>).</summary>
    public bool TakePositive { get; init; }

    /// <summary>Which spatial size reversed convolutions and poolings return.</summary>
    public ShapeMode Shape { get; init; } = ShapeMode.Restore;

    /// <summary>Which branch of a residual addition carries the current.</summary>
    public ResidualPath ResidualPath { get; init; } = ResidualPath.Both;

    /// <summary>How currents pass back through global average pooling.</summary>
    public GlobalPoolingRule GlobalPooling { get; init; } = GlobalPoolingRule.Uniform;

    /// <summary>How currents pass back through ReLU, beside the rectification of levels.</summary>
    public ReluRule Relu { get; init; } = ReluRule.Linear;

    /// <summary>How currents pass back through explicit batch normalisation.</summary>
    public BatchNormRule BatchNorm { get; init; } = BatchNormRule.Scale;

    /// <summary>How currents pass back through gates: products of two tensors of the image, and activations that are such products (SiLU, GELU).</summary>
    public GateRule Gate { get; init; } = GateRule.Gain;

    /// <summary>How currents pass back through normalisations by the image's own statistics: local response, layer, instance and group normalisation.</summary>
    public ResponseNormRule ResponseNorm { get; init; } = ResponseNormRule.Gain;

    /// <summary>How currents pass back through softmax.</summary>
    public SoftmaxRule Softmax { get; init; } = SoftmaxRule.Identity;

    /// <summary>
    /// Seed of the random controls and of <see cref="Unpooling.Random"/>. Every image draws the same numbers, so that its result depends
    /// neither on the batch nor on its place in it.
    /// </summary>
    public int Seed { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is not one of its defined values.</exception>
    internal virtual void Validate()
    {
        Defined(Shape);
        Defined(ResidualPath);
        Defined(GlobalPooling);
        Defined(Relu);
        Defined(BatchNorm);
        Defined(Gate);
        Defined(ResponseNorm);
        Defined(Softmax);
    }

    private protected static void Defined<T>(T value) where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new ArgumentOutOfRangeException(typeof(T).Name, value, $"must be one of {string.Join(", ", Enum.GetNames<T>())}");
    }
}
