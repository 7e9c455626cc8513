namespace BioLearn.Onnx.Graph;

/// <summary>What stands outside the picture.</summary>
internal enum GridPadding
{
    Zeros,
    Border,
    Reflection,
}

/// <summary>
/// Where GridSample reads a picture of <paramref name="height"/> x <paramref name="width"/> for a place (x, y) of the grid, -1 to 1 from edge to edge: four cells and
/// their weights (bilinear), or one (nearest). The same in ONNX and in torch.
/// </summary>
internal sealed class GridSampling(int height, int width, bool nearest, GridPadding padding, bool alignCorners)
{
    public int Height => height;
    public int Width => width;
    public bool Nearest => nearest;
    public GridPadding Padding => padding;
    public bool AlignCorners => alignCorners;

    /// <summary>Cells that are read for a place.</summary>
    public int Taps => nearest ? 1 : 4;

    /// <summary>Cells row * width + column, their weights, and the slopes of the weights to x and to y. A cell outside has the weight 0.</summary>
    public void Read(double x, double y, Span<int> cells, Span<double> weights, Span<double> slopesX, Span<double> slopesY)
    {
        (double column, double alongX) = Place(x, width);
        (double row, double alongY) = Place(y, height);
        if (nearest)
        {
            Set(0, (int)Math.Round(row), (int)Math.Round(column), 1, 0, 0, cells, weights, slopesX, slopesY);
            return;
        }
        double left = Math.Floor(column), top = Math.Floor(row), p = column - left, q = row - top;
        for (int k = 0; k < 4; k++)
        {
            bool right = (k & 1) != 0, below = (k & 2) != 0;
            double wx = right ? p : 1 - p, wy = below ? q : 1 - q;
            Set(k, (int)top + (below ? 1 : 0), (int)left + (right ? 1 : 0), wx * wy, (right ? alongX : -alongX) * wy, (below ? alongY : -alongY) * wx, cells, weights, slopesX, slopesY);
        }
    }

    private void Set(int k, int row, int column, double weight, double slopeX, double slopeY, Span<int> cells, Span<double> weights, Span<double> slopesX, Span<double> slopesY)
    {
        bool inside = (uint)row < (uint)height && (uint)column < (uint)width;
        if (!inside && padding != GridPadding.Zeros)
        {
            // What is left of a place on the last cell: its neighbour has the weight 0.
            (row, column, inside) = (Math.Clamp(row, 0, height - 1), Math.Clamp(column, 0, width - 1), true);
        }
        cells[k] = inside ? row * width + column : 0;
        (weights[k], slopesX[k], slopesY[k]) = inside ? (weight, slopeX, slopeY) : (0, 0, 0);
    }

    // A coordinate in cells, and how it moves with the grid's.
    private (double At, double Slope) Place(double g, int size)
    {
        double slope = alignCorners ? (size - 1) / 2.0 : size / 2.0, at = alignCorners ? (g + 1) * slope : (g + 1) * slope - .5;
        // Far away, or no number, is outside.
        if (!(Math.Abs(at) < 1e8)) (at, slope) = (padding == GridPadding.Zeros ? -10 : at > 0 ? size - 1 : 0, 0);
        switch (padding)
        {
            case GridPadding.Border:
                return at < 0 ? (0, 0) : at > size - 1 ? (size - 1, 0) : (at, slope);
            case GridPadding.Reflection:
                double low = alignCorners ? 0 : -.5, span = alignCorners ? size - 1 : size;
                if (span == 0) return (0, 0);
                double from = Math.Abs(at - low), rest = from % span;
                bool flips = ((long)(from / span) & 1) != 0;
                double reflected = flips ? span - rest + low : rest + low, sign = (at < low ? -1 : 1) * (flips ? -1 : 1);
                return reflected < 0 ? (0, 0) : reflected > size - 1 ? (size - 1, 0) : (reflected, sign * slope);
            default:
                return (at, slope);
        }
    }
}
