namespace BioLearn.ML.Data;

/// <summary>
/// Two pictures in one, as Multi-MNIST has them: on a canvas that is 9/7 as large, the left one stands at the top left and the right one 3/14 of its
/// side further down and to the right; where they overlap the brighter pixel wins; the canvas is then sampled down to the size of one picture, nearest
/// neighbour. Pictures of 28 x 28 meet on a canvas of 36 x 36, the right one at row and column 6.
/// </summary>
public static class PictureOverlay
{
    /// <summary>Composes two pictures.</summary>
    /// <param name="left">Grey values of the picture at the top left, [height, width].</param>
    /// <param name="right">Grey values of the picture at the bottom right, [height, width].</param>
    /// <param name="height">Rows of a picture, at least 1.</param>
    /// <param name="width">Columns of a picture, at least 1.</param>
    /// <param name="composed">Receives the composed picture, [height, width].</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    /// <exception cref="ArgumentException">A picture has another number of pixels than height x width.</exception>
    public static void Compose(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int height, int width, Span<byte> composed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        int size = checked(height * width);
        if (left.Length != size || right.Length != size || composed.Length != size)
            throw new ArgumentException($"expected pictures of {height} x {width} = {size} pixels, got {left.Length}, {right.Length} and {composed.Length}");
        for (int y = 0; y < height; y++)
        {
            int row = Source(y, height), rowOfRight = row - Shift(height);
            for (int x = 0; x < width; x++)
            {
                int column = Source(x, width), columnOfRight = column - Shift(width);
                byte here = row < height && column < width ? left[(row * width) + column] : (byte)0;
                byte there = rowOfRight >= 0 && rowOfRight < height && columnOfRight >= 0 && columnOfRight < width ? right[(rowOfRight * width) + columnOfRight] : (byte)0;
                composed[(y * width) + x] = Math.Max(here, there);
            }
        }
    }

    private static int Canvas(int side) => ((9 * side) + 3) / 7;

    private static int Shift(int side) => ((3 * side) + 7) / 14;

    /// <summary>The row or column of the canvas that is taken: floor((k + 1/2) canvas / side), in whole numbers.</summary>
    private static int Source(int k, int side) => (int)(((2L * k) + 1) * Canvas(side) / (2L * side));
}
