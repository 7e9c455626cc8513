using System.Numerics.Tensors;

namespace BioLearn.ML.Naming;

/// <summary>From a row of features to active steps of each.</summary>
/// <param name="Coding">Counts or Rate.</param>
/// <param name="Steps">Steps of a rate.</param>
public readonly record struct ActivityCoder(FeatureCoding Coding, int Steps)
{
    /// <summary>The coding that <see cref="FeatureCoding.Automatic"/> stands for with these values.</summary>
    /// <param name="coding">A coding.</param>
    /// <param name="values">All features of the training rows.</param>
    public static FeatureCoding Resolve(FeatureCoding coding, ReadOnlySpan<float> values)
    {
        if (coding != FeatureCoding.Automatic)
            return coding;
        foreach (float value in values)
        {
            if (!(value >= 0 && value <= byte.MaxValue && value == MathF.Truncate(value)))
                return FeatureCoding.Rate;
        }

        return FeatureCoding.Counts;
    }

    /// <summary>Codes one row.</summary>
    /// <param name="features">The features.</param>
    /// <param name="counts">Receives the active steps of each, 0 to 255.</param>
    public void Encode(ReadOnlySpan<float> features, Span<byte> counts)
    {
        float scale = 1;
        if (Coding == FeatureCoding.Rate)
        {
            float largest = TensorPrimitives.Max(features);
            if (!(largest > 0))
            {
                counts.Clear();
                return;
            }

            scale = Steps / largest;
        }

        for (int x = 0; x < counts.Length; x++)
            counts[x] = (byte)Math.Clamp(Coding == FeatureCoding.Rate ? MathF.Floor(features[x] * scale) : MathF.Round(features[x]), 0, byte.MaxValue);
    }
}
