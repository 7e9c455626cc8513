using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// One product with all its arguments: a[i,k] at A + i RowStrideA + k ColumnStrideA, b[k,j] likewise, c[i,j] at C + i StrideC + j.
/// </summary>
internal unsafe struct GemmCall<T, TActivation> : IVectorKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TActivation : struct, IUnaryOperator<T>
{
    public int M, N, K;
    public T* A, B, C, Bias, Gate;
    public nint RowStrideA, ColumnStrideA, RowStrideB, ColumnStrideB, StrideC, StrideGate;
    public T Alpha, Beta;

    /// <summary>b in panels (<see cref="PackedMatrix{T}"/>), or null; B is then not read.</summary>
    public T* PackedB;

    public readonly bool HasEpilogue => Bias != null || Gate != null || typeof(TActivation) != typeof(Identity<T>);

    public void Run(int threads)
    {
        if (M == 0 || N == 0)
            return;
        if (threads > 1)
        {
            double products = (double)M * N * K * sizeof(T) / sizeof(float), elements = ((double)M * K) + ((double)N * K) + (2.0 * M * N);
            threads = WorkSize.Threads(threads, products, elements * sizeof(T));
        }
        if (threads == 1)
        {
            OneThread(ref this);
            return;
        }
        var split = new SplitProduct<T, TActivation> { Call = this, Threads = threads };
        Hardware.Run<T, SplitProduct<T, TActivation>>(ref split);
    }

    /// <summary>The same product for some rows and columns of c; with packed b, columns begin where a panel does.</summary>
    public readonly GemmCall<T, TActivation> Part(int row, int rows, int column, int columns)
    {
        GemmCall<T, TActivation> part = this;
        part.M = rows;
        part.N = columns;
        part.A += row * RowStrideA;
        part.B += column * ColumnStrideB;
        part.PackedB = PackedB == null ? null : PackedB + ((nint)column * K);
        part.C += (row * StrideC) + column;
        part.Bias = Bias == null ? null : Bias + column;
        part.Gate = Gate == null ? null : Gate + (row * StrideGate) + column;
        return part;
    }

    /// <summary>The way through the factors that their shapes ask for; an element is the same chain on each.</summary>
    public static void OneThread(ref GemmCall<T, TActivation> call)
    {
        if (FewRows<T>.Serves(call))
            FewRows<T>.Run(call);
        else
            Hardware.Run<T, GemmCall<T, TActivation>>(ref call);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Invoke<V>()
        where V : unmanaged, ILanes<V, T>
    {
        if (ShallowProduct<T, V, TActivation>.Serves(this))
            ShallowProduct<T, V, TActivation>.Run(this);
        else if (ExchangedProduct<T, V, TActivation>.Serves(this))
            ExchangedProduct<T, V, TActivation>.Run(this);
        else
            GemmBlocks<T, V, TActivation>.Run(this);
    }
}
