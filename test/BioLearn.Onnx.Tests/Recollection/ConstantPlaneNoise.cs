using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Onnx.Tests.Recollection;

/// <summary>
/// Uniform reversal of global average pooling makes constant planes, and their local standard deviation is 0: the library returns 1e-8. The
/// float64 originals return that only where the mean of n equal numbers happens to round to the number itself; elsewhere they divide
/// rounding noise by rounding noise and get +-sqrt((n-1)/n). Which planes these are depends on the order of additions in the original's
/// mean. So such a fixture must equal the recollection for some choice of few noisy planes, within the usual tolerance.
/// </summary>
internal static class ConstantPlaneNoise
{
    private const int MostNoisyPlanes = 3;

    /// <summary>The recollections that rounding noise in constant planes could have given; none where no plane is constant.</summary>
    public static IEnumerable<RecollectedImage> Alternatives(CnnModel model, ForwardTrace trace, RecollectionOptions options, RecollectedImage found)
    {
        if (options.Normalization is not (CurrentNormalization.Std or CurrentNormalization.RescaleStdLocal))
            yield break;
        GlobalAveragePoolNode? pool = model.Graph.Nodes.OfType<GlobalAveragePoolNode>().SingleOrDefault();
        LevelCurrent? level = pool is null ? null : found.Currents.SingleOrDefault(current => current.Level.Tensor == pool.Input);
        if (level is null || level.Values.ToArray().Any(value => value != Normalizer.Blank))
            yield break;
        int plane = level.Shape.PlaneSize;
        float noise = MathF.Sqrt((plane - 1f) / plane);
        float[] values = options.Normalization == CurrentNormalization.Std ? [noise, options.RectifyConvolution ? 0 : -noise] : [0.5f + 0.1f * noise, 0.5f - 0.1f * noise];
        foreach ((int Plane, float Value)[] noisy in Choices(level.Shape.Channels, values))
        {
            float[] current = level.Values.ToArray();
            foreach ((int channel, float value) in noisy)
                current.AsSpan(channel * plane, plane).Fill(value);
            using var recollector = new Recollector(model, Cue.Custom(level.Level.Name, current, afterLevel: true), options);
            yield return recollector.Recollect(trace)[0];
        }
    }

    // Few noisy planes before many.
    private static IEnumerable<(int Plane, float Value)[]> Choices(int channels, float[] values)
    {
        IEnumerable<(int Plane, float Value)[]> chosen = [[]];
        for (int count = 1; count <= MostNoisyPlanes; count++)
        {
            chosen = [.. chosen.SelectMany(few => Enumerable.Range(few.Length == 0 ? 0 : few[^1].Plane + 1, channels - (few.Length == 0 ? 0 : few[^1].Plane + 1))
                .SelectMany(plane => values.Select(value => ((int, float)[])[.. few, (plane, value)])))];
            foreach ((int, float)[] choice in chosen)
                yield return choice;
        }
    }
}
