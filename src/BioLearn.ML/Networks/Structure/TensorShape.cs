namespace BioLearn.ML.Networks;

/// <summary>Shape of one sample: channels, height, width. A plain vector of n numbers is (n, 1, 1).</summary>
/// <param name="Channels">Number of channels, or of features of a vector; at least 1.</param>
/// <param name="Height">Rows; 1 for a vector.</param>
/// <param name="Width">Columns; 1 for a vector.</param>
public readonly record struct TensorShape(int Channels, int Height = 1, int Width = 1)
{
    /// <summary>Numbers in one sample, laid out channel by channel, row by row.</summary>
    public int Size => checked(Channels * Height * Width);

    /// <summary>Whether the sample is a plain vector (height and width 1).</summary>
    public bool IsVector => Height == 1 && Width == 1;

    /// <summary>The shape in a message about windows that do not fit it: a plain vector is told from a small picture.</summary>
    internal string PictureText => IsVector
        ? $"{Size} numbers without height and width; expected a picture, channels x height x width, as rows of pictures have and layers of channels keep, not rows of a table or a dense layer"
        : $"{this}";

    /// <inheritdoc/>
    public override string ToString() => IsVector ? $"{Channels}" : $"{Channels}x{Height}x{Width}";
}
