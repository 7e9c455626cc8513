using System.Globalization;

namespace BioLearn.Onnx.Recollection;

/// <summary>
/// What starts a recollection, and where: a class unit, the output layer, the stored activation of a level, or a control that knows
/// nothing of the image. One cue serves every image of a batch; "stored" cues take each image's own activation.
/// </summary>
public abstract record Cue
{
    private protected Cue()
    {
    }

    /// <summary>The unit of the predicted class (<c>general_class</c>).</summary>
    public static Cue PredictedClass { get; } = new PredictedClassCue();

    /// <summary>The rectified outputs of the last layer (<c>last_layer</c>).</summary>
    public static Cue OutputLayer { get; } = new OutputLayerCue();

    /// <summary>
    /// Control: a vector at level 1, uniform between the least and the greatest weight of a random class that is not the predicted one
    /// (<c>random_last</c>, <c>random_neuron</c>). It is a random vector, not a class unit.
    /// </summary>
    public static Cue RandomVector { get; } = new RandomVectorCue();

    /// <summary>
    /// Control: a zero current at level 1 (<c>zero_neuron</c>). Normalisation turns it into a constant vector; without normalisation the
    /// image is blank.
    /// </summary>
    public static Cue Zero { get; } = new ZeroCue();

    /// <summary>One output unit (<c>class_unit</c>, counted from 0).</summary>
    public static Cue ClassUnit(int unit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(unit);
        return new UnitsCue([(unit, 1f)]);
    }

    /// <summary>Several output units with weights.</summary>
    /// <exception cref="ArgumentException">No unit is given.</exception>
    public static Cue Units(params (int Unit, float Weight)[] units)
    {
        ArgumentNullException.ThrowIfNull(units);
        if (units.Length == 0)
            throw new ArgumentException("At least one unit is needed.", nameof(units));
        foreach ((int unit, float weight) in units)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(unit, nameof(units));
            if (!float.IsFinite(weight))
                throw new ArgumentOutOfRangeException(nameof(units), weight, $"The weight of unit {unit} must be finite.");
        }
        return new UnitsCue([.. units]);
    }

    /// <summary>The stored activation of a level (<c>source&lt;k&gt;</c>).</summary>
    public static Cue Stored(LevelReference level) => new StoredCue(Valid(level));

    /// <summary>
    /// The largest <paramref name="percent"/> of the stored activation of a level, by signed value, chosen after the level's normalisation
    /// and rectification; everything else is 0. floor(percent*n/100) values of the whole tensor, or of each channel, are kept; ties go to
    /// the lowest index.
    /// </summary>
    /// <param name="level">The level.</param>
    /// <param name="percent">Above 0, up to 100.</param>
    /// <param name="perChannel">Whether the share is taken in each channel rather than in the whole tensor.</param>
    public static Cue SparseStored(LevelReference level, double percent, bool perChannel = false) =>
        new StoredCue(Valid(level)) { Sparsity = new Sparsity(percent, perChannel) };

    /// <summary>
    /// Control: standard normal noise that replaces the current of a level after its normalisation and rectification (<c>rand&lt;k&gt;</c>).
    /// </summary>
    public static Cue Noise(LevelReference level) => new NoiseCue(Valid(level));

    /// <summary>The caller's own current at a level, or at any tensor of the network.</summary>
    /// <param name="level">The level.</param>
    /// <param name="values">
    /// One image's current in the layout of the level (channels, rows, columns), used for every image, or one such block for each image of
    /// the batch.
    /// </param>
    /// <param name="afterLevel">
    /// Whether the values replace the current after the level's normalisation and rectification, as noise does, instead of before.
    /// </param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static Cue Custom(LevelReference level, ReadOnlyMemory<float> values, bool afterLevel = false)
    {
        if (values.IsEmpty)
            throw new ArgumentException("A custom cue needs values.", nameof(values));
        return new CustomCue(Valid(level), values, afterLevel);
    }

    /// <summary>
    /// Reads the token of a cue: <c>general_class</c>, <c>last_layer</c>, <c>random_last</c> or <c>random_neuron</c>, <c>zero_neuron</c>,
    /// <c>class_unit3</c>, <c>source7</c>, <c>rand7</c>, or with a tensor name <c>source:name</c>, <c>rand:name</c>.
    /// </summary>
    /// <exception cref="FormatException">The token names no cue.</exception>
    public static Cue Parse(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return token switch
        {
            "general_class" => PredictedClass,
            "last_layer" => OutputLayer,
            "random_last" or "random_neuron" => RandomVector,
            "zero_neuron" => Zero,
            _ when Numbered(token, "class_unit", out int unit) => ClassUnit(unit),
            _ when Level(token, "source") is { } level => Stored(level),
            _ when Level(token, "rand") is { } level => Noise(level),
            _ => throw new FormatException(
                $"'{token}' names no cue; expected general_class, last_layer, random_last, random_neuron, zero_neuron, class_unit<c>, "
                + "source<k>, rand<k> with k from 1, source:<tensor> or rand:<tensor>."),
        };
    }

    /// <summary>The token of the cue, as <see cref="Parse"/> reads it; cues that no token can name print a description in brackets.</summary>
    public sealed override string ToString() => Token;

    internal abstract string Token { get; }

    private static LevelReference Valid(LevelReference level) =>
        level == default ? throw new ArgumentException("The level is not set.", nameof(level)) : level;

    private static LevelReference? Level(string token, string word)
    {
        if (token.StartsWith(word + ":", StringComparison.Ordinal) && token.Length > word.Length + 1)
            return new LevelReference(token[(word.Length + 1)..]);
        return Numbered(token, word, out int number) && number >= 1 ? new LevelReference(number) : default(LevelReference?);
    }

    private static bool Numbered(string token, string word, out int number)
    {
        number = 0;
        return token.StartsWith(word, StringComparison.Ordinal)
            && int.TryParse(token.AsSpan(word.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}

/// <summary>Share of a stored cue that is kept, in percent.</summary>
internal sealed record Sparsity
{
    public Sparsity(double percent, bool perChannel)
    {
        if (!(percent > 0 && percent <= 100))
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "must be above 0 and at most 100");
        (Percent, PerChannel) = (percent, perChannel);
    }

    public double Percent { get; }

    public bool PerChannel { get; }

    public int Kept(int length) => (int)Math.Floor(Percent * length / 100);
}

internal sealed record PredictedClassCue : Cue
{
    internal override string Token => "general_class";
}

internal sealed record OutputLayerCue : Cue
{
    internal override string Token => "last_layer";
}

internal sealed record RandomVectorCue : Cue
{
    internal override string Token => "random_last";
}

internal sealed record ZeroCue : Cue
{
    internal override string Token => "zero_neuron";
}

internal sealed record UnitsCue(IReadOnlyList<(int Unit, float Weight)> Weights) : Cue
{
    internal override string Token => Weights is [(int unit, 1f)]
        ? string.Create(CultureInfo.InvariantCulture, $"class_unit{unit}")
        : string.Create(CultureInfo.InvariantCulture, $"[{Weights.Count} weighted units]");
}

internal abstract record LevelCue(LevelReference Level) : Cue
{
    private protected string LevelToken(string word) => Level.Name is { } name ? $"{word}:{name}" : $"{word}{Level}";
}

internal sealed record StoredCue(LevelReference Level) : LevelCue(Level)
{
    public Sparsity? Sparsity { get; init; }

    internal override string Token => Sparsity is not { } sparsity
        ? LevelToken("source")
        : string.Create(CultureInfo.InvariantCulture, $"[{LevelToken("source")}, top {sparsity.Percent} %{(sparsity.PerChannel ? " of each channel" : "")}]");
}

internal sealed record NoiseCue(LevelReference Level) : LevelCue(Level)
{
    internal override string Token => LevelToken("rand");
}

internal sealed record CustomCue(LevelReference Level, ReadOnlyMemory<float> Values, bool AfterLevel) : LevelCue(Level)
{
    internal override string Token => $"[{LevelToken("custom")}]";
}
