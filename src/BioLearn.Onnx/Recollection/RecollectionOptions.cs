using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Recollection;

/// <summary>
/// The variant of recollection: how currents pass back through the network's operators and what happens to them at each level. At every
/// level the arriving current is replaced by the cue if the cue belongs there, normalised, rectified, and passed to the next operator.
/// The defaults give the most readable pictures (edge correlation in <c>docs/recollection.md</c>); with recorded switches the picture
/// comes from the switches, whatever the cue.
/// </summary>
public sealed record RecollectionOptions : ReversalOptions
{
    /// <summary>How currents pass back through max-pooling.</summary>
    public Unpooling Unpooling { get; init; } = Unpooling.Switches;

    /// <summary>How the current of every level, the image included, is normalised (<c>Norm</c> and method, or <c>Unnorm</c>).</summary>
    public CurrentNormalization Normalization { get; init; } = CurrentNormalization.MinMaxLocal;

    /// <summary>Whether currents of dense levels are rectified: max(r, 0) (<c>Pos</c>).</summary>
    public bool RectifyDense { get; init; }

    /// <summary>Whether currents of convolutional levels, the image included, are rectified (<c>PosConv</c>).</summary>
    public bool RectifyConvolution { get; init; }

    /// <summary>
    /// Whether, at each position of the current entering a reversed convolution, only the channel with the largest signed value keeps it
    /// (<c>1</c> in file names). Ties go to the lowest channel.
    /// </summary>
    public bool WinnerTakesAll { get; init; }

    /// <summary>How the array that reaches the input becomes a picture.</summary>
    public DisplayMode Display { get; init; } = DisplayMode.Normalize;

    /// <summary>What happens to displayed values outside the range of a pixel.</summary>
    public DisplayOverflow DisplayOverflow { get; init; } = DisplayOverflow.Clip;

    /// <summary>Which notebook's small differences apply; automatic by default.</summary>
    public NotebookDialect Dialect { get; init; } = NotebookDialect.Automatic;

    /// <summary>What computes the way back.</summary>
    public ReversalExecutor Executor { get; init; } = ReversalExecutor.Kernels;

    /// <summary>Settings of single levels, which override the ones above. Later entries win.</summary>
    public IReadOnlyList<LevelOverride> Levels { get; init; } = [];

    /// <summary>
    /// The gradient of the cue with respect to the image: switches added, currents gated by the forward activity, no normalisation.
    /// </summary>
    public static RecollectionOptions Gradient { get; } = new()
    {
        Unpooling = Unpooling.Sum,
        Normalization = CurrentNormalization.None,
        Relu = ReluRule.ForwardMask,
        Gate = GateRule.Jacobian,
        ResponseNorm = ResponseNormRule.Jacobian,
        Softmax = SoftmaxRule.Jacobian,
    };

    /// <summary>
    /// DeConvNet (Zeiler and Fergus 2014): as <see cref="Gradient"/>, with currents rectified instead of gated. Gates that are products of two
    /// tensors keep what they were.
    /// </summary>
    public static RecollectionOptions DeconvNet { get; } = Gradient with { Relu = ReluRule.Rectify, Gate = GateRule.Gain };

    /// <summary>Guided backpropagation (Springenberg et al. 2014): currents gated and rectified.</summary>
    public static RecollectionOptions GuidedBackpropagation { get; } = Gradient with { Relu = ReluRule.Both };

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is not one of its defined values.</exception>
    internal override void Validate()
    {
        base.Validate();
        Defined(Unpooling);
        Defined(Normalization);
        Defined(Display);
        Defined(DisplayOverflow);
        Defined(Dialect);
        Defined(Executor);
        foreach (LevelOverride level in Levels ?? throw new ArgumentNullException(nameof(Levels)))
        {
            if (level.Level == default)
                throw new ArgumentException("A level override does not name its level.", nameof(Levels));
            if (level.Unpooling is { } unpooling)
                Defined(unpooling);
            if (level.Normalization is { } normalization)
                Defined(normalization);
        }
    }

    /// <summary>The options in the words of <see cref="RecollectionVariant"/>.</summary>
    public override string ToString() => RecollectionTokens.Print(this);
}

/// <summary>
/// Settings of one level; what is null follows the options of the whole. Unpooling and winner-takes-all belong to the operator that the
/// current enters when it leaves the level.
/// </summary>
/// <param name="Level">The level.</param>
public sealed record LevelOverride(LevelReference Level)
{
    /// <summary>How the current of the level is normalised.</summary>
    public CurrentNormalization? Normalization { get; init; }

    /// <summary>Whether the current of the level is rectified.</summary>
    public bool? Rectify { get; init; }

    /// <summary>Whether only the strongest channel enters the reversed convolution that follows.</summary>
    public bool? WinnerTakesAll { get; init; }

    /// <summary>How the current leaves the level through the max-pooling that made it.</summary>
    public Unpooling? Unpooling { get; init; }
}

/// <summary>Which notebook's small differences apply to a recollection.</summary>
public enum NotebookDialect
{
    /// <summary><see cref="ConvPool"/> for networks without pooling layers between input and cue, else <see cref="MaxPool"/>.</summary>
    Automatic,

    /// <summary>
    /// The max-pool notebook: class and random cues are normalised once at level 1; display <c>normalize</c> divides by the population
    /// standard deviation.
    /// </summary>
    MaxPool,

    /// <summary>
    /// The three notebooks of the network with strided convolutions in place of pools: class and random cues are normalised and rectified
    /// twice at level 1; display <c>normalize</c> divides by the sample standard deviation.
    /// </summary>
    ConvPool,
}
