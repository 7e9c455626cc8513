using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// One product with all its arguments: a[i,k] at A + i RowStrideA + k ColumnStrideA, b[k,j] likewise, c[i,j] at C + i StrideC + j.
/// </summary>
internal unsafe struct GemmCall<T, TActivation> : IVectorKernel<T>, IRangeJob
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TActivation : struct, IUnaryOperator<T>
{
    public int M, N, K;
    public T* A, B, C, Bias, Gate;
    public nint RowStrideA, ColumnStrideA, RowStrideB, ColumnStrideB, StrideC, StrideGate;
    public T Alpha, Beta;

    /// <summary>b in panels (<see cref="PackedMatrix{T}"/>), or null; B is then not read.</summary>
    public T* PackedB;

    /// <summary>Below this many multiply-adds a thread costs more than it brings.</summary>
    private const long WorthAThread = 1L << 18;

    /// <summary>Pieces begin at multiples of this, a multiple of every tile's width and height.</summary>
    private const int Grain = 192;

    public readonly bool HasEpilogue => Bias != null || Gate != null || typeof(TActivation) != typeof(Identity<T>);

    private readonly bool SplitsColumns => N >= M;

    public void Run(int threads)
    {
        if (M == 0 || N == 0)
            return;
        threads = (int)Math.Min(threads, (long)M * N * K / WorthAThread);
        if (threads <= 1)
        {
            OneThread(ref this);
            return;
        }
        // A split along c's longer side: elements do not depend on it, so it may follow the number of threads.
        int length = SplitsColumns ? N : M;
        int grain = ((length + threads - 1) / threads + Grain - 1) / Grain * Grain;
        Partitioner.For(length, grain, threads, ref this);
    }

    public readonly void Invoke(int piece, int begin, int end)
    {
        GemmCall<T, TActivation> part = this;
        if (SplitsColumns)
        {
            part.N = end - begin;
            part.B += begin * ColumnStrideB;
            part.PackedB = PackedB == null ? null : PackedB + ((nint)begin * K);
            part.C += begin;
            part.Bias = Bias == null ? null : Bias + begin;
            part.Gate = Gate == null ? null : Gate + begin;
        }
        else
        {
            part.M = end - begin;
            part.A += begin * RowStrideA;
            part.C += begin * StrideC;
            part.Gate = Gate == null ? null : Gate + begin * StrideGate;
        }
        OneThread(ref part);
    }

    /// <summary>The way through the factors that their shapes ask for; an element is the same chain on each.</summary>
    private static void OneThread(ref GemmCall<T, TActivation> call)
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
