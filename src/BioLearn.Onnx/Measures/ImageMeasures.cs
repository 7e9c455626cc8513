using BioLearn.Onnx.Images;

namespace BioLearn.Onnx.Measures;

/// <summary>
/// How much of an original a recollection shows. All measures work on luma (Pillow's "L"). The edge correlation E is the one to rank by: SSIM and
/// Pearson reward blank pictures and shading, which recollections do not have.
/// </summary>
public static class ImageMeasures
{
    /// <summary>Pixels at each side that the correlations ignore, since padding shows there. Small pictures keep at least 8 pixels a side.</summary>
    internal const int Border = 8;

    private const int SsimWindow = 7;

    /// <summary>All measures of one pair; the original is cut or resized to the recollection first (see <see cref="Align"/>).</summary>
    /// <param name="original">What the network saw.</param>
    /// <param name="recollection">What came back.</param>
    public static RecollectionQuality Compare(PixelImage original, PixelImage recollection)
    {
        var reference = Align(original, recollection);
        return new(EdgeCorrelation(reference, recollection), Pearson(reference, recollection), Ssim(reference, recollection));
    }

    /// <summary>
    /// Gives the original the recollection's size. Reversed convolutions may drop the last rows and columns (223 of 224): then the original is cut
    /// likewise, from the bottom and the right. Nearest-neighbour unpooling shrinks the picture: then the original is resized.
    /// </summary>
    /// <param name="original">What the network saw.</param>
    /// <param name="recollection">What came back.</param>
    public static PixelImage Align(PixelImage original, PixelImage recollection)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(recollection);
        int width = recollection.Width, height = recollection.Height;
        if (width == original.Width && height == original.Height)
            return original;
        return IsCut(original.Width, width) && IsCut(original.Height, height)
            ? original.Crop(0, 0, width, height)
            : ImageResampler.Resize(original, width, height);
    }

    /// <summary>Pearson correlation of grey values; 0 if one picture is constant.</summary>
    /// <param name="a">A picture.</param>
    /// <param name="b">A picture of the same size.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static double Pearson(PixelImage a, PixelImage b)
    {
        CheckSizes(a, b);
        byte[] grayA = a.ToGray(), grayB = b.ToGray();
        var border = BorderOf(a.Width, a.Height);
        long n = 0, sumA = 0, sumB = 0, squaresA = 0, squaresB = 0, products = 0;
        for (var y = border; y < a.Height - border; y++)
        {
            var width = a.Width - 2 * border;
            ReadOnlySpan<byte> rowA = grayA.AsSpan(y * a.Width + border, width), rowB = grayB.AsSpan(y * a.Width + border, width);
            n += width;
            for (var x = 0; x < rowA.Length; x++)
            {
                int p = rowA[x], q = rowB[x];
                sumA += p;
                sumB += q;
                squaresA += p * p;
                squaresB += q * q;
                products += p * q;
            }
        }

        // Exact integers up to the division.
        var covariance = (Int128)n * products - (Int128)sumA * sumB;
        var variances = (double)((Int128)n * squaresA - (Int128)sumA * sumA) * (double)((Int128)n * squaresB - (Int128)sumB * sumB);
        return variances > 0 ? (double)covariance / Math.Sqrt(variances) : 0;
    }

    /// <summary>
    /// Structural similarity: mean over all 7 x 7 windows of (2 m_a m_b + C1)(2 s_ab + C2) / ((m_a^2 + m_b^2 + C1)(s_a^2 + s_b^2 + C2)), uniform
    /// weights, sample (co)variances, grey values in [0, 1], C1 = 0.01^2, C2 = 0.03^2 (Wang et al. 2004; scikit-image's defaults).
    /// </summary>
    /// <param name="a">A picture. One with a side below 7 has windows of that side.</param>
    /// <param name="b">A picture of the same size.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static double Ssim(PixelImage a, PixelImage b)
    {
        CheckSizes(a, b);
        var side = Math.Min(SsimWindow, Math.Min(a.Width, a.Height));
        byte[] grayA = a.ToGray(), grayB = b.ToGray();

        // Running sums over columns of the window, then over as many of those: exact integers.
        var columns = new WindowSums[a.Width];
        double total = 0;
        for (var y = 0; y < a.Height; y++)
        {
            for (var x = 0; x < a.Width; x++)
            {
                columns[x].Add(grayA[y * a.Width + x], grayB[y * a.Width + x], 1);
                if (y >= side)
                    columns[x].Add(grayA[(y - side) * a.Width + x], grayB[(y - side) * a.Width + x], -1);
            }
            if (y >= side - 1)
                total += SsimRow(columns, side);
        }
        return total / ((long)(a.Width - side + 1) * (a.Height - side + 1));
    }

    /// <summary>
    /// E: Pearson correlation of the Sobel gradient magnitudes of both pictures, each smoothed by a Gaussian of sigma 1.5 first; 0 if one has no
    /// edges. Compare many pairs with <see cref="EdgeMap"/>.
    /// </summary>
    /// <param name="a">A picture.</param>
    /// <param name="b">A picture of the same size.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static double EdgeCorrelation(PixelImage a, PixelImage b)
    {
        CheckSizes(a, b);
        return new EdgeMap(a).CorrelateWith(new EdgeMap(b));
    }

    internal static int BorderOf(int width, int height) => Math.Clamp((Math.Min(width, height) - 8) / 2, 0, Border);

    private static bool IsCut(int from, int to) => to <= from && (from - to) * 20 <= from;

    private static double SsimRow(ReadOnlySpan<WindowSums> columns, int side)
    {
        var window = default(WindowSums);
        double total = 0;
        for (var x = 0; x < columns.Length; x++)
        {
            window.Add(columns[x], 1);
            if (x >= side)
                window.Add(columns[x - side], -1);
            if (x >= side - 1)
                total += window.Ssim(side * side);
        }
        return total;
    }

    private static void CheckSizes(PixelImage a, PixelImage b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Width != b.Width || a.Height != b.Height)
            throw new ArgumentException($"expected {a.Width} x {a.Height} pixels as the first picture has, found {b.Width} x {b.Height}", nameof(b));
    }

    /// <summary>Sums over a window of both pictures, their squares and their product.</summary>
    private struct WindowSums
    {
        private const double C1 = 0.01 * 0.01 * 255 * 255;
        private const double C2 = 0.03 * 0.03 * 255 * 255;

        private int _a;
        private int _b;
        private int _aa;
        private int _bb;
        private int _ab;

        public void Add(int a, int b, int sign)
        {
            _a += sign * a;
            _b += sign * b;
            _aa += sign * a * a;
            _bb += sign * b * b;
            _ab += sign * a * b;
        }

        public void Add(in WindowSums other, int sign)
        {
            _a += sign * other._a;
            _b += sign * other._b;
            _aa += sign * other._aa;
            _bb += sign * other._bb;
            _ab += sign * other._ab;
        }

        public readonly double Ssim(int n)
        {
            double meanA = (double)_a / n, meanB = (double)_b / n, others = Math.Max(1, n - 1);
            double varianceA = (_aa - _a * meanA) / others, varianceB = (_bb - _b * meanB) / others, covariance = (_ab - _a * meanB) / others;
            return (2 * meanA * meanB + C1) * (2 * covariance + C2)
                / ((meanA * meanA + meanB * meanB + C1) * (varianceA + varianceB + C2));
        }
    }
}

/// <summary>What <see cref="ImageMeasures.Compare"/> finds.</summary>
/// <param name="EdgeCorrelation">E, -1 to 1: do the contours agree?</param>
/// <param name="Pearson">P, -1 to 1: do the grey values agree?</param>
/// <param name="Ssim">Structural similarity, -1 to 1. Blank pictures score high.</param>
public readonly record struct RecollectionQuality(double EdgeCorrelation, double Pearson, double Ssim);
