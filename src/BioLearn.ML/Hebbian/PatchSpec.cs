using BioLearn.Kernels.Convolution;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Hebbian;

/// <summary>
/// How a competitive layer looks at pictures: the same units at every place, each seeing a square patch (a convolution), their
/// activations pooled over neighbouring places.
/// </summary>
/// <param name="Picture">Channels, height and width of a row, laid out channel by channel, row by row.</param>
/// <param name="Size">Side of the square patch in pixels; at least 1.</param>
/// <param name="Stride">Pixels from one patch to the next, down and across; at least 1.</param>
public sealed record PatchSpec(TensorShape Picture, int Size = 5, int Stride = 1)
{
    /// <summary>Pixels of value 0 added at every side; at least 0, less than <see cref="Size"/>. Default: 0.</summary>
    public int Padding { get; init; }

    /// <summary>Whether the mean of its own pixels is taken from every patch first, so that units see contrast, not brightness. Default: true.</summary>
    public bool SubtractPatchMean { get; init; } = true;

    /// <summary>
    /// Where patches are brought to length 1: the length that a patch is taken to have at least, as a fraction of the root mean square
    /// of their lengths, so that a patch of one grey is not all noise. From 0 to 1. Default: 0.1.
    /// </summary>
    public double ContrastFloor { get; init; } = 0.1;

    /// <summary>How activations at neighbouring places become one. Default: their mean.</summary>
    public PatchPooling Pooling { get; init; } = PatchPooling.Average;

    /// <summary>Side of the square window of places that are pooled; at least 1. Default: 4.</summary>
    public int PoolingSize { get; init; } = 4;

    /// <summary>Places from one window to the next; at least 0, and 0 means <see cref="PoolingSize"/>. Default: 0.</summary>
    public int PoolingStride { get; init; }

    /// <summary>Numbers in a patch: channels · Size².</summary>
    internal int Length => checked(Picture.Channels * Size * Size);

    /// <summary>Places down and across.</summary>
    internal (int Rows, int Columns) Places => (PlacesAlong(Picture.Height), PlacesAlong(Picture.Width));

    /// <summary>The pooling of one picture's activations, [units, rows of places, columns of places]; null without pooling.</summary>
    internal PoolingShape? PoolingShape(int units)
    {
        if (Pooling == PatchPooling.None)
            return null;
        int stride = PoolingStride == 0 ? PoolingSize : PoolingStride;
        (int rows, int columns) = Places;
        return Kernels.Convolution.PoolingShape.Forward(units, rows, columns, (PoolingSize, PoolingSize), (stride, stride), (0, 0, 0, 0), (1, 1));
    }

    /// <summary>What comes out for a picture.</summary>
    internal TensorShape Output(int units)
        => PoolingShape(units) is { } pooled ? new(units, pooled.OutputHeight, pooled.OutputWidth) : new(units, Places.Rows, Places.Columns);

    /// <exception cref="ArgumentOutOfRangeException">A size is out of range or does not fit the picture.</exception>
    internal void Validate()
    {
        Guard.Holds(Picture.Channels >= 1 && Picture.Height >= 1 && Picture.Width >= 1, Picture, "must have at least 1 channel, row and column", Of(nameof(Picture)));
        Guard.Holds((Int128)Picture.Channels * Picture.Height * Picture.Width <= Array.MaxLength, Picture, $"must have at most {Array.MaxLength} numbers", Of(nameof(Picture)));
        Guard.Holds(Size >= 1, Size, "must be at least 1", Of(nameof(Size)));
        Guard.Holds(Stride >= 1, Stride, "must be at least 1", Of(nameof(Stride)));
        Guard.Holds(Padding >= 0 && Padding < Size, Padding, $"must be from 0 to less than Size, {Size}", Of(nameof(Padding)));
        long least = Math.Min(Picture.Height, Picture.Width) + (2L * Padding);
        Guard.Holds(Size <= least, Size, $"must be at most the shorter side of the picture with its padding, {least}", Of(nameof(Size)));
        Guard.Holds(ContrastFloor is >= 0 and <= 1, ContrastFloor, "must be from 0 to 1", Of(nameof(ContrastFloor)));
        Guard.Holds(Enum.IsDefined(Pooling), Pooling, "is no pooling of a competitive layer", Of(nameof(Pooling)));
        Guard.Holds(PoolingStride >= 0, PoolingStride, "must be at least 0", Of(nameof(PoolingStride)));
        int places = Math.Min(Places.Rows, Places.Columns);
        bool fits = Pooling == PatchPooling.None || (PoolingSize >= 1 && PoolingSize <= places);
        Guard.Holds(fits, PoolingSize, $"must be from 1 to the number of places along the shorter side, {places}", Of(nameof(PoolingSize)));
    }

    internal void Save(ModelWriter writer) => writer.WriteOptions(this);

    /// <exception cref="InvalidDataException">The patches fit no picture.</exception>
    internal static PatchSpec Load(ModelReader reader)
    {
        PatchSpec spec = reader.ComponentVersion < 3 ? LoadNumbers(reader.Fields) : reader.ReadOptions<PatchSpec>("patches");
        try
        {
            spec.Validate();
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw reader.Damaged(error.Message);
        }
        return spec;
    }

    private static PatchSpec LoadNumbers(BinaryReader fields)
    {
        int[] values = [.. Enumerable.Range(0, 9).Select(_ => fields.ReadInt32())];
        return new(new(values[0], values[1], values[2]), values[3], values[4])
        {
            Padding = values[5],
            Pooling = values[6] switch { 0 => PatchPooling.Average, 1 => PatchPooling.Max, 2 => PatchPooling.None, _ => (PatchPooling)(-1) }, // refused by Validate
            PoolingSize = values[7],
            PoolingStride = values[8],
            SubtractPatchMean = fields.ReadBoolean(),
            ContrastFloor = fields.ReadDouble(),
        };
    }

    private static string Of(string option) => $"{nameof(CompetitiveOptions.Patches)}.{option}";

    private int PlacesAlong(int side) => ((side + (2 * Padding) - Size) / Stride) + 1;
}
