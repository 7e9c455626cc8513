using BioLearn.Kernels.Elementwise;

namespace BioLearn.Onnx.Recollection;

/// <summary>How the recollected array becomes displayed values; 0 is black and 1 is white. m, s, lo, hi are taken over all pixels and channels.</summary>
public enum DisplayMode
{
    /// <summary>clip(0.1 (x-m)/s + 0.5, 0, 1) (<c>normalize</c>): for class cues.</summary>
    Normalize,

    /// <summary>(x-m)/s (<c>normalize_std_norescale</c>).</summary>
    Std,

    /// <summary>(x-lo)/(hi-lo) (<c>normalize_image_minmax_norescale</c>): for stored cues.</summary>
    MinMax,

    /// <summary>x*std + mean per channel: undoes the normalisation of the network's input (<c>reverse_transform</c>).</summary>
    ReverseTransform,
}

/// <summary>What happens to displayed values outside 0..1 when they become 8-bit pixels.</summary>
public enum DisplayOverflow
{
    /// <summary>They are clipped.</summary>
    Clip,

    /// <summary>trunc(255 v) wraps modulo 256, as in the picture files of the notebooks; only for comparison with those.</summary>
    Wrap,
}

/// <summary>Turns a recollected array [channels, rows, columns] into displayed values and pixels.</summary>
internal static class Display
{
    /// <summary>Displayed values of <paramref name="image"/>, which has <paramref name="channels"/> equal planes.</summary>
    /// <param name="image">The recollected array, channel by channel.</param>
    /// <param name="channels">Number of planes.</param>
    /// <param name="mode">The display.</param>
    /// <param name="population">Whether s divides by n rather than n-1.</param>
    /// <param name="mean">Mean per channel that the network's input was reduced by (used by <see cref="DisplayMode.ReverseTransform"/>).</param>
    /// <param name="std">Standard deviation per channel that the input was divided by.</param>
    /// <param name="shown">The displayed values, in the layout of <paramref name="image"/>.</param>
    public static void Show(
        ReadOnlySpan<float> image, int channels, DisplayMode mode, bool population, ReadOnlySpan<float> mean, ReadOnlySpan<float> std, Span<float> shown)
    {
        if (mode == DisplayMode.ReverseTransform)
        {
            int plane = image.Length / channels;
            for (int c = 0; c < channels; c++)
                for (int i = c * plane; i < (c + 1) * plane; i++)
                    shown[i] = (float)((double)image[i] * std[c] + mean[c]);
            return;
        }
        (double scale, double shift, double lo, double hi) = Affine(image, mode, population);
        for (int i = 0; i < image.Length; i++)
            shown[i] = (float)Math.Clamp(image[i] * scale + shift, lo, hi);
    }

    /// <summary>8-bit pixels, interleaved by channel: trunc(255 v), clipped or wrapped.</summary>
    public static void Quantize(ReadOnlySpan<float> shown, int channels, DisplayOverflow overflow, Span<byte> pixels)
    {
        int plane = shown.Length / channels;
        for (int c = 0; c < channels; c++)
            for (int i = 0; i < plane; i++)
            {
                double value = 255.0 * shown[c * plane + i];
                pixels[i * channels + c] = overflow == DisplayOverflow.Clip
                    ? (byte)Math.Clamp(value, 0, 255)
                    : unchecked((byte)(long)Math.Clamp(value, long.MinValue / 2, long.MaxValue / 2));
            }
    }

    private static (double Scale, double Shift, double Lo, double Hi) Affine(ReadOnlySpan<float> image, DisplayMode mode, bool population)
    {
        SampleStatistics statistics = SampleStatistics.Of(image);
        if (statistics.IsConstant)
            return (0, mode == DisplayMode.Std ? 0 : 0.5, double.NegativeInfinity, double.PositiveInfinity);
        double deviation = population ? statistics.PopulationDeviation : statistics.Deviation;
        return mode switch
        {
            DisplayMode.Normalize => (0.1 / deviation, 0.5 - 0.1 * statistics.Mean / deviation, 0, 1),
            DisplayMode.Std => (1 / deviation, -statistics.Mean / deviation, double.NegativeInfinity, double.PositiveInfinity),
            DisplayMode.MinMax => Range(statistics),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "is not a display"),
        };
    }

    private static (double, double, double, double) Range(SampleStatistics statistics)
    {
        double span = (double)statistics.Max - statistics.Min;
        return (1 / span, -statistics.Min / span, double.NegativeInfinity, double.PositiveInfinity);
    }
}
