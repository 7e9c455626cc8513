using System.Numerics;
using System.Numerics.Tensors;

namespace BioLearn.ML.Hebbian;

/// <summary>
/// From a picture to the patches of all its places, and from activations at places to pools of them. Pictures lie pixel by pixel here, [rows, columns, channels], so that
/// a row of a patch is one piece of memory and units of a place stand together, as they compete. Holds the memory of one picture and serves one thread.
/// </summary>
internal sealed class PixelWindows<T>(CompetitiveStage stage)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _padded = new T[checked(stage.PaddedHeight * stage.PaddedWidth * stage.Input.Channels)];

    /// <summary>(x − mean) / deviation of every channel, the border, and the patches of all places: [places, row of the patch, column of it, channels].</summary>
    /// <param name="picture">[rows, columns, channels].</param>
    /// <param name="mean">A channel each, repeated for a row of the picture; empty for pixels as they are.</param>
    /// <param name="inverse">1 / deviation, in the same way.</param>
    /// <param name="patches">[places, numbers of a patch].</param>
    public void Unfold(ReadOnlySpan<T> picture, ReadOnlySpan<T> mean, ReadOnlySpan<T> inverse, Span<T> patches)
    {
        Pad(picture, mean, inverse);
        (int rows, int columns) = stage.Places;
        int channels = stage.Input.Channels, line = stage.PaddedWidth * channels, piece = stage.KernelSize * channels;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                int from = (row * stage.Stride * line) + (column * stage.Stride * channels);
                for (int y = 0; y < stage.KernelSize; y++, from += line, patches = patches[piece..])
                    _padded.AsSpan(from, piece).CopyTo(patches);
            }
        }
    }

    /// <summary>Pools of activations.</summary>
    /// <param name="activations">[places, units].</param>
    /// <param name="pools">[windows, units].</param>
    public void Pool(ReadOnlySpan<T> activations, Span<T> pools)
    {
        if (stage.Pooling == PatchPooling.None)
        {
            activations.CopyTo(pools);
            return;
        }
        int units = stage.Units;
        (int rows, int columns) = stage.Places;
        for (int i = 0; i < stage.Output.Height; i++)
        {
            (int top, int bottom) = Inside(i, rows);
            for (int j = 0; j < stage.Output.Width; j++)
            {
                (int left, int right) = Inside(j, columns);
                Span<T> pool = pools.Slice(((i * stage.Output.Width) + j) * units, units);
                activations.Slice(((top * columns) + left) * units, units).CopyTo(pool);
                for (int y = top; y < bottom; y++)
                {
                    for (int x = y == top ? left + 1 : left; x < right; x++)
                    {
                        ReadOnlySpan<T> place = activations.Slice(((y * columns) + x) * units, units);
                        if (stage.Pooling == PatchPooling.Max)
                            TensorPrimitives.Max(pool, place, pool);
                        else
                            TensorPrimitives.Add(pool, place, pool);
                    }
                }
                if (stage.Pooling == PatchPooling.Average)
                    TensorPrimitives.Divide(pool, T.CreateChecked((bottom - top) * (right - left)), pool);
            }
        }
    }

    /// <summary>The places of a window that lie in the picture.</summary>
    private (int Begin, int End) Inside(int window, int places)
    {
        int begin = (window * stage.WindowStride) - stage.PoolingPadding;
        return (Math.Max(begin, 0), Math.Min(begin + stage.PoolingSize, places));
    }

    private void Pad(ReadOnlySpan<T> picture, ReadOnlySpan<T> mean, ReadOnlySpan<T> inverse)
    {
        (int channels, int height, int width) = stage.Input;
        int row = width * channels, line = stage.PaddedWidth * channels, pad = stage.Padding;
        for (int y = 0; y < height; y++)
        {
            Span<T> inside = _padded.AsSpan(((y + pad) * line) + (pad * channels), row);
            picture.Slice(y * row, row).CopyTo(inside);
            if (!mean.IsEmpty)
            {
                TensorPrimitives.Subtract(inside, mean, inside);
                TensorPrimitives.Multiply(inside, inverse, inside);
            }
        }
        if (stage.Border == BorderPadding.Zeros) // the border was never written
            return;
        for (int y = pad; y < pad + height; y++)
        {
            Span<T> whole = _padded.AsSpan(y * line, line);
            for (int x = 1; x <= pad; x++)
            {
                Pixel(whole, pad + x).CopyTo(Pixel(whole, pad - x));
                Pixel(whole, pad + width - 1 - x).CopyTo(Pixel(whole, pad + width - 1 + x));
            }
        }
        for (int y = 1; y <= pad; y++)
        {
            _padded.AsSpan((pad + y) * line, line).CopyTo(_padded.AsSpan((pad - y) * line, line));
            _padded.AsSpan((pad + height - 1 - y) * line, line).CopyTo(_padded.AsSpan((pad + height - 1 + y) * line, line));
        }

        Span<T> Pixel(Span<T> whole, int x) => whole.Slice(x * channels, channels);
    }
}
