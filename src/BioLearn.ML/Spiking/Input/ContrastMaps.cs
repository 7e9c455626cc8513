using System.Numerics.Tensors;

namespace BioLearn.ML.Spiking;

/// <summary>A picture seen through receptive fields: correlations in double, zeros outside the picture. Holds scratch memory for one thread.</summary>
internal sealed class ContrastMaps
{
    private readonly SpikingInputOptions _options;
    private readonly double[][] _kernels;
    private readonly int _margin;
    private readonly int _paddedWidth;
    private readonly double[] _padded;
    private readonly double[] _contrasts;

    public ContrastMaps(SpikingInputOptions options)
    {
        _options = options;
        _kernels = [.. options.Filters.Select(filter => filter.Kernel())];
        _margin = options.Filters.Max(filter => filter.Size) / 2;
        _paddedWidth = options.Width + 2 * _margin;
        _padded = new double[_paddedWidth * (options.Height + 2 * _margin)];
        _contrasts = new double[options.Plane.Neurons];
    }

    /// <summary>Contrasts [filter][Height, Width] of the last picture; 0 in the border and where they do not reach the threshold.</summary>
    public ReadOnlySpan<double> Contrasts => _contrasts;

    /// <summary>Computes <see cref="Contrasts"/> of a picture of the options' size.</summary>
    public void Compute(ReadOnlySpan<byte> pixels)
    {
        int width = _options.Width, area = width * _options.Height;
        for (int y = 0; y < _options.Height; y++)
            TensorPrimitives.ConvertChecked<byte, double>(pixels.Slice(y * width, width), Row(y, 0, width));
        _contrasts.AsSpan().Clear();
        for (int filter = 0; filter < _kernels.Length; filter++)
        {
            Correlate(_kernels[filter], _options.Filters[filter].Size, _contrasts.AsSpan(filter * area, area));
            if (_options.NormalizationRadius is { } radius)
                Normalize(_contrasts.AsSpan(filter * area, area), radius);
        }

        double threshold = _options.Threshold;
        foreach (ref double contrast in _contrasts.AsSpan())
            contrast = contrast >= threshold ? contrast : 0;
    }

    /// <summary>Correlation inside the border.</summary>
    internal void Correlate(ReadOnlySpan<double> kernel, int size, Span<double> result)
    {
        int border = _options.Border, columns = _options.Width - 2 * border, radius = size / 2;
        for (int y = border; columns > 0 && y < _options.Height - border; y++)
        {
            var row = result.Slice(y * _options.Width + border, columns);
            for (int tap = 0; tap < kernel.Length; tap++)
                TensorPrimitives.MultiplyAdd(Row(y + tap / size - radius, border + tap % size - radius, columns), kernel[tap], row, row);
        }
    }

    // The mean of positive contrasts in a square, by a table of sums.
    private void Normalize(Span<double> contrasts, int radius)
    {
        int width = _options.Width, height = _options.Height;
        double[] sums = new double[(width + 1) * (height + 1)];
        for (int y = 0; y < height; y++)
        {
            double row = 0;
            for (int x = 0; x < width; x++)
            {
                row += Math.Max(0, contrasts[y * width + x]);
                sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
            }
        }

        for (int y = 0; y < height; y++)
        {
            int top = Math.Max(0, y - radius) * (width + 1), bottom = Math.Min(height, y + radius + 1) * (width + 1);
            for (int x = 0; x < width; x++)
            {
                int left = Math.Max(0, x - radius), right = Math.Min(width, x + radius + 1);
                double mean = (sums[bottom + right] - sums[bottom + left] - sums[top + right] + sums[top + left]) / ((bottom - top) / (width + 1) * (right - left));
                ref double contrast = ref contrasts[y * width + x];
                contrast = mean > 0 ? contrast / mean : 0;
            }
        }
    }

    private Span<double> Row(int y, int x, int count) => _padded.AsSpan((y + _margin) * _paddedWidth + x + _margin, count);
}
