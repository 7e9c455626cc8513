using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Recollection;

/// <summary>
/// The vocabulary of options, the only one: the notebooks' tokens as they stand in their file names, and words of the same kind for the
/// options that the notebooks do not have. File names, variants, the tool and its manifest all read and print these.
/// </summary>
public static class RecollectionTokens
{
    internal static readonly OptionWords<bool> Dense = new("rectification of dense levels",
        options => options.RectifyDense, (options, value) => options with { RectifyDense = value }, (true, "Pos"), (false, "Neg"));

    internal static readonly OptionWords<bool> Convolution = new("rectification of convolutional levels",
        options => options.RectifyConvolution, (options, value) => options with { RectifyConvolution = value }, (true, "PosConv"), (false, "NegConv"));

    internal static readonly OptionWords<CurrentNormalization> Normalization = new("normalisation",
        options => options.Normalization, (options, value) => options with { Normalization = value },
        (CurrentNormalization.Std, "normalize_std"),
        (CurrentNormalization.StdGlobal, "normalize_std_global"),
        (CurrentNormalization.RescaleStd, "normalize_rescale_std"),
        (CurrentNormalization.RescaleStdLocal, "normalize_rescale_std_local"),
        (CurrentNormalization.MinMax, "normalize_minmax"),
        (CurrentNormalization.MinMaxLocal, "normalize_minmax_local"),
        (CurrentNormalization.MinMaxRescale, "normalize_minmax_rescale"),
        (CurrentNormalization.MinMaxHalfRescale, "normalize_minmax_01_05_rescale"),
        (CurrentNormalization.MinMaxHalfRescale, "normalize_minmax_01_05"), // earlier spelling
        (CurrentNormalization.None, Unnormalized));

    internal static readonly OptionWords<bool> Winner = new("winner-takes-all",
        options => options.WinnerTakesAll, (options, value) => options with { WinnerTakesAll = value }, (false, "0"), (true, "1"));

    internal static readonly OptionWords<bool> Take = new("sign of what enters dense layers",
        options => options.TakePositive, (options, value) => options with { TakePositive = value }, (true, "TakePos"), (false, "NoTakePos"));

    internal static readonly OptionWords<Unpooling> Unpoolings = new("unpooling",
        options => options.Unpooling, (options, value) => options with { Unpooling = value },
        (Unpooling.Switches, "unpool_indices"),
        (Unpooling.Sum, "unpool_sum"),
        (Unpooling.Upsample, "upsample"),
        (Unpooling.Random, "unpool_random"),
        (Unpooling.Distribute, "unpool_distributeall"));

    internal static readonly OptionWords<DisplayMode> Displays = new("display",
        options => options.Display, (options, value) => options with { Display = value },
        (DisplayMode.Normalize, "normalize"),
        (DisplayMode.Std, "normalize_std_norescale"),
        (DisplayMode.MinMax, "normalize_image_minmax_norescale"),
        (DisplayMode.ReverseTransform, "reverse_transform"));

    /// <summary>The options of the notebooks, in the order of their file names.</summary>
    internal static readonly IReadOnlyList<IOptionWords> Notebooks = [Dense, Convolution, Normalization, Winner, Take, Unpoolings, Displays];

    /// <summary>Options that file names do not tell: printed where they are not the default.</summary>
    internal static readonly IReadOnlyList<IOptionWords> Others =
    [
        new OptionWords<ReluRule>("rule for ReLU", options => options.Relu, (options, value) => options with { Relu = value },
            (ReluRule.Linear, "relu_linear"), (ReluRule.Rectify, "relu_rectify"), (ReluRule.ForwardMask, "relu_mask"), (ReluRule.Both, "relu_both")),
        new OptionWords<ShapeMode>("shape mode", options => options.Shape, (options, value) => options with { Shape = value },
            (ShapeMode.Restore, "shape_restore"), (ShapeMode.NotebookCrop, "shape_crop")),
        new OptionWords<ResidualPath>("residual path", options => options.ResidualPath, (options, value) => options with { ResidualPath = value },
            (ResidualPath.Both, "residual_both"), (ResidualPath.Main, "residual_main"), (ResidualPath.Shortcut, "residual_shortcut")),
        new OptionWords<GlobalPoolingRule>("rule for global pooling", options => options.GlobalPooling, (options, value) => options with { GlobalPooling = value },
            (GlobalPoolingRule.Uniform, "gap_uniform"), (GlobalPoolingRule.Trace, "gap_trace")),
        new OptionWords<BatchNormRule>("rule for batch normalisation", options => options.BatchNorm, (options, value) => options with { BatchNorm = value },
            (BatchNormRule.Scale, "batchnorm_scale"), (BatchNormRule.Inverse, "batchnorm_inverse")),
        new OptionWords<GateRule>("rule for gates", options => options.Gate, (options, value) => options with { Gate = value },
            (GateRule.Gain, "gate_gain"), (GateRule.Identity, "gate_identity"), (GateRule.Jacobian, "gate_jacobian")),
        new OptionWords<ResponseNormRule>("rule for response normalisation", options => options.ResponseNorm, (options, value) => options with { ResponseNorm = value },
            (ResponseNormRule.Gain, "lrn_gain"), (ResponseNormRule.Identity, "lrn_identity"), (ResponseNormRule.Jacobian, "lrn_jacobian")),
        new OptionWords<SoftmaxRule>("rule for softmax", options => options.Softmax, (options, value) => options with { Softmax = value },
            (SoftmaxRule.Identity, "softmax_identity"), (SoftmaxRule.Jacobian, "softmax_jacobian")),
        new OptionWords<DisplayOverflow>("overflow of the display", options => options.DisplayOverflow, (options, value) => options with { DisplayOverflow = value },
            (DisplayOverflow.Clip, "overflow_clip"), (DisplayOverflow.Wrap, "overflow_wrap")),
        new OptionWords<NotebookDialect>("dialect", options => options.Dialect, (options, value) => options with { Dialect = value },
            (NotebookDialect.Automatic, "dialect_automatic"), (NotebookDialect.MaxPool, "dialect_maxpool"), (NotebookDialect.ConvPool, "dialect_convpool")),
    ];

    /// <summary>The word that overrules every method of normalisation beside it.</summary>
    internal const string Unnormalized = "Unnorm";

    /// <summary>The token of a normalisation, such as <c>normalize_minmax_local</c>; <c>Unnorm</c> for none.</summary>
    public static string ToToken(this CurrentNormalization value) => Normalization.Print(value);

    /// <summary>The token of an unpooling, such as <c>unpool_indices</c>.</summary>
    public static string ToToken(this Unpooling value) => Unpoolings.Print(value);

    /// <summary>The token of a display, such as <c>reverse_transform</c>.</summary>
    public static string ToToken(this DisplayMode value) => Displays.Print(value);

    /// <summary>Reads the token of a normalisation.</summary>
    /// <exception cref="FormatException">The token is not known.</exception>
    public static CurrentNormalization ParseNormalization(string token) => Normalization.Read(token);

    /// <summary>Reads the token of an unpooling.</summary>
    /// <exception cref="FormatException">The token is not known.</exception>
    public static Unpooling ParseUnpooling(string token) => Unpoolings.Read(token);

    /// <summary>Reads the token of a display.</summary>
    /// <exception cref="FormatException">The token is not known.</exception>
    public static DisplayMode ParseDisplay(string token) => Displays.Read(token);

    /// <summary>The options of the notebooks, then the others where they are not the default, joined by '_'. Seed, executor and overrides of levels have no words.</summary>
    internal static string Print(RecollectionOptions options) =>
        string.Join('_', Notebooks.Concat(Others.Where(option => !option.IsDefault(options))).Select(option => option.Print(options)));
}
