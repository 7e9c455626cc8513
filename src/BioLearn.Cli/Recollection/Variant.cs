using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Cli.Recollection;

/// <summary>
/// A variant of recollection by a name: a known one ("deconvnet"), or tokens of the notebooks' file names joined by '_'
/// ("Pos_PosConv_Norm_0_normalize_std_unpool_indices"), in any order; what is not named keeps its default. A whole file name of the notebooks
/// (ending in .png) brings its cue and the notebooks' cropped shape with it.
/// </summary>
/// <param name="Name">As the user wrote it.</param>
/// <param name="Options">What it means.</param>
/// <param name="NamesDisplay">Whether it chooses a display; otherwise the cue does.</param>
/// <param name="Cue">The cue of a whole file name.</param>
internal sealed record Variant(string Name, RecollectionOptions Options, bool NamesDisplay, Cue? Cue = null)
{
    private static readonly RecollectionOptions Default = new();

    /// <summary>Names that need no knowledge of the grammar.</summary>
    public static readonly IReadOnlyList<(string Name, RecollectionOptions Options, string Meaning)> Known =
    [
        ("minmax_local", Default, "every channel stretched to 0..1 at every level: most contours"),
        ("rescale_std", Default with { Normalization = CurrentNormalization.RescaleStd }, "current centred and squeezed at every level: the published pictures"),
        ("linear", Default with { Normalization = CurrentNormalization.None }, "no normalisation, no rectification"),
        ("deconvnet", RecollectionOptions.DeconvNet, "DeConvNet (Zeiler and Fergus 2014)"),
        ("gradient", RecollectionOptions.Gradient, "gradient of the cue"),
        ("guided", RecollectionOptions.GuidedBackpropagation, "guided backpropagation (Springenberg et al. 2014)"),
        ("upsample", Default with { Unpooling = Unpooling.Upsample }, "without switches: nearest neighbour"),
        ("random_switches", Default with { Unpooling = Unpooling.Random }, "control: switches drawn at random"),
    ];

    private static readonly (string Token, Func<RecollectionOptions, RecollectionOptions> Apply, bool IsDisplay)[] Tokens =
    [
        ("Pos", options => options with { RectifyDense = true }, false),
        ("Neg", options => options with { RectifyDense = false }, false),
        ("PosConv", options => options with { RectifyConvolution = true }, false),
        ("NegConv", options => options with { RectifyConvolution = false }, false),
        ("TakePos", options => options with { TakePositive = true }, false),
        ("NoTakePos", options => options with { TakePositive = false }, false),
        ("Norm", options => options, false),
        ("0", options => options with { WinnerTakesAll = false }, false),
        ("1", options => options with { WinnerTakesAll = true }, false),
        .. Enum.GetValues<CurrentNormalization>().Where(value => value != CurrentNormalization.None)
            .Select(value => Token(value.ToToken(), options => options with { Normalization = value })),
        .. Enum.GetValues<Unpooling>().Select(value => Token(value.ToToken(), options => options with { Unpooling = value })),
        .. Enum.GetValues<DisplayMode>().Select(value => (value.ToToken(), new Func<RecollectionOptions, RecollectionOptions>(options => options with { Display = value }), true)),
    ];

    /// <summary>Reads a name.</summary>
    /// <exception cref="UsageException">It is neither known nor made of tokens.</exception>
    public static Variant Parse(string name)
    {
        foreach (var known in Known)
        {
            if (known.Name.Equals(name.Replace('-', '_'), StringComparison.OrdinalIgnoreCase))
                return new(known.Name, known.Options, NamesDisplay: false);
        }

        if (name.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            return ParseFileName(name);

        var (options, namesDisplay, unnormalized) = (Default, false, false);
        for (var rest = name; rest.Length > 0;)
        {
            if (StartsWithToken(rest, "Unnorm"))
            {
                unnormalized = true;
                rest = Behind(rest, "Unnorm");
                continue;
            }

            // Longest first: normalize_std_norescale begins with normalize_std.
            var match = Tokens.Where(token => StartsWithToken(rest, token.Token)).OrderByDescending(token => token.Token.Length).FirstOrDefault();
            if (match.Token is null)
                throw Unknown(name, rest);
            options = match.Apply(options);
            namesDisplay |= match.IsDisplay;
            rest = Behind(rest, match.Token);
        }
        if (name.Length == 0)
            throw Unknown(name, name);

        // With Unnorm the file names carry a method all the same; it has no effect.
        return new(name, unnormalized ? options with { Normalization = CurrentNormalization.None } : options, namesDisplay);
    }

    private static Variant ParseFileName(string name)
    {
        try
        {
            var parsed = RecollectionName.Parse(name);
            return new(name, parsed.Options, NamesDisplay: true, parsed.Cue);
        }
        catch (FormatException problem)
        {
            throw new UsageException($"--variant: {problem.Message}");
        }
    }

    private static (string, Func<RecollectionOptions, RecollectionOptions>, bool) Token(string token, Func<RecollectionOptions, RecollectionOptions> apply) =>
        (token, apply, false);

    private static bool StartsWithToken(string text, string token) =>
        text.StartsWith(token, StringComparison.Ordinal) && (text.Length == token.Length || text[token.Length] == '_');

    private static string Behind(string text, string token) => text[Math.Min(text.Length, token.Length + 1)..];

    private static UsageException Unknown(string name, string rest) => new(
        $"--variant {name}: '{rest}' is not known; expected {string.Join(", ", Known.Select(known => known.Name))}, or tokens joined by '_': Unnorm, "
        + string.Join(", ", Tokens.Select(token => token.Token)));
}
