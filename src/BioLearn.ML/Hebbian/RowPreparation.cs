using System.Buffers;
using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Hebbian;

/// <summary>What a competitive layer does to rows, or patches, before units see them: centring, whitening, unit length, as asked.</summary>
/// <param name="Width">Numbers in a row.</param>
/// <param name="Mean">Taken off; empty for nothing.</param>
/// <param name="Whitening">[width, width], what rows are multiplied by then; empty for nothing.</param>
/// <param name="UnitLength">Whether rows are brought to length 1 at last; a row of zeros stays one.</param>
/// <param name="LeastLength">A shorter row is divided by this instead of its length.</param>
internal sealed record RowPreparation(int Width, float[] Mean, float[] Whitening, bool UnitLength, float LeastLength)
{
    private const int BlockRows = 256;

    /// <summary>Finds what the options ask for in the training rows, and applies it to them.</summary>
    public static RowPreparation Fit(CompetitiveOptions options, FloatRows rows, Action? interruption = null)
    {
        Span<float> all = rows.Memory.Span;
        RowPreparation found = new(rows.Width, options.EnsureZeroMean ? CentredRows.Mean(rows) : [], [], UnitLength: false, 0);
        found.Apply(all);
        if (options.WhiteningRidge is { } ridge)
        {
            found = found with { Whitening = Hebbian.Whitening.Matrix(rows, ridge, options.Threads, interruption) ?? [] };
            (found with { Mean = [] }).Apply(all);
        }
        if (!options.UnitLengthInput)
            return found;
        double floor = 0;
        if (options.Patches is { ContrastFloor: > 0 and var fraction })
        {
            for (int start = 0; start < all.Length; start += rows.Width)
                floor += TensorPrimitives.SumOfSquares<float>(all.Slice(start, rows.Width));
            floor = fraction * Math.Sqrt(floor / rows.Count);
        }
        found = found with { UnitLength = true, LeastLength = (float)floor };
        (found with { Mean = [], Whitening = [] }).Apply(all);
        return found;
    }

    public void Apply(Span<float> rows)
    {
        if (Mean.Length > 0)
            CentredRows.Subtract(rows, Mean, rows);
        if (Whitening.Length > 0)
            Whiten(rows);
        if (!UnitLength)
            return;
        for (int start = 0; start < rows.Length; start += Width)
        {
            Span<float> row = rows.Slice(start, Width);
            float length = Math.Max(TensorPrimitives.Norm<float>(row), LeastLength);
            if (length > 0)
                TensorPrimitives.Divide(row, length, row);
        }
    }

    private void Whiten(Span<float> rows)
    {
        float[] scratch = ArrayPool<float>.Shared.Rent(BlockRows * Width);
        for (int start = 0; start < rows.Length; start += BlockRows * Width)
        {
            Span<float> block = rows.Slice(start, Math.Min(BlockRows * Width, rows.Length - start));
            block.CopyTo(scratch);
            int count = block.Length / Width;
            Gemm.NT<float>(new(scratch.AsSpan(0, block.Length), count, Width), new(Whitening, Width, Width), new(block, count, Width));
        }
        ArrayPool<float>.Shared.Return(scratch);
    }
}
