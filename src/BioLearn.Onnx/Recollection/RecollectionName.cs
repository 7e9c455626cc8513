using System.Globalization;
using System.Text.RegularExpressions;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Recollection;

/// <summary>Which notebook's grammar a file name follows.</summary>
public enum NotebookGrammar
{
    /// <summary>Max-pool network: the name has an unpooling token.</summary>
    MaxPool,

    /// <summary>Network with strided convolutions: no unpooling token.</summary>
    ConvPool,

    /// <summary>As <see cref="ConvPool"/>, with <c>_sparseall_{True|False}_{percent}</c> behind.</summary>
    SparseAll,

    /// <summary>As <see cref="ConvPool"/>, with <c>__{True|False}_{percent}</c> behind.</summary>
    SparsePerChannel,
}

/// <summary>
/// The file name of a recollection in the notebooks' grammar:
/// <c>{image}_{cue}_{Pos|Neg}_{PosConv|NegConv}_{Norm|Unnorm}_{0|1}_{TakePos|NoTakePos}_{method}_{unpooling}_{display}.png</c>, and its
/// variants for the networks with strided convolutions. It carries cue and options of the picture, and prints back what it was read from.
/// </summary>
public sealed record RecollectionName
{
    /// <summary>Which notebook's grammar the name follows.</summary>
    public NotebookGrammar Grammar { get; init; } = NotebookGrammar.MaxPool;

    /// <summary>Checkpoint prefix (<c>best_learned</c>, <c>overfit</c>, <c>1</c> to <c>5</c>), or null.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Name of the original image, such as <c>Berkeley.jpg</c>.</summary>
    public required string Image { get; init; }

    /// <summary>The cue.</summary>
    public required Cue Cue { get; init; }

    /// <summary>The variant: the notebooks' shapes, and the options that the name tells.</summary>
    public required RecollectionOptions Options { get; init; }

    /// <summary>The method token; with <c>Unnorm</c> it has no effect, but stands in the name.</summary>
    public string MethodToken { get; init; } = "normalize_std";

    /// <summary>Percent of the sparse suffix, or null where the grammar has none.</summary>
    public double? Percent { get; init; }

    /// <summary>Reads a file name, with or without folder and <c>.png</c>.</summary>
    /// <exception cref="FormatException">The name does not follow the grammar.</exception>
    public static RecollectionName Parse(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        Match match = NamePattern.Match(Path.GetFileName(fileName));
        if (!match.Success)
            throw new FormatException(
                $"'{fileName}' is not the name of a recollection; expected {{image}}_{{cue}}_{{Pos|Neg}}_{{PosConv|NegConv}}_{{Norm|Unnorm}}_{{0|1}}"
                + "_{TakePos|NoTakePos}_{method}[_{unpooling}]_{display}[_sparseall_|__{True|False}_{percent}][.png].");
        string Text(string group) => match.Groups[group].Value;
        bool pooled = match.Groups["unpool"].Success;
        bool sparse = match.Groups["sparse"].Success;
        if (pooled && sparse)
            throw new FormatException($"'{fileName}': a name has either an unpooling token or a sparse suffix, not both.");
        bool perChannel = Text("suffix") == "_";
        double? percent = sparse ? double.Parse(Text("percent"), CultureInfo.InvariantCulture) : null;
        Cue cue = Cue.Parse(Text("cue"));
        if (sparse && Text("sparse") == "True" && cue is StoredCue stored)
            cue = stored with { Sparsity = new Sparsity(percent!.Value, perChannel) };
        return new RecollectionName
        {
            Grammar = pooled ? NotebookGrammar.MaxPool : !sparse ? NotebookGrammar.ConvPool
                : perChannel ? NotebookGrammar.SparsePerChannel : NotebookGrammar.SparseAll,
            Checkpoint = match.Groups["checkpoint"].Success ? Text("checkpoint") : null,
            Image = Text("image"),
            Cue = cue,
            MethodToken = Text("method"),
            Percent = percent,
            Options = new RecollectionOptions
            {
                Shape = ShapeMode.NotebookCrop,
                RectifyDense = RecollectionTokens.Dense.Read(Text("dense")),
                RectifyConvolution = RecollectionTokens.Convolution.Read(Text("conv")),
                Normalization = Text("norm") == "Norm" ? RecollectionTokens.ParseNormalization(Text("method")) : CurrentNormalization.None,
                WinnerTakesAll = RecollectionTokens.Winner.Read(Text("winner")),
                TakePositive = RecollectionTokens.Take.Read(Text("take")),
                Unpooling = pooled ? RecollectionTokens.ParseUnpooling(Text("unpool")) : Unpooling.Switches,
                Display = RecollectionTokens.ParseDisplay(Text("display")),
                Dialect = pooled ? NotebookDialect.MaxPool : NotebookDialect.ConvPool,
            },
        };
    }

    /// <summary>The file name, with <c>.png</c>.</summary>
    public override string ToString()
    {
        bool unnormalized = Options.Normalization == CurrentNormalization.None;
        bool spelledAlike = unnormalized || RecollectionTokens.ParseNormalization(MethodToken) == Options.Normalization;
        string method = spelledAlike ? MethodToken : Options.Normalization.ToToken();
        string prefix = Checkpoint is null ? "" : Checkpoint + "_";
        string unpool = Grammar == NotebookGrammar.MaxPool ? "_" + Options.Unpooling.ToToken() : "";
        return $"{prefix}{Image}_{CueToken}_{RecollectionTokens.Dense.Print(Options)}_{RecollectionTokens.Convolution.Print(Options)}"
            + $"_{(unnormalized ? "Unnorm" : "Norm")}_{RecollectionTokens.Winner.Print(Options)}_{RecollectionTokens.Take.Print(Options)}"
            + $"_{method}{unpool}_{Options.Display.ToToken()}{SparseSuffix}.png";
    }

    private string CueToken => Cue switch
    {
        RandomVectorCue when Grammar != NotebookGrammar.MaxPool => "random_neuron",
        StoredCue stored => (stored with { Sparsity = null }).Token,
        _ => Cue.Token,
    };

    private string SparseSuffix
    {
        get
        {
            if (Grammar is NotebookGrammar.MaxPool or NotebookGrammar.ConvPool)
                return "";
            Sparsity? sparsity = (Cue as StoredCue)?.Sparsity;
            string word = Grammar == NotebookGrammar.SparseAll ? "sparseall" : "";
            return string.Create(CultureInfo.InvariantCulture, $"_{word}_{(sparsity is null ? "False" : "True")}_{sparsity?.Percent ?? Percent ?? 0}");
        }
    }

    // Image names may hold underscores, so the image takes what the grammar behind it leaves.
    private static readonly Regex NamePattern = new(
        @"^(?:(?<checkpoint>best_learned|overfit|[1-5])_)?(?<image>.+)"
        + @"_(?<cue>general_class|last_layer|random_last|random_neuron|zero_neuron|class_unit\d+|source\d+|rand\d+)"
        + $@"_(?<dense>{RecollectionTokens.Dense.Pattern})_(?<conv>{RecollectionTokens.Convolution.Pattern})_(?<norm>Norm|{RecollectionTokens.Unnormalized})"
        + $@"_(?<winner>{RecollectionTokens.Winner.Pattern})_(?<take>{RecollectionTokens.Take.Pattern})"
        + $@"_(?<method>{RecollectionTokens.Normalization.Pattern})(?:_(?<unpool>{RecollectionTokens.Unpoolings.Pattern}))?"
        + $@"_(?<display>{RecollectionTokens.Displays.Pattern})"
        + @"(?:_(?<suffix>sparseall_|_)(?<sparse>True|False)_(?<percent>\d+(?:\.\d+)?))?(?:\.png)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
}
