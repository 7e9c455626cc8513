using BioLearn.ML.Networks;

namespace BioLearn.ML.Hebbian;

/// <summary>Sizes of a layer of a competitive network and what it does with currents: all that is needed of its options once it has learned, and is saved of them.</summary>
/// <param name="Input">What comes in.</param>
/// <param name="Units">Units.</param>
/// <param name="KernelSize">Side of a patch.</param>
internal sealed record CompetitiveStage(TensorShape Input, int Units, int KernelSize)
{
    public int Stride { get; init; } = 1;

    public int Padding { get; init; }

    public BorderPadding Border { get; init; }

    public bool Normalize { get; init; }

    public double CurrentPower { get; init; } = 2;

    public CompetitiveActivation Activation { get; init; }

    public double ActivationPower { get; init; } = 1;

    public PatchPooling Pooling { get; init; }

    public int PoolingSize { get; init; } = 1;

    public int PoolingStride { get; init; }

    public int PoolingPadding { get; init; }

    /// <summary>Numbers in a patch.</summary>
    internal int Length => checked(Input.Channels * KernelSize * KernelSize);

    internal int PaddedHeight => Input.Height + (2 * Padding);

    internal int PaddedWidth => Input.Width + (2 * Padding);

    /// <summary>Places of a patch, down and across.</summary>
    internal (int Rows, int Columns) Places => (((PaddedHeight - KernelSize) / Stride) + 1, ((PaddedWidth - KernelSize) / Stride) + 1);

    internal int PlaceCount => checked(Places.Rows * Places.Columns);

    /// <summary>Places from one window to the next.</summary>
    internal int WindowStride => PoolingStride == 0 ? PoolingSize : PoolingStride;

    /// <summary>What comes out.</summary>
    internal TensorShape Output => Pooling == PatchPooling.None ? new(Units, Places.Rows, Places.Columns) : new(Units, WindowsAlong(Places.Rows), WindowsAlong(Places.Columns));

    /// <param name="name">The layer, for errors.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range or does not fit the others.</exception>
    internal void Validate(string name)
    {
        Holds(Units >= 2, Units, "must be at least 2", nameof(Units));
        Holds(KernelSize >= 1, KernelSize, "must be at least 1", nameof(KernelSize));
        Holds(Stride >= 1, Stride, "must be at least 1", nameof(Stride));
        Holds(Padding >= 0 && Padding < KernelSize, Padding, $"must be from 0 to less than KernelSize, {KernelSize}", nameof(Padding));
        Guard.Defined(Border, Of(nameof(Border)));
        int side = Math.Min(Input.Height, Input.Width);
        Holds(Border != BorderPadding.Reflect || Padding < side, Padding, $"must be less than the shorter side of what is mirrored, {side} of {Input}; Border = Zeros takes more", nameof(Padding));
        Holds(KernelSize <= side + (2L * Padding), KernelSize, $"must be at most the shorter side of the {Input} that comes in, with its padding, {side + (2L * Padding)}", nameof(KernelSize));
        Holds((Int128)Input.Channels * KernelSize * KernelSize * Units <= Array.MaxLength, Units, $"must not make more than {Array.MaxLength} weights of {Input.Channels} x {KernelSize} x {KernelSize} each", nameof(Units));
        Guard.Defined(Activation, Of(nameof(Activation)));
        Guard.AboveZero(ActivationPower, Of(nameof(ActivationPower)));
        Guard.Defined(Pooling, Of(nameof(Pooling)));
        (int rows, int columns) = Places;
        Holds((Int128)rows * columns * Math.Max(Units, Length) <= Array.MaxLength, Units, $"must not make more than {Array.MaxLength} numbers at {rows} x {columns} places", nameof(Units));
        if (Pooling == PatchPooling.None)
            return;
        Holds(PoolingSize >= 1, PoolingSize, "must be at least 1", nameof(PoolingSize));
        Holds(PoolingStride >= 0, PoolingStride, "must be at least 0", nameof(PoolingStride));
        Holds(PoolingPadding >= 0 && PoolingPadding < PoolingSize, PoolingPadding, $"must be from 0 to less than PoolingSize, {PoolingSize}", nameof(PoolingPadding));
        long most = Math.Min(rows, columns) + (2L * PoolingPadding);
        Holds(PoolingSize <= most, PoolingSize, $"must be at most the number of places along the shorter side, with the padding, {most}", nameof(PoolingSize));

        void Holds(bool condition, object value, string expected, string option) => Guard.Holds(condition, value, expected, Of(option));

        string Of(string option) => $"{name}.{option}";
    }

    private int WindowsAlong(int places) => ((places + (2 * PoolingPadding) - PoolingSize) / WindowStride) + 1;
}
