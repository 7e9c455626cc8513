using System.Numerics.Tensors;

namespace BioLearn.ML.Hebbian;

/// <summary>What a competitive layer does to rows, or patches, before units see them: the mean is taken off and they are brought to length 1, as asked.</summary>
/// <param name="Width">Numbers in a row.</param>
/// <param name="Mean">Taken off; empty for nothing.</param>
/// <param name="UnitLength">Whether rows are brought to length 1; a row of zeros stays one.</param>
/// <param name="LeastLength">A shorter row is divided by this instead of its length.</param>
internal sealed record RowPreparation(int Width, float[] Mean, bool UnitLength, float LeastLength)
{
    public void Apply(Span<float> rows)
    {
        if (Mean.Length > 0)
            CentredRows.Subtract(rows, Mean, rows);
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
}
