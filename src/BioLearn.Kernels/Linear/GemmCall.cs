using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Linear;

/// <summary>One product with all its arguments.</summary>
internal unsafe struct GemmCall<T, TActivation> : IVectorKernel<T>, IRangeJob
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TActivation : struct, IUnaryOperator<T>
{
    public int M, N, K;
    public T* A, B, C, Bias, Gate;
    public nint RowStrideA, ColumnStrideA, RowStrideB, ColumnStrideB, StrideC, StrideGate;
    public T Alpha, Beta;
    private int _begin, _end;

    public void Run(int threads) => Partitioner.For(M, Math.Max(1, (M + threads - 1) / threads), threads, ref this);

    public readonly void Invoke(int piece, int begin, int end)
    {
        GemmCall<T, TActivation> part = this;
        (part._begin, part._end) = (begin, end);
        Hardware.Run<T, GemmCall<T, TActivation>>(ref part);
    }

    public readonly void Invoke<V>()
        where V : unmanaged, ILanes<V, T>
    {
        for (int i = _begin; i < _end; i++)
            for (int j = 0; j < N; j += V.Count)
                Rows<V>(i, j, Math.Min(V.Count, N - j));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Rows<V>(int i, int j, int columns)
        where V : unmanaged, ILanes<V, T>
    {
        T* c = C + i * StrideC + j;
        V sum = T.IsZero(Beta) ? V.Zero : V.Create(Beta) * V.LoadFirst(c, columns);
        T* gathered = stackalloc T[V.Count];
        for (int k = 0; k < K; k++)
        {
            T* b = B + k * RowStrideB + j * ColumnStrideB;
            V row;
            if (ColumnStrideB == 1)
                row = V.LoadFirst(b, columns);
            else
            {
                for (int q = 0; q < columns; q++)
                    gathered[q] = b[q * ColumnStrideB];
                row = V.LoadFirst(gathered, columns);
            }
            sum = V.MultiplyAdd(V.Create(Alpha * A[i * RowStrideA + k * ColumnStrideA]), row, sum);
        }
        if (Bias != null)
            sum += V.LoadFirst(Bias + j, columns);
        sum = TActivation.Invoke(sum);
        if (Gate != null)
            sum *= V.LoadFirst(Gate + i * StrideGate + j, columns);
        V.StoreFirst(sum, c, columns);
    }
}
