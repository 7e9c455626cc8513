using System.Numerics;
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
    public static void Apply<T>(CompetitiveActivation activation, T power, MatrixSpan<T> currents)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int b = 0; b < currents.Rows; b++)
        {
            Span<T> row = currents.Row(b);
            if (activation == CompetitiveActivation.Triangle)
                TensorPrimitives.Subtract(row, TensorPrimitives.Sum<T>(row) / T.CreateChecked(row.Length), row);
            Rectify(activation, power, row);
        }
    }

    /// <summary>The same where each row of <paramref name="currents"/> is a unit and each column a place; <paramref name="mean"/> is scratch memory for a row.</summary>
    public static void ApplyToUnits(CompetitiveActivation activation, float power, MatrixSpan<float> currents, Span<float> mean)
    {
        if (activation == CompetitiveActivation.Triangle)
        {
            mean.Clear();
            for (int u = 0; u < currents.Rows; u++)
                TensorPrimitives.Add(mean, currents.Row(u), mean);
            TensorPrimitives.Divide(mean, currents.Rows, mean);
            for (int u = 0; u < currents.Rows; u++)
                TensorPrimitives.Subtract(currents.Row(u), mean, currents.Row(u));
        }
        for (int u = 0; u < currents.Rows; u++)
            Rectify(activation, power, currents.Row(u));
    }

    private static void Rectify<T>(CompetitiveActivation activation, T power, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (activation == CompetitiveActivation.Linear)
            return;
        TensorPrimitives.Max(values, T.Zero, values);
        if (power != T.One)
            TensorPrimitives.Pow(values, power, values);
    }
}
