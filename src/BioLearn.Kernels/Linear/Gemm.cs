using System.Numerics;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// Matrix products <c>c = alpha * op(a) op(b) + beta * c</c>. N means as it is, T transposed.
/// </summary>
/// <remarks>
/// Each element of c is one chain of multiply-adds in the order of k, starting from <c>beta * c</c> (from 0, whatever c holds, if
/// beta is 0). Threads, blocking, vector width and the number of rows and columns do not change a bit of it.
/// </remarks>
public static unsafe partial class Gemm
{
    /// <summary>c[m,n] = a[m,k] b[k,n].</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="a">[m,k].</param>
    /// <param name="b">[k,n].</param>
    /// <param name="c">Receives [m,n].</param>
    /// <param name="threads">Threads that may work at once; at least 1. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit one another.</exception>
    public static void NN<T>(ReadOnlyMatrixSpan<T> a, ReadOnlyMatrixSpan<T> b, MatrixSpan<T> c, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => NN<T, Identity<T>>(a, b, c, T.One, T.Zero, default, threads);

    /// <summary>c[m,n] = alpha a[m,k] b[k,n] + beta c.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="a">[m,k].</param>
    /// <param name="b">[k,n].</param>
    /// <param name="c">[m,n]; not read where beta is 0.</param>
    /// <param name="alpha">Factor on the product.</param>
    /// <param name="beta">Factor on what was there.</param>
    /// <param name="threads">Threads that may work at once; at least 1. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit one another.</exception>
    public static void NN<T>(ReadOnlyMatrixSpan<T> a, ReadOnlyMatrixSpan<T> b, MatrixSpan<T> c, T alpha, T beta, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => NN<T, Identity<T>>(a, b, c, alpha, beta, default, threads);

    /// <summary>c[m,n] = f(alpha a[m,k] b[k,n] + beta c + bias) * gate.</summary>
    internal static void NN<T, TActivation>(
        ReadOnlyMatrixSpan<T> a, ReadOnlyMatrixSpan<T> b, MatrixSpan<T> c, T alpha, T beta, Epilogue<T> epilogue, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IUnaryOperator<T>
        => Multiply<T, TActivation>("NN", a, false, b, false, c, alpha, beta, epilogue, threads);

    /// <summary>c[m,n] = a[m,k] b[n,k]'.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="a">[m,k].</param>
    /// <param name="b">[n,k].</param>
    /// <param name="c">Receives [m,n].</param>
    /// <param name="threads">Threads that may work at once; at least 1. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit one another.</exception>
    public static void NT<T>(ReadOnlyMatrixSpan<T> a, ReadOnlyMatrixSpan<T> b, MatrixSpan<T> c, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => NT<T, Identity<T>>(a, b, c, T.One, T.Zero, default, threads);

    /// <summary>c[m,n] = alpha a[m,k] b[n,k]' + beta c.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="a">[m,k].</param>
    /// <param name="b">[n,k].</param>
    /// <param name="c">[m,n]; not read where beta is 0.</param>
    /// <param name="alpha">Factor on the product.</param>
    /// <param name="beta">Factor on what was there.</param>
    /// <param name="threads">Threads that may work at once; at least 1. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit one another.</exception>
    public static void NT<T>(ReadOnlyMatrixSpan<T> a, ReadOnlyMatrixSpan<T> b, MatrixSpan<T> c, T alpha, T beta, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => NT<T, Identity<T>>(a, b, c, alpha, beta, default, threads);

    /// <summary>c[m,n] = f(alpha a[m,k] b[n,k]' + beta c + bias) * gate.</summary>
    internal static void NT<T, TActivation>(
        ReadOnlyMatrixSpan<T> a, ReadOnlyMatrixSpan<T> b, MatrixSpan<T> c, T alpha, T beta, Epilogue<T> epilogue, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IUnaryOperator<T>
        => Multiply<T, TActivation>("NT", a, false, b, true, c, alpha, beta, epilogue, threads);

    /// <summary>c[m,n] = a[k,m]' b[k,n].</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="a">[k,m].</param>
    /// <param name="b">[k,n].</param>
    /// <param name="c">Receives [m,n].</param>
    /// <param name="threads">Threads that may work at once; at least 1. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit one another.</exception>
    public static void TN<T>(ReadOnlyMatrixSpan<T> a, ReadOnlyMatrixSpan<T> b, MatrixSpan<T> c, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TN<T, Identity<T>>(a, b, c, T.One, T.Zero, default, threads);

    /// <summary>c[m,n] = alpha a[k,m]' b[k,n] + beta c.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="a">[k,m].</param>
    /// <param name="b">[k,n].</param>
    /// <param name="c">[m,n]; not read where beta is 0.</param>
    /// <param name="alpha">Factor on the product.</param>
    /// <param name="beta">Factor on what was there.</param>
    /// <param name="threads">Threads that may work at once; at least 1. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit one another.</exception>
    public static void TN<T>(ReadOnlyMatrixSpan<T> a, ReadOnlyMatrixSpan<T> b, MatrixSpan<T> c, T alpha, T beta, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TN<T, Identity<T>>(a, b, c, alpha, beta, default, threads);

    /// <summary>c[m,n] = f(alpha a[k,m]' b[k,n] + beta c + bias) * gate.</summary>
    internal static void TN<T, TActivation>(
        ReadOnlyMatrixSpan<T> a, ReadOnlyMatrixSpan<T> b, MatrixSpan<T> c, T alpha, T beta, Epilogue<T> epilogue, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IUnaryOperator<T>
        => Multiply<T, TActivation>("TN", a, true, b, false, c, alpha, beta, epilogue, threads);

    /// <summary>c[m,n] = a[m,k] b, with b packed before: weights that serve many products.</summary>
    internal static void Packed<T>(ReadOnlyMatrixSpan<T> a, PackedMatrix<T> b, MatrixSpan<T> c, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Packed<T, Identity<T>>(a, b, c, T.One, T.Zero, default, threads);

    /// <summary>c[m,n] = f(alpha a[m,k] b + beta c + bias) * gate, with b packed before.</summary>
    internal static void Packed<T, TActivation>(
        ReadOnlyMatrixSpan<T> a, PackedMatrix<T> b, MatrixSpan<T> c, T alpha, T beta, Epilogue<T> epilogue, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IUnaryOperator<T>
    {
        CheckShapes("packed", a.Rows, a.Columns, b.Rows, b.Columns, c, epilogue, threads);
        fixed (T* pa = a, pc = c, bias = epilogue.Bias, gate = epilogue.Gate)
        {
            new GemmCall<T, TActivation>
            {
                M = c.Rows,
                N = c.Columns,
                K = a.Columns,
                A = pa,
                RowStrideA = a.Stride,
                ColumnStrideA = 1,
                PackedB = b.Pointer,
                C = pc,
                StrideC = c.Stride,
                Alpha = alpha,
                Beta = beta,
                Bias = bias,
                Gate = gate,
                StrideGate = epilogue.Gate.Stride,
            }.Run(threads);
        }
        GC.KeepAlive(b);
    }

    /// <summary>Either factor as it lies or turned: only its two strides change places.</summary>
    private static void Multiply<T, TActivation>(
        string form, ReadOnlyMatrixSpan<T> a, bool turnA, ReadOnlyMatrixSpan<T> b, bool turnB, MatrixSpan<T> c, T alpha, T beta, Epilogue<T> epilogue, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IUnaryOperator<T>
    {
        int k = turnA ? a.Rows : a.Columns;
        CheckShapes(form, turnA ? a.Columns : a.Rows, k, turnB ? b.Columns : b.Rows, turnB ? b.Rows : b.Columns, c, epilogue, threads);
        fixed (T* pa = a, pb = b, pc = c, bias = epilogue.Bias, gate = epilogue.Gate)
        {
            new GemmCall<T, TActivation>
            {
                M = c.Rows,
                N = c.Columns,
                K = k,
                A = pa,
                RowStrideA = turnA ? 1 : a.Stride,
                ColumnStrideA = turnA ? a.Stride : 1,
                B = pb,
                RowStrideB = turnB ? 1 : b.Stride,
                ColumnStrideB = turnB ? b.Stride : 1,
                C = pc,
                StrideC = c.Stride,
                Alpha = alpha,
                Beta = beta,
                Bias = bias,
                Gate = gate,
                StrideGate = epilogue.Gate.Stride,
            }.Run(threads);
        }
    }

    private static void CheckShapes<T>(string form, int m, int k, int kOfB, int n, MatrixSpan<T> c, Epilogue<T> epilogue, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (k != kOfB || c.Rows != m || c.Columns != n)
            throw new ArgumentException($"{form} product: [{m}, {k}] times [{kOfB}, {n}] does not give [{c.Rows}, {c.Columns}]");
        if (!epilogue.Bias.IsEmpty && epilogue.Bias.Length != n)
            throw new ArgumentException($"{form} product: the bias has {epilogue.Bias.Length} elements, the product {n} columns");
        if (epilogue.Gate.Rows != 0 && (epilogue.Gate.Rows != m || epilogue.Gate.Columns != n))
            throw new ArgumentException($"{form} product: the gate is [{epilogue.Gate.Rows}, {epilogue.Gate.Columns}], the product [{m}, {n}]");
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
    }
}
