using System.Numerics;
using System.Numerics.Tensors;

namespace BioLearn.ML.Diagnostics;

/// <summary>Angles and norms of tensors taken as vectors.</summary>
internal static class VectorAngle
{
    /// <summary>In degrees; NaN if one of the two is zero.</summary>
    public static double Degrees<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => double.RadiansToDegrees(Math.Acos(Math.Clamp(Cosine(a, b), -1, 1)));

    public static double Cosine<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double product = Norm(a) * Norm(b);
        return product == 0 ? double.NaN : double.CreateChecked(TensorPrimitives.Dot(a, b)) / product;
    }

    public static double Norm<T>(ReadOnlySpan<T> a)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => double.CreateChecked(TensorPrimitives.Norm(a));

    /// <summary>Euclidean distance.</summary>
    public static double Distance<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => double.CreateChecked(TensorPrimitives.Distance(a, b));

    /// <summary>Share of the places at which both have the same sign.</summary>
    public static double SignConcordance<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int same = 0;
        for (int i = 0; i < a.Length; i++)
        {
            if (T.Sign(a[i]) == T.Sign(b[i]))
                same++;
        }
        return same / (double)a.Length;
    }
}
