using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// a b' with few rows of a: a sample, or a handful, against weights [out, in]. A copy of b turned round would cost more than the
/// product, so each small square of b is turned in registers and used at once. An element is the chain that it is everywhere else.
/// </summary>
/// <remarks>256-bit vectors at every width above: what limits is the way of b into the core, not arithmetic.</remarks>
internal static unsafe class FewRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows up to which this is faster than a turned copy.</summary>
    public const int Most = 8;

    public static bool Serves<TActivation>(in GemmCall<T, TActivation> g)
        where TActivation : struct, IUnaryOperator<T> =>
        Avx2.IsSupported && Fma.IsSupported && g.M <= Most && g.PackedB == null
        && g.ColumnStrideB != 1 && g.RowStrideB == 1 && g.ColumnStrideA == 1 && g.N >= Vector256<T>.Count && g.K > 0;

    /// <summary>c = alpha a b' + beta c.</summary>
    public static void Run<TActivation>(in GemmCall<T, TActivation> g)
        where TActivation : struct, IUnaryOperator<T>
    {
        T* a = g.A;
        nint strideA = g.RowStrideA;
        if (g.Alpha != T.One)
        {
            a = ScratchMemory<T>.Take(ScratchUse.LeftFactor, g.M * g.K);
            strideA = g.K;
            Packing<T, Lanes256<T>>.Copy(g.M, g.K, g.A, g.RowStrideA, g.Alpha, a, strideA);
        }
        // One row of a waits for its own sums, so four squares go side by side.
        int side = Vector256<T>.Count, squares = g.M == 1 && g.N > 2 * side ? 4 : g.M <= 2 ? 2 : 1;
        T* sums = stackalloc T[8 * side];
        for (int j = 0; j < g.N; j += squares * side)
        {
            // Squares that would end behind the matrix begin earlier; their first sums, or all, are dropped.
            var p = new Piece
            {
                Rows = g.M,
                Squares = squares,
                A = a,
                K = g.K,
                StrideA = strideA,
                StrideB = g.ColumnStrideB,
                Sums = sums,
                B0 = g.B + (Math.Min(j, g.N - side) * g.ColumnStrideB),
                B1 = g.B + (Math.Min(j + side, g.N - side) * g.ColumnStrideB),
                B2 = g.B + (Math.Min(j + (2 * side), g.N - side) * g.ColumnStrideB),
                B3 = g.B + (Math.Min(j + (3 * side), g.N - side) * g.ColumnStrideB),
            };
            Move(g, p, j, read: true);
            if (g.M > 4)
                EightRows(p);
            else if (g.M > 2)
                FourRows(p);
            else if (g.M == 2)
                TwoRows(p);
            else if (squares == 4)
                OneRowOfFour(p);
            else
                OneRow(p);
            if (g.K % 4 != 0)
                LastColumns(p);
            Move(g, p, j, read: false);
        }
        if (g.HasEpilogue)
            GemmBlocks<T, Lanes256<T>, TActivation>.Finish(g.C, g.StrideC, g.M, g.N, g.Bias, g.Gate, g.StrideGate);
    }

    /// <summary>beta c into the sums, or the sums into c; sums of columns that came before are dropped.</summary>
    private static void Move<TActivation>(in GemmCall<T, TActivation> g, in Piece p, int j, bool read)
        where TActivation : struct, IUnaryOperator<T>
    {
        int side = Vector256<T>.Count;
        T* sums = p.Sums;
        for (int r = 0; r < p.Rows; r++)
        {
            T* c = g.C + (r * g.StrideC);
            for (int s = 0; s < p.Squares; s++, sums += side)
            {
                int from = j + (s * side), begin = Math.Min(from, g.N - side);
                if (read)
                    Lanes256<T>.Store(T.IsZero(g.Beta) ? Lanes256<T>.Zero : Lanes256<T>.Create(g.Beta) * Lanes256<T>.Load(c + begin), sums);
                else if (begin == from)
                    Lanes256<T>.Store(Lanes256<T>.Load(sums), c + begin);
                else
                    for (int q = from - begin; q < side; q++)
                        c[begin + q] = sums[q];
            }
        }
    }

    /// <summary>Rows of a, squares of b side by side, and the sums [rows, squares, side].</summary>
    private struct Piece
    {
        public int Rows, Squares;
        public nint K, StrideA, StrideB;
        public T* A, B0, B1, B2, B3, Sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void OneRow(in Piece p)
    {
        T* a = p.A, b0 = p.B0, b1 = p.B1, sums = p.Sums;
        nint k = p.K, stride = p.StrideB;
        int side = Vector256<T>.Count;
        Lanes256<T> s0 = Lanes256<T>.Load(sums), s1 = Lanes256<T>.Load(sums + side);
        for (nint q = 0; q <= k - 4; q += 4)
        {
            s0 = Four(a + q, b0 + q, stride, s0);
            s1 = Four(a + q, b1 + q, stride, s1);
        }
        Lanes256<T>.Store(s0, sums);
        Lanes256<T>.Store(s1, sums + side);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void OneRowOfFour(in Piece p)
    {
        T* a = p.A, b0 = p.B0, b1 = p.B1, b2 = p.B2, b3 = p.B3, sums = p.Sums;
        nint k = p.K, stride = p.StrideB;
        int side = Vector256<T>.Count;
        Lanes256<T> s0 = Lanes256<T>.Load(sums), s1 = Lanes256<T>.Load(sums + side), s2 = Lanes256<T>.Load(sums + (2 * side)), s3 = Lanes256<T>.Load(sums + (3 * side));
        for (nint q = 0; q <= k - 4; q += 4)
        {
            s0 = Four(a + q, b0 + q, stride, s0);
            s1 = Four(a + q, b1 + q, stride, s1);
            s2 = Four(a + q, b2 + q, stride, s2);
            s3 = Four(a + q, b3 + q, stride, s3);
        }
        Lanes256<T>.Store(s0, sums);
        Lanes256<T>.Store(s1, sums + side);
        Lanes256<T>.Store(s2, sums + (2 * side));
        Lanes256<T>.Store(s3, sums + (3 * side));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TwoRows(in Piece p)
    {
        T* a = p.A, a1 = a + p.StrideA, b0 = p.B0, b1 = p.B1, sums = p.Sums;
        nint k = p.K, stride = p.StrideB;
        int side = Vector256<T>.Count;
        Lanes256<T> s00 = Lanes256<T>.Load(sums), s01 = Lanes256<T>.Load(sums + side), s10 = Lanes256<T>.Load(sums + (2 * side)), s11 = Lanes256<T>.Load(sums + (3 * side));
        for (nint q = 0; q <= k - 4; q += 4)
        {
            Turn(b0 + q, stride, out Lanes256<T> c0, out Lanes256<T> c1, out Lanes256<T> c2, out Lanes256<T> c3);
            s00 = Four(a + q, c0, c1, c2, c3, s00);
            s10 = Four(a1 + q, c0, c1, c2, c3, s10);
            Turn(b1 + q, stride, out c0, out c1, out c2, out c3);
            s01 = Four(a + q, c0, c1, c2, c3, s01);
            s11 = Four(a1 + q, c0, c1, c2, c3, s11);
        }
        Lanes256<T>.Store(s00, sums);
        Lanes256<T>.Store(s01, sums + side);
        Lanes256<T>.Store(s10, sums + (2 * side));
        Lanes256<T>.Store(s11, sums + (3 * side));
    }

    // From three rows on one square at a time: the compiler would keep the numbers of a for a second one, and then lack registers.

    /// <summary>Three rows or four; a fourth that is not there repeats the third, and its sums are not looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FourRows(in Piece p)
    {
        T* a = p.A, a1 = a + p.StrideA, a2 = a1 + p.StrideA, a3 = p.Rows > 3 ? a2 + p.StrideA : a2, b = p.B0, sums = p.Sums;
        nint k = p.K, stride = p.StrideB;
        int side = Vector256<T>.Count;
        Lanes256<T> s0 = Lanes256<T>.Load(sums), s1 = Lanes256<T>.Load(sums + side), s2 = Lanes256<T>.Load(sums + (2 * side)), s3 = Lanes256<T>.Load(sums + (3 * side));
        for (nint q = 0; q <= k - 4; q += 4)
        {
            Turn(b + q, stride, out Lanes256<T> c0, out Lanes256<T> c1, out Lanes256<T> c2, out Lanes256<T> c3);
            s0 = Four(a + q, c0, c1, c2, c3, s0);
            s1 = Four(a1 + q, c0, c1, c2, c3, s1);
            s2 = Four(a2 + q, c0, c1, c2, c3, s2);
            s3 = Four(a3 + q, c0, c1, c2, c3, s3);
        }
        Lanes256<T>.Store(s0, sums);
        Lanes256<T>.Store(s1, sums + side);
        Lanes256<T>.Store(s2, sums + (2 * side));
        Lanes256<T>.Store(s3, sums + (3 * side));
    }

    /// <summary>Five rows to eight; those that are not there repeat the last one, and their sums are not looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void EightRows(in Piece p)
    {
        nint k = p.K, stride = p.StrideB, strideA = p.StrideA;
        T* a = p.A, a1 = a + strideA, a2 = a1 + strideA, a3 = a2 + strideA, a4 = a3 + strideA, b = p.B0, sums = p.Sums;
        T* a5 = p.Rows > 5 ? a4 + strideA : a4, a6 = p.Rows > 6 ? a5 + strideA : a5, a7 = p.Rows > 7 ? a6 + strideA : a6;
        int side = Vector256<T>.Count;
        Lanes256<T> s0 = Lanes256<T>.Load(sums), s1 = Lanes256<T>.Load(sums + side), s2 = Lanes256<T>.Load(sums + (2 * side)), s3 = Lanes256<T>.Load(sums + (3 * side));
        Lanes256<T> s4 = Lanes256<T>.Load(sums + (4 * side)), s5 = Lanes256<T>.Load(sums + (5 * side)), s6 = Lanes256<T>.Load(sums + (6 * side)), s7 = Lanes256<T>.Load(sums + (7 * side));
        for (nint q = 0; q <= k - 4; q += 4)
        {
            Turn(b + q, stride, out Lanes256<T> c0, out Lanes256<T> c1, out Lanes256<T> c2, out Lanes256<T> c3);
            s0 = Four(a + q, c0, c1, c2, c3, s0);
            s1 = Four(a1 + q, c0, c1, c2, c3, s1);
            s2 = Four(a2 + q, c0, c1, c2, c3, s2);
            s3 = Four(a3 + q, c0, c1, c2, c3, s3);
            s4 = Four(a4 + q, c0, c1, c2, c3, s4);
            s5 = Four(a5 + q, c0, c1, c2, c3, s5);
            s6 = Four(a6 + q, c0, c1, c2, c3, s6);
            s7 = Four(a7 + q, c0, c1, c2, c3, s7);
        }
        Lanes256<T>.Store(s0, sums);
        Lanes256<T>.Store(s1, sums + side);
        Lanes256<T>.Store(s2, sums + (2 * side));
        Lanes256<T>.Store(s3, sums + (3 * side));
        Lanes256<T>.Store(s4, sums + (4 * side));
        Lanes256<T>.Store(s5, sums + (5 * side));
        Lanes256<T>.Store(s6, sums + (6 * side));
        Lanes256<T>.Store(s7, sums + (7 * side));
    }

    /// <summary>The one to three columns of b that four do not divide.</summary>
    private static void LastColumns(in Piece p)
    {
        int side = Vector256<T>.Count;
        T* column = stackalloc T[side];
        for (nint q = p.K / 4 * 4; q < p.K; q++)
        {
            for (int s = 0; s < p.Squares; s++)
            {
                T* b = (s == 0 ? p.B0 : s == 1 ? p.B1 : s == 2 ? p.B2 : p.B3) + q;
                for (int i = 0; i < side; i++, b += p.StrideB)
                    column[i] = *b;
                for (int r = 0; r < p.Rows; r++)
                {
                    T* sum = p.Sums + (((r * p.Squares) + s) * side);
                    Lanes256<T>.Store(Lanes256<T>.MultiplyAdd(Lanes256<T>.Create(p.A[(r * p.StrideA) + q]), Lanes256<T>.Load(column), Lanes256<T>.Load(sum)), sum);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes256<T> Four(T* a, T* b, nint stride, Lanes256<T> sum)
    {
        Turn(b, stride, out Lanes256<T> c0, out Lanes256<T> c1, out Lanes256<T> c2, out Lanes256<T> c3);
        return Four(a, c0, c1, c2, c3, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes256<T> Four(T* a, Lanes256<T> c0, Lanes256<T> c1, Lanes256<T> c2, Lanes256<T> c3, Lanes256<T> sum)
    {
        sum = Lanes256<T>.MultiplyAdd(Lanes256<T>.Create(a[0]), c0, sum);
        sum = Lanes256<T>.MultiplyAdd(Lanes256<T>.Create(a[1]), c1, sum);
        sum = Lanes256<T>.MultiplyAdd(Lanes256<T>.Create(a[2]), c2, sum);
        return Lanes256<T>.MultiplyAdd(Lanes256<T>.Create(a[3]), c3, sum);
    }

    /// <summary>Four columns of as many rows as a vector has lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(T* b, nint stride, out Lanes256<T> c0, out Lanes256<T> c1, out Lanes256<T> c2, out Lanes256<T> c3)
    {
        Vector256<T> v0, v1, v2, v3;
        if (typeof(T) == typeof(float))
        {
            Transposition.FourColumns((float*)b, stride, out Vector256<float> f0, out Vector256<float> f1, out Vector256<float> f2, out Vector256<float> f3);
            (v0, v1, v2, v3) = (f0.As<float, T>(), f1.As<float, T>(), f2.As<float, T>(), f3.As<float, T>());
        }
        else
        {
            Transposition.TwoColumns((double*)b, stride, out Vector256<double> d0, out Vector256<double> d1);
            Transposition.TwoColumns((double*)b + 2, stride, out Vector256<double> d2, out Vector256<double> d3);
            (v0, v1, v2, v3) = (d0.As<double, T>(), d1.As<double, T>(), d2.As<double, T>(), d3.As<double, T>());
        }
        (c0, c1, c2, c3) = (new(v0), new(v1), new(v2), new(v3));
    }
}
