using System.Globalization;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Recollection;

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
    private protected string LevelToken(string word) => LevelToken(word, $"{word}:");

    private protected string LevelToken(string numbered, string named) => Level.Name is { } name ? $"{named}{name}" : $"{numbered}{Level}";
}

internal sealed record StoredCue(LevelReference Level) : LevelCue(Level)
{
    public Sparsity? Sparsity { get; init; }

    public CuePlace? Only { get; init; }

    internal override string Token => string.Create(CultureInfo.InvariantCulture, $"{LevelToken("source")}{this switch
    {
        { Only: { } only } => $"_only{only}",
        { Sparsity: { } sparsity } => $"_top{sparsity.Percent}{(sparsity.PerChannel ? "_per_channel" : "")}",
        _ => "",
    }}");
}

/// <summary>A channel of a level, or one unit of it: the part of a stored cue that is kept.</summary>
internal sealed record CuePlace(int Channel, (int Row, int Column)? At = null)
{
    /// <summary>Clears everything else of a level's current.</summary>
    public void Keep(TensorShape shape, Span<float> current)
    {
        (int start, int count) = Range(shape);
        current[..start].Clear();
        current[(start + count)..].Clear();
    }

    /// <summary>Why a level has no such part, or null.</summary>
    public string? Problem(TensorShape shape) =>
        Channel >= shape.Channels ? $"has {shape.Channels} channels, counted from 0; channel {Channel} is asked for"
        : At is { } at && (at.Row >= shape.Height || at.Column >= shape.Width) ? $"has {shape.Height} rows and {shape.Width} columns, counted from 0; row {at.Row}, column {at.Column} are asked for"
        : null;

    public override string ToString() => At is { } at ? string.Create(CultureInfo.InvariantCulture, $"{Channel}.{at.Row}.{at.Column}") : Channel.ToString(CultureInfo.InvariantCulture);

    private (int Start, int Count) Range(TensorShape shape)
    {
        int start = Channel * shape.PlaneSize;
        return At is { } at ? (start + at.Row * shape.Width + at.Column, 1) : (start, shape.PlaneSize);
    }
}

internal sealed record ConstantCue(LevelReference Level) : LevelCue(Level)
{
    internal override string Token => LevelToken("constant:S", "constant:");
}

internal sealed record NoiseCue(LevelReference Level) : LevelCue(Level)
{
    internal override string Token => LevelToken("rand");
}

internal sealed record CustomCue(LevelReference Level, ReadOnlyMemory<float> Values, bool AfterLevel) : LevelCue(Level)
{
    internal override string Token => $"[{LevelToken("custom")}]";
}
