using System.Globalization;
using System.Text.RegularExpressions;
using BioLearn.ML.Hosting;
using BioLearn.Onnx.Models;

namespace BioLearn.Onnx.Recollection;

/// <summary>
/// What starts a recollection, and where: a class unit, the output layer, the stored activation of a level, or a control that knows
/// nothing of the image. One cue serves every image of a batch; "stored" cues take each image's own activation.
/// </summary>
[SavedForm(typeof(CueForm))]
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

    /// <summary>One channel of the stored activation of a level, or one unit of a dense level; everything else is 0 (<c>S7:17</c>).</summary>
    /// <param name="level">The level.</param>
    /// <param name="channel">The channel, from 0.</param>
    public static Cue StoredChannel(LevelReference level, int channel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        return new StoredCue(Valid(level)) { Only = new CuePlace(channel) };
    }

    /// <summary>One unit of the stored activation of a level; everything else is 0 (<c>S7:17.3.5</c>).</summary>
    /// <param name="level">The level.</param>
    /// <param name="channel">Its channel, from 0.</param>
    /// <param name="row">Its row in the channel, from 0 at the top.</param>
    /// <param name="column">Its column in the channel, from 0 at the left.</param>
    public static Cue StoredUnit(LevelReference level, int channel, int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        return new StoredCue(Valid(level)) { Only = new CuePlace(channel, (row, column)) };
    }

    /// <summary>Control: a current of ones at a level (<c>constant:S7</c>).</summary>
    public static Cue Constant(LevelReference level) => new ConstantCue(Valid(level));

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

    /// <summary>What <see cref="Parse"/> reads, for messages and help.</summary>
    public const string Grammar = "class (the predicted one), class:<name or number>, output, constant, random, S<level>, S<level>:<channel>, S<level>:<channel>.<row>.<column>, noise:S<level>, constant:S<level>, or a notebook token "
        + "(general_class, last_layer, random_last, random_neuron, zero_neuron, class_unit<c>, source<k>, rand<k> with k from 1, source:<tensor>, rand:<tensor>, "
        + "source<k>_top<percent>, source<k>_top<percent>_per_channel, source<k>_only<channel>, source<k>_only<channel>.<row>.<column>)";

    /// <summary>
    /// Reads a cue: a plain name (<c>class</c>, <c>class:teapot</c>, <c>class:3</c>, <c>output</c>, <c>constant</c>, <c>random</c>, <c>S7</c>,
    /// <c>S7:17</c> for a channel, <c>S7:17.3.5</c> for the unit in its row 3 and column 5, <c>noise:S7</c>, <c>constant:S7</c>), or a token of the notebooks (<c>general_class</c>, <c>last_layer</c>, <c>random_last</c> or <c>random_neuron</c>,
    /// <c>zero_neuron</c>, <c>class_unit3</c>, <c>source7</c>, <c>rand7</c>, or with a tensor name <c>source:name</c>, <c>rand:name</c>).
    /// A stored cue may end in <c>_top5</c> or <c>_top5_per_channel</c>: the share in percent that is kept; or in
    /// <c>_only17</c>, <c>_only17.3.5</c>: the channel or the unit.
    /// </summary>
    /// <param name="token">The text.</param>
    /// <param name="classes">Names of the output units, for <c>class:name</c>; null for none.</param>
    /// <exception cref="FormatException">The token names no cue, or no class of these names.</exception>
    public static Cue Parse(string token, IReadOnlyList<string>? classes = null)
    {
        ArgumentNullException.ThrowIfNull(token);
        return token switch
        {
            "general_class" or "class" => PredictedClass,
            "last_layer" or "output" => OutputLayer,
            "random_last" or "random_neuron" or "random" => RandomVector,
            "zero_neuron" or "constant" => Zero,
            _ when token.StartsWith("class:", StringComparison.Ordinal) => ClassUnit(ClassIndex(token["class:".Length..], classes ?? [])),
            _ when Numbered(token, "class_unit", out int unit) => ClassUnit(unit),
            _ when (Numbered(token, "S", out int number) || Numbered(token, "s", out number)) && number >= 1 => Stored(number),
            _ when PlacePattern.Match(token) is { Success: true } part => new StoredCue(LevelReference.Parse(part.Groups["level"].Value)) { Only = Place(part) },
            _ when token.StartsWith("constant:", StringComparison.Ordinal) => Constant(LevelReference.Parse(token["constant:".Length..])),
            _ when token.StartsWith("noise:", StringComparison.Ordinal) => Noise(LevelReference.Parse(token["noise:".Length..])),
            _ when Level(token, "source") is { } level => Stored(level),
            _ when SparsePattern.Match(token) is { Success: true } sparse && Level(sparse.Groups["cue"].Value, "source") is { } level =>
                SparseStored(level, Share(token, sparse.Groups["percent"].Value), sparse.Groups["each"].Success),
            _ when Level(token, "rand") is { } level => Noise(level),
            _ => throw new FormatException($"'{token}' names no cue; expected {Grammar}."),
        };
    }

    /// <summary>The display that suits the cue: <see cref="DisplayMode.MinMax"/> where it stands at a level, else <see cref="DisplayMode.Normalize"/>.</summary>
    public DisplayMode SuitedDisplay => this is LevelCue ? DisplayMode.MinMax : DisplayMode.Normalize;

    /// <summary>Checks that a network has the units and the level that the cue names.</summary>
    /// <exception cref="ArgumentException">It has not; the message says which there are.</exception>
    public void Check(CnnModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (this is UnitsCue units && units.Weights.Max(weight => weight.Unit) is var unit && unit >= model.Classes)
            throw new ArgumentException($"{this} names unit {unit}; the network has {model.Classes} output units, counted from 0");
        if (this is LevelCue { Level: { Number: > 0 } level } && level.Number > model.Levels.Count - 2)
            throw new ArgumentException($"level {level}: the network has S1 to S{model.Levels.Count - 2}, counted from the output");
        if (this is LevelCue { Level.Name: not null } named)
            _ = named.Level.In(model);
        if (this is StoredCue { Only: { } only } part && part.Level.In(model) is var at && only.Problem(at.Shape) is { } problem)
            throw new ArgumentException($"level {at} {problem}");
    }

    /// <summary>Whether max-pools lie on the way from the cue to the image, so that their recorded positions may take part.</summary>
    /// <param name="model">The network that it cues.</param>
    /// <exception cref="ArgumentException">The network has no such level.</exception>
    public bool PassesMaxPools(CnnModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Graph.HasMaxPoolBelow(this is LevelCue level ? CueStart.Find(model.Graph, level.Level) : model.Graph.Logits);
    }

    /// <summary>What the cue is, for people: the class by its name, the level with its shape.</summary>
    /// <param name="model">The network that it cues.</param>
    /// <exception cref="ArgumentException">The network has no such level.</exception>
    public string Describe(CnnModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return this switch
        {
            PredictedClassCue => model.HasFeatures ? "strongest feature" : "predicted class",
            OutputLayerCue => "output layer",
            ZeroCue => "constant vector",
            RandomVectorCue => "random vector",
            UnitsCue { Weights: [(var unit, 1f)] } => $"class {(unit < model.Card.Classes.Count ? model.Card.Classes[unit] : unit.ToString(CultureInfo.InvariantCulture))}",
            StoredCue { Sparsity: { } sparsity } stored => string.Create(CultureInfo.InvariantCulture, $"{Title(stored)}, top {sparsity.Percent} %"),
            StoredCue { Only: { } only } part => $"{Title(part)}, {(only.At is { } at ? $"unit {only.Channel}, row {at.Row}, column {at.Column}" : $"channel {only.Channel}")}",
            StoredCue stored => Title(stored),
            ConstantCue constant => $"constant current at {Title(constant)}",
            NoiseCue noise => $"noise at {Title(noise)}",
            _ => ToString(),
        };

        string Title(LevelCue cue) => cue.Level.In(model) is var level ? $"{level.Name} {level.Shape}" : "";
    }

    /// <summary>The token of the cue, as <see cref="Parse"/> reads it; cues that no token can name print a description in brackets.</summary>
    public sealed override string ToString() => Token;

    internal abstract string Token { get; }

    private static LevelReference Valid(LevelReference level) =>
        level == default ? throw new ArgumentException("The level is not set.", nameof(level)) : level;

    private static readonly Regex SparsePattern = new(@"^(?<cue>.+)_top(?<percent>\d+(?:\.\d+)?)(?<each>_per_channel)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    // The plain name, or the token of a level by number or by its tensor's name.
    private static readonly Regex PlacePattern = new(
        @"^(?:[Ss](?<level>[1-9]\d*):|source(?:(?<level>[1-9]\d*)|:(?<level>.+))_only)(?<channel>\d+)(?:\.(?<row>\d+)\.(?<column>\d+))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    private static CuePlace Place(Match part)
    {
        return new(Number("channel"), part.Groups["row"].Success ? (Number("row"), Number("column")) : null);

        int Number(string group) => int.TryParse(part.Groups[group].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new FormatException($"'{part.Value}': {part.Groups[group].Value} is no number of a {group}.");
    }

    private static double Share(string token, string percent) => double.Parse(percent, CultureInfo.InvariantCulture) is > 0 and <= 100 and var share
        ? share
        : throw new FormatException($"'{token}': the share must be above 0 and at most 100 percent.");

    private static int ClassIndex(string text, IReadOnlyList<string> classes)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return number;
        for (int i = 0; i < classes.Count; i++)
        {
            if (classes[i].Equals(text, StringComparison.OrdinalIgnoreCase))
                return i;
        }
        string[] like = [.. classes.Where(name => name.Contains(text, StringComparison.OrdinalIgnoreCase)).Take(5)];
        throw new FormatException($"class:{text}: the model has no class of this name{(like.Length > 0 ? $"; did you mean {string.Join(", ", like)}?" : "; its card lists them")}");
    }

    private static LevelReference? Level(string token, string word)
    {
        if (SparsePattern.IsMatch(token) || PlacePattern.IsMatch(token))
            return null;
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
