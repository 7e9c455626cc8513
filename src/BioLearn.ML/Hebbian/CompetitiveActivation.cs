using System.Numerics.Tensors;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Hebbian;

/// <summary>What a competitive layer gives to the next stage, from its currents I.</summary>
public enum CompetitiveActivation
{
    /// <summary>max(I, 0)^n, the rectified power of Krotov and Hopfield.</summary>
    RectifiedPower,

    /// <summary>max(I − mean of I over the units, 0)^n, the triangle of Coates, Lee and Ng (2011) that SoftHebb uses.</summary>
    Triangle,

    /// <summary>I itself.</summary>
    Linear,
}

/// <summary>Applies a <see cref="CompetitiveActivation"/> in place.</summary>
internal static class CompetitiveActivations
{
    public static void Apply(CompetitiveActivation activation, float power, MatrixSpan<float> currents)
    {
        if (activation == CompetitiveActivation.Linear)
            return;
        for (int b = 0; b < currents.Rows; b++)
        {
            Span<float> row = currents.Row(b);
            if (activation == CompetitiveActivation.Triangle)
                TensorPrimitives.Subtract(row, TensorPrimitives.Sum<float>(row) / row.Length, row);
            TensorPrimitives.Max(row, 0, row);
            if (power != 1)
                TensorPrimitives.Pow(row, power, row);
        }
    }
}
