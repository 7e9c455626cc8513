using System.Buffers;
using System.Numerics.Tensors;
using BioLearn.Onnx.Images;

namespace BioLearn.Onnx.Measures;

/// <summary>
/// The contours of a picture: Sobel gradient magnitude of its luma smoothed by a Gaussian (sigma 1.5, cut at 4 sigma, borders mirrored), without the
/// 8 outermost pixels, centred and scaled to length 1, so that the correlation of two maps is their inner product.
/// </summary>
public sealed class EdgeMap
{
    private const double Sigma = 1.5;

    private static readonly double[] Gaussian = CreateGaussian();

    private readonly double[] _unit;

    /// <summary>Computes the map of a picture.</summary>
    /// <param name="image">The picture.</param>
    public EdgeMap(PixelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Width = image.Width;
        Height = image.Height;
        double[] smooth = ArrayPool<double>.Shared.Rent(Width * Height);
        Smooth(image.ToGray(), Width, Height, smooth.AsSpan(0, Width * Height));
        _unit = ToUnit(Magnitudes(smooth, Width, Height, ImageMeasures.BorderOf(Width, Height)));
        ArrayPool<double>.Shared.Return(smooth);
    }

    /// <summary>Columns of the picture.</summary>
    public int Width { get; }

    /// <summary>Rows of the picture.</summary>
    public int Height { get; }

    /// <summary>E of two pictures: Pearson correlation of their gradient magnitudes; 0 if one has no edges.</summary>
    /// <param name="other">The map of a picture of the same size.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public double CorrelateWith(EdgeMap other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Width != Width || other.Height != Height)
            throw new ArgumentException($"expected {Width} x {Height} pixels, found {other.Width} x {other.Height}", nameof(other));
        return TensorPrimitives.Dot<double>(_unit, other._unit);
    }

    private static double[] CreateGaussian()
    {
        var radius = (int)(4 * Sigma + 0.5);
        var weights = new double[2 * radius + 1];
        for (var i = -radius; i <= radius; i++)
            weights[i + radius] = Math.Exp(-0.5 / (Sigma * Sigma) * i * i);
        TensorPrimitives.Divide(weights, TensorPrimitives.Sum<double>(weights), weights);
        return weights;
    }

    /// <summary>Separable Gaussian, rows of the kernel first: [height, width].</summary>
    private static void Smooth(byte[] gray, int width, int height, Span<double> smooth)
    {
        var radius = Gaussian.Length / 2;
        double[] values = ArrayPool<double>.Shared.Rent(gray.Length), padded = new double[width + 2 * radius];
        TensorPrimitives.ConvertTruncating<byte, double>(gray, values);
        smooth.Clear();
        for (var y = 0; y < height; y++)
        {
            var vertical = padded.AsSpan(radius, width);
            vertical.Clear();
            for (var k = -radius; k <= radius; k++)
                TensorPrimitives.MultiplyAdd(values.AsSpan(Mirror(y + k, height) * width, width), Gaussian[k + radius], vertical, vertical);
            for (var k = 1; k <= radius; k++)
            {
                padded[radius - k] = vertical[Mirror(-k, width)];
                padded[radius + width - 1 + k] = vertical[Mirror(width - 1 + k, width)];
            }
            var row = smooth.Slice(y * width, width);
            for (var k = 0; k < Gaussian.Length; k++)
                TensorPrimitives.MultiplyAdd(padded.AsSpan(k, width), Gaussian[k], row, row);
        }
        ArrayPool<double>.Shared.Return(values);
    }

    /// <summary>Gradient magnitudes of the pixels at least <paramref name="border"/> from every side.</summary>
    private static double[] Magnitudes(double[] image, int width, int height, int border)
    {
        int columns = width - 2 * border, rows = height - 2 * border;
        var magnitudes = new double[rows * columns];
        for (var y = 0; y < rows; y++)
        {
            ReadOnlySpan<double> above = Row(y + border - 1), here = Row(y + border), below = Row(y + border + 1);
            for (var x = 0; x < columns; x++)
            {
                int left = Mirror(x + border - 1, width), middle = x + border, right = Mirror(x + border + 1, width);
                var vertical = below[left] - above[left] + 2 * (below[middle] - above[middle]) + below[right] - above[right];
                var horizontal = above[right] - above[left] + 2 * (here[right] - here[left]) + below[right] - below[left];
                magnitudes[y * columns + x] = Math.Sqrt(vertical * vertical + horizontal * horizontal);
            }
        }
        return magnitudes;

        ReadOnlySpan<double> Row(int y) => image.AsSpan(Mirror(y, height) * width, width);
    }

    private static double[] ToUnit(double[] values)
    {
        // Rounding leaves traces of gradient in a constant picture.
        const double FlatRange = 1e-9;
        if (TensorPrimitives.Max<double>(values) - TensorPrimitives.Min<double>(values) < FlatRange)
        {
            Array.Clear(values);
            return values;
        }
        TensorPrimitives.Subtract(values, TensorPrimitives.Average<double>(values), values);
        TensorPrimitives.Divide(values, TensorPrimitives.Norm<double>(values), values);
        return values;
    }

    /// <summary>Index outside [0, n) mirrored at the outer edges of the first and last element: ... 1 0 | 0 1 ... n-1 | n-1 n-2 ...</summary>
    private static int Mirror(int index, int n)
    {
        if ((uint)index < (uint)n)
            return index;
        index = (index % (2 * n) + 2 * n) % (2 * n);
        return index < n ? index : 2 * n - 1 - index;
    }
}
