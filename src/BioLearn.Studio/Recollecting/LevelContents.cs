using BioLearn.Onnx.Images;

namespace BioLearn.Studio.Recollecting;

/// <summary>What a level holds of a picture: its strongest channels, or units where it is dense.</summary>
/// <param name="Level">The level.</param>
/// <param name="Channels">The strongest, the strongest first.</param>
public sealed record LevelContents(LevelFacts Level, IReadOnlyList<ChannelContents> Channels)
{
    private const int MostMaps = 24, MostUnits = 12;

    internal static LevelContents Of(LevelFacts level, ReadOnlySpan<float> activation)
    {
        int plane = level.Height * level.Width;
        var channels = new ChannelContents[level.Channels];
        for (int channel = 0; channel < channels.Length; channel++)
            channels[channel] = new(channel, activation.Slice(channel * plane, plane).ToArray(), level.Width);
        return new(level, [.. channels.OrderByDescending(one => one.Strongest.Value).ThenBy(one => one.Channel).Take(level.IsDense ? MostUnits : MostMaps)]);
    }
}

/// <summary>What a channel holds.</summary>
/// <param name="Channel">Its number, from 0.</param>
/// <param name="Values">Its activations, rows from the top.</param>
/// <param name="Width">Values of a row.</param>
public sealed record ChannelContents(int Channel, float[] Values, int Width)
{
    /// <summary>The strongest unit.</summary>
    public (int Row, int Column, float Value) Strongest { get; } = Find(Values, Width);

    /// <summary>The activation of a unit; 0 where there is none.</summary>
    public float At(int row, int column) => row * Width + column is var index && index < Values.Length ? Values[index] : 0;

    /// <summary>Its map: black is the least, white the greatest.</summary>
    internal PixelImage Map()
    {
        float least = Values.Min(), span = Math.Max(float.Epsilon, Strongest.Value - least);
        return new(Width, Values.Length / Width, [.. Values.SelectMany(value =>
        {
            byte grey = (byte)Math.Clamp(255 * (value - least) / span, 0, 255);
            return (byte[])[grey, grey, grey];
        })]);
    }

    private static (int, int, float) Find(float[] values, int width)
    {
        int at = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[at])
                at = i;
        }
        return (at / width, at % width, values[at]);
    }
}
