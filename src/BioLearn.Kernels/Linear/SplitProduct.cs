using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// A matrix product on several threads. Where b is copied into panels, the threads first copy it together, once for all; then each computes
/// rectangles of c as one thread alone would. An element is the same chain in any rectangle, so the split may follow the number of threads.
/// </summary>
internal unsafe struct SplitProduct<T, TActivation> : IVectorKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TActivation : struct, IUnaryOperator<T>
{
    /// <summary>Columns and bytes of the panels that are shared at once: the memory that a product may take beside its factors.</summary>
    private const int MostColumns = 6144, MostBytes = 1 << 25;

    public GemmCall<T, TActivation> Call;
    public int Threads;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Invoke<V>()
        where V : unmanaged, ILanes<V, T>
    {
        if (FewRows<T>.Serves(Call) || ExchangedProduct<T, V, TActivation>.Serves(Call))
            Rectangles(Call, Rectangle.Columns(Call.M, Call.N, Threads, V.Count));
        else if (ShallowProduct<T, V, TActivation>.Serves(Call))
            Rectangles(Call, Call.M >= Threads ? Rectangle.Rows(Call.M, Call.N, Threads) : Rectangle.Columns(Call.M, Call.N, Threads, V.Count));
        else if (Call.PackedB == null && GemmBlocks<T, V, TActivation>.CopiesB(Call))
            WithSharedPanels<V>();
        else
            Rectangles(Call, Rectangle.Best(Call.M, Call.N, Call.K, Threads, MicroKernels<T, V>.MaxColumns));
    }

    /// <summary>Panels of b in portions of columns and of k; sums rest in c in between, as they do between the blocks of one thread.</summary>
    private readonly void WithSharedPanels<V>()
        where V : unmanaged, ILanes<V, T>
    {
        int width = MicroKernels<T, V>.MaxColumns;
        int mostColumns = Math.Min((Call.N + width - 1) / width * width, MostColumns);
        int mostDepth = Math.Max(512, MostBytes / sizeof(T) / mostColumns);
        T* panels = ScratchMemory<T>.Take(ScratchUse.SharedPanels, (long)mostColumns * Math.Min(mostDepth, Call.K));
        for (int j = 0; j < Call.N; j += mostColumns)
        {
            GemmCall<T, TActivation> portion = Call.Part(0, Call.M, j, Math.Min(mostColumns, Call.N - j));
            for (int k = 0; k < Call.K; k += mostDepth)
            {
                portion.K = Math.Min(mostDepth, Call.K - k);
                var pack = new Pack<V> { Call = portion, Panels = panels };
                int count = Partitioner.Pieces(portion.N, width);
                Partitioner.For(count, Partitioner.Pieces(count, 2 * Threads), Threads, ref pack);
                portion.PackedB = panels;
                Rectangle piece = Rectangle.Best(portion.M, portion.N, portion.K, Threads, width);
                if (k + portion.K == Call.K)
                    Rectangles(portion, piece);
                else
                    SplitProduct<T, Identity<T>>.Rectangles(WithoutEpilogue(portion), piece);
                portion.PackedB = null;
                portion.A += portion.K * Call.ColumnStrideA;
                portion.B += portion.K * Call.RowStrideB;
                portion.Beta = T.One;
            }
        }
    }

    private static GemmCall<T, Identity<T>> WithoutEpilogue(in GemmCall<T, TActivation> g) => new()
    {
        M = g.M,
        N = g.N,
        K = g.K,
        A = g.A,
        RowStrideA = g.RowStrideA,
        ColumnStrideA = g.ColumnStrideA,
        PackedB = g.PackedB,
        C = g.C,
        StrideC = g.StrideC,
        Alpha = g.Alpha,
        Beta = g.Beta,
    };

    internal static void Rectangles(in GemmCall<T, TActivation> call, Rectangle piece)
    {
        var job = new Compute { Call = call, Piece = piece, Across = Partitioner.Pieces(call.N, piece.Width) };
        Partitioner.For(Partitioner.Pieces(call.M, piece.Height) * job.Across, 1, piece.Threads, ref job);
    }

    private struct Compute : IRangeJob
    {
        public GemmCall<T, TActivation> Call;
        public Rectangle Piece;
        public int Across;

        public readonly void Invoke(int piece, int begin, int end)
        {
            int i = piece / Across * Piece.Height, j = piece % Across * Piece.Width;
            GemmCall<T, TActivation> part = Call.Part(i, Math.Min(Piece.Height, Call.M - i), j, Math.Min(Piece.Width, Call.N - j));
            GemmCall<T, TActivation>.OneThread(ref part);
        }
    }

    private struct Pack<V> : IRangeJob
        where V : unmanaged, ILanes<V, T>
    {
        public GemmCall<T, TActivation> Call;
        public T* Panels;

        public readonly void Invoke(int piece, int begin, int end)
        {
            int width = MicroKernels<T, V>.MaxColumns;
            for (int j = begin * width; j < Math.Min(end * width, Call.N); j += width)
                Packing<T, V>.Panel(Call.K, Math.Min(width, Call.N - j), Call.B + (j * Call.ColumnStrideB), Call.RowStrideB, Call.ColumnStrideB, Panels + ((nint)j * Call.K));
        }
    }
}
