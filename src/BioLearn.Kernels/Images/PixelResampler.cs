using System.Buffers;
using System.Runtime.Intrinsics;

namespace BioLearn.Kernels.Images;

/// <summary>
/// Resizes 8-bit pictures bit for bit as Pillow does: filter widened by the reduction (antialiasing), weights in 22-bit fixed point,
/// columns first, then rows, each pass rounded to 8 bits.
/// </summary>
internal static class PixelResampler
{
    /// <summary>Computes one window of the resized picture and nothing else: the same pixels as resizing, then cropping.</summary>
    /// <param name="source">Rows of interleaved pixels, [sourceHeight, sourceWidth, channels].</param>
    /// <param name="sourceWidth">Columns.</param>
    /// <param name="sourceHeight">Rows.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="width">Columns of the whole resized picture.</param>
    /// <param name="height">Rows of the whole resized picture.</param>
    /// <param name="window">The part of it that is wanted.</param>
    /// <param name="filter">The interpolation.</param>
    /// <param name="destination">[window height, window width, channels].</param>
    public static void Resize(ReadOnlySpan<byte> source, int sourceWidth, int sourceHeight, int channels, long width, long height,
        PixelWindow window, ResampleFilter filter, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var rows = new ResampleWeights(sourceHeight, height, window.Top, window.Height, filter);
        var columns = new ResampleWeights(sourceWidth, width, window.Left, window.Width, filter);

        // Only the source rows that the window's rows read.
        var firstRow = rows.First[0];
        var rowCount = rows.First[^1] + rows.Count[^1] - firstRow;
        var rowBytes = window.Width * channels;
        var narrowedLength = rowCount * rowBytes;
        var narrowed = ArrayPool<byte>.Shared.Rent(narrowedLength + Vector128<byte>.Count);
        try
        {
            NarrowRows(source[(firstRow * sourceWidth * channels)..], sourceWidth, channels, rowCount, columns, narrowed);
            CombineRows(narrowed.AsSpan(0, narrowedLength), rowBytes, firstRow, rows, destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(narrowed);
        }
    }

    /// <summary>Horizontal pass. An identity (size unchanged) is a copy: Pillow skips such a pass.</summary>
    private static void NarrowRows(ReadOnlySpan<byte> source, int sourceWidth, int channels, int rowCount, ResampleWeights columns, Span<byte> narrowed)
    {
        var outputs = columns.First.Length;
        var rowBytes = outputs * channels;
        if (columns.IsIdentity)
        {
            for (var y = 0; y < rowCount; y++)
                source.Slice((y * sourceWidth + columns.First[0]) * channels, rowBytes).CopyTo(narrowed[(y * rowBytes)..]);
            return;
        }

        // A row is copied to one pixel per 1 or 4 lanes, so that 16 lanes are a whole number of taps; zero weights fill the last group.
        var lanes = channels == 3 ? 4 : 1;
        var groups = (columns.MaxCount * lanes + 15) / 16;
        var weights = columns.Expand(lanes, groups * 16);
        var spread = new byte[(sourceWidth + columns.MaxCount) * lanes + 16];
        for (var y = 0; y < rowCount; y++)
        {
            Spread(source.Slice(y * sourceWidth * channels, sourceWidth * channels), spread, channels);
            var output = narrowed.Slice(y * rowBytes, rowBytes);
            for (var x = 0; x < outputs; x++)
            {
                ReadOnlySpan<byte> taps = spread.AsSpan(columns.First[x] * lanes, groups * 16);
                ReadOnlySpan<int> tapWeights = weights.AsSpan(x * groups * 16, groups * 16);
                var sum = Vector512<int>.Zero;
                for (var i = 0; i < tapWeights.Length; i += 16)
                    sum += Widen(Vector128.Create(taps.Slice(i, 16))) * Vector512.Create(tapWeights.Slice(i, 16));
                var half = sum.GetLower() + sum.GetUpper();
                var pixel = half.GetLower() + half.GetUpper();
                if (channels == 1)
                {
                    output[x] = ResampleWeights.Round(Vector128.Sum(pixel));
                    continue;
                }
                output[3 * x] = ResampleWeights.Round(pixel[0]);
                output[3 * x + 1] = ResampleWeights.Round(pixel[1]);
                output[3 * x + 2] = ResampleWeights.Round(pixel[2]);
            }
        }
    }

    /// <summary>Vertical pass: 16 bytes of a row at a time, all taps.</summary>
    private static void CombineRows(ReadOnlySpan<byte> narrowed, int rowBytes, int firstRow, ResampleWeights rows, Span<byte> destination)
    {
        for (var y = 0; y < rows.First.Length; y++)
        {
            var output = destination.Slice(y * rowBytes, rowBytes);
            var taps = narrowed[((rows.First[y] - firstRow) * rowBytes)..];
            if (rows.IsIdentity)
            {
                taps[..rowBytes].CopyTo(output);
                continue;
            }

            var weights = rows.Of(y);
            var x = 0;
            for (; x <= rowBytes - 16; x += 16)
            {
                var sum = Vector512.Create(ResampleWeights.Half);
                for (var j = 0; j < weights.Length; j++)
                    sum += Widen(Vector128.Create(taps.Slice(j * rowBytes + x, 16))) * weights[j];
                Narrow(sum >> ResampleWeights.FractionBits).CopyTo(output[x..]);
            }
            for (; x < rowBytes; x++)
            {
                var sum = 0;
                for (var j = 0; j < weights.Length; j++)
                    sum += taps[j * rowBytes + x] * weights[j];
                output[x] = ResampleWeights.Round(sum);
            }
        }
    }

    private static void Spread(ReadOnlySpan<byte> row, Span<byte> spread, int channels)
    {
        if (channels == 1)
        {
            row.CopyTo(spread);
            return;
        }
        var order = Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255);
        int from = 0, to = 0;
        for (; from <= row.Length - 16; from += 12, to += 16)
            Vector128.Shuffle(Vector128.Create(row.Slice(from, 16)), order).CopyTo(spread[to..]);
        for (; from < row.Length; from += 3, to += 4)
            row.Slice(from, 3).CopyTo(spread[to..]);
    }

    private static Vector512<int> Widen(Vector128<byte> bytes) =>
        Vector512.WidenLower(Vector256.WidenLower(bytes.ToVector256Unsafe()).ToVector512Unsafe()).AsInt32();

    /// <summary>Clips 16 sums to 0..255.</summary>
    private static Vector128<byte> Narrow(Vector512<int> sums)
    {
        var clipped = Vector512.Min(Vector512.Max(sums, Vector512<int>.Zero), Vector512.Create(255)).AsUInt32();
        var words = Vector256.Narrow(clipped.GetLower(), clipped.GetUpper());
        return Vector128.Narrow(words.GetLower(), words.GetUpper());
    }
}

/// <summary>A rectangle of pixels; its place may lie beyond 2^31 when a long thin picture is enlarged.</summary>
internal readonly record struct PixelWindow(long Left, long Top, int Width, int Height);
