using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Hebbian;

/// <summary>Cuts patches out of pictures: each a row, channel by channel, row by row.</summary>
internal static class PatchRows
{
    /// <summary>Patches at random places of random pictures, drawn with replacement from the stream "patches".</summary>
    public static FloatRows Draw(PatchSpec spec, FloatRows pictures, int count, int seed)
    {
        RandomStream random = new(seed, "patches");
        (int rows, int columns) = spec.Places;
        FloatRows patches = new(spec.Length, count);
        for (int i = 0; i < count; i++)
        {
            int picture = random.NextInt(pictures.Count), row = random.NextInt(rows), column = random.NextInt(columns);
            Cut(spec, pictures.Memory.Span.Slice(picture * pictures.Width, pictures.Width), row, column, patches.Add());
        }
        return patches;
    }

    /// <summary>The patches of all places of one picture, row by row: [places, patch].</summary>
    public static void Unfold(PatchSpec spec, ReadOnlySpan<float> picture, Span<float> patches)
    {
        (int rows, int columns) = spec.Places;
        int length = spec.Length;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                Cut(spec, picture, row, column, patches.Slice(((row * columns) + column) * length, length));
        }
    }

    private static void Cut(PatchSpec spec, ReadOnlySpan<float> picture, int row, int column, Span<float> patch)
    {
        (int channels, int height, int width) = spec.Picture;
        int top = (row * spec.Stride) - spec.Padding, left = (column * spec.Stride) - spec.Padding;
        int from = Math.Max(0, -left), to = Math.Min(spec.Size, width - left); // columns of the patch inside the picture
        if (top < 0 || top + spec.Size > height || from > 0 || to < spec.Size)
            patch.Clear();
        for (int channel = 0; channel < channels; channel++)
        {
            for (int y = Math.Max(0, -top); y < Math.Min(spec.Size, height - top); y++)
            {
                picture.Slice((((channel * height) + top + y) * width) + left + from, to - from)
                    .CopyTo(patch[((((channel * spec.Size) + y) * spec.Size) + from)..]);
            }
        }
        if (spec.SubtractPatchMean)
            TensorPrimitives.Subtract(patch, TensorPrimitives.Sum<float>(patch) / patch.Length, patch);
    }
}
