using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Recollection;

/// <summary>
/// A variant of recollection by a name: a known one (<c>deconvnet</c>), or words of <see cref="RecollectionTokens"/> joined by '_'
/// (<c>Pos_PosConv_Norm_0_normalize_std_unpool_indices_relu_mask</c>), in any order; what is not named keeps its default. A whole file name
/// of the notebooks (ending in <c>.png</c>, see <see cref="RecollectionName"/>) brings its cue and the notebooks' cropped shape with it.
/// </summary>
public sealed record RecollectionVariant
{
    private static readonly RecollectionOptions Default = new();

    private RecollectionVariant(string name, RecollectionOptions options, string meaning = "")
    {
        Name = name;
        Options = options;
        Meaning = meaning;
    }

    /// <summary>Names that need no knowledge of the grammar; the first is the default.</summary>
    public static IReadOnlyList<RecollectionVariant> Known { get; } =
    [
        new("minmax_local", Default, "every channel stretched to 0..1 at every level: most contours"),
        new("rescale_std", Default with { Normalization = CurrentNormalization.RescaleStd }, "current centred and squeezed at every level: the published pictures"),
        new("linear", Default with { Normalization = CurrentNormalization.None }, "no normalisation, no rectification"),
        new("deconvnet", RecollectionOptions.DeconvNet, "DeConvNet (Zeiler and Fergus 2014)"),
        new("gradient", RecollectionOptions.Gradient, "gradient of the cue"),
        new("guided", RecollectionOptions.GuidedBackpropagation, "guided backpropagation (Springenberg et al. 2014)"),
        new("upsample", Default with { Unpooling = Unpooling.Upsample }, "without switches: nearest neighbour"),
        new("random_switches", Default with { Unpooling = Unpooling.Random }, "control: switches drawn at random"),
    ];

    private static readonly IOptionWords[] Vocabulary = [.. RecollectionTokens.Notebooks, .. RecollectionTokens.Others];

    /// <summary>The name as it was read.</summary>
    public string Name { get; private init; }

    /// <summary>What it means.</summary>
    public RecollectionOptions Options { get; private init; }

    /// <summary>What it is for, in a few words; empty for names that are made of tokens.</summary>
    public string Meaning { get; }

    /// <summary>Whether the name chooses a display; otherwise that which suits the cue may be taken (<see cref="Cue.SuitedDisplay"/>).</summary>
    public bool NamesDisplay { get; private init; }

    /// <summary>The cue that a whole file name brings, or null.</summary>
    public Cue? Cue { get; private init; }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">It is neither known nor made of tokens.</exception>
    public static RecollectionVariant Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string plain = name.Replace('-', '_');
        if (Known.FirstOrDefault(known => known.Name.Equals(plain, StringComparison.OrdinalIgnoreCase)) is { } found)
            return found;
        if (name.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
        {
            RecollectionName file = RecollectionName.Parse(name);
            return new(name, file.Options) { NamesDisplay = true, Cue = file.Cue };
        }
        if (name.Length == 0)
            throw Unknown(name);

        RecollectionOptions options = Default;
        bool unnormalized = false, namesDisplay = false;
        for (string rest = name; rest.Length > 0;)
        {
            string word = FirstWord(rest) ?? throw Unknown(rest);
            foreach (IOptionWords option in Vocabulary)
                options = option.Apply(word, options) ?? options;
            unnormalized |= word == RecollectionTokens.Unnormalized;
            namesDisplay |= RecollectionTokens.Displays.Words.Contains(word);
            rest = rest[Math.Min(rest.Length, word.Length + 1)..];
        }

        // With Unnorm the file names carry a method all the same; it has no effect.
        return new(name, unnormalized ? options with { Normalization = CurrentNormalization.None } : options) { NamesDisplay = namesDisplay };
    }

    /// <summary>
    /// The variant of some options by its shortest name: a known one, or the words of what differs from the default. The display takes part only if it is asked
    /// for; seed, executor and overrides of levels have no words.
    /// </summary>
    /// <param name="options">The options.</param>
    /// <param name="namesDisplay">Whether the name chooses the display, too.</param>
    /// <returns>A variant whose name <see cref="Parse"/> reads back as these options.</returns>
    public static RecollectionVariant Of(RecollectionOptions options, bool namesDisplay = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        string[] words = WordsOf(options);
        if (!namesDisplay && Known.FirstOrDefault(known => words.SequenceEqual(WordsOf(known.Options))) is { } found)
            return found;
        if (namesDisplay)
            words = [.. words, RecollectionTokens.Displays.Print(options)];
        return Parse(words is [] ? RecollectionTokens.Normalization.Print(options) : string.Join('_', words));

        static string[] WordsOf(RecollectionOptions options) => [.. Vocabulary
            .Where(option => option != RecollectionTokens.Displays && !option.IsDefault(options)).Select(option => option.Print(options))];
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    // "Norm" says what a method says anyway.
    private static IEnumerable<string> Words => Vocabulary.SelectMany(option => option.Words).Append("Norm");

    // The longest: normalize_std_norescale begins with normalize_std.
    private static string? FirstWord(string text) => Words
        .Where(word => text.StartsWith(word, StringComparison.Ordinal) && (text.Length == word.Length || text[word.Length] == '_'))
        .MaxBy(word => word.Length);

    private static FormatException Unknown(string rest) => new(
        $"'{rest}' is not known; expected {string.Join(", ", Known.Select(known => known.Name))}, or tokens joined by '_': {string.Join(", ", Words)}.");
}
