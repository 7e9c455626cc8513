using System.Numerics;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Tests.Linear;

/// <summary>The scalar meaning of the linear kernels: plain loops, one chain of multiply-adds an element.</summary>
internal static class Reference
{
    /// <summary>c = f(alpha op(a) op(b) + beta c + bias) * gate, with element accessors instead of layouts.</summary>
    public static T[,] Gemm<T>(
        int m, int n, int k, T alpha, Func<int, int, T> a, Func<int, int, T> b, T beta, Func<int, int, T> c,
        Func<T, T>? activation = null, Func<int, T>? bias = null, Func<int, int, T>? gate = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var result = new T[m, n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                T sum = T.IsZero(beta) ? T.Zero : beta * c(i, j);
                for (int q = 0; q < k; q++)
                    sum = MultiplyAdd(alpha * a(i, q), b(q, j), sum);
                if (bias is not null)
                    sum += bias(j);
                if (activation is not null)
                    sum = activation(sum);
                result[i, j] = gate is null ? sum : sum * gate(i, j);
            }
        }
        return result;
    }

    /// <summary>Rounded as the kernels round it on this machine.</summary>
    public static T MultiplyAdd<T>(T a, T b, T c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Hardware.FusesMultiplyAdd ? T.FusedMultiplyAdd(a, b, c) : (a * b) + c;

    public static T[] Numbers<T>(int count, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[count];
        new RandomStream(1, name).FillUniform(values, -T.One, T.One);
        return values;
    }
}
