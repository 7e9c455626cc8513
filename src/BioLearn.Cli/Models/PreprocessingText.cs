using System.Globalization;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Models;

/// <summary>A network's input in one line.</summary>
internal static class PreprocessingText
{
    public static string Describe(ImagePreprocessing input)
    {
        var resized = input.ResizeRatio == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" of the middle of {input.ResizeRatio:0.###} times that size");
        return string.Create(CultureInfo.InvariantCulture,
            $"{input.Width} x {input.Height}{resized}, {input.Channels} / {input.Divisor}, mean {string.Join(' ', input.Mean)}, standard deviation {string.Join(' ', input.StandardDeviation)}");
    }
}
