using System.Numerics;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Plastic;

/// <summary>A kernel that works on some rows of its matrices.</summary>
internal interface IRowKernel<T> : IVectorKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Says which rows: <paramref name="begin"/> to <paramref name="end"/> (exclusive), and which piece of all they are.</summary>
    void Take(int piece, int begin, int end);
}

/// <summary>Runs row kernels over whole matrices, in pieces that depend on the shape alone.</summary>
internal static unsafe class RowSweep
{
    // What such a kernel reads and writes of each element: W, alpha and the trace at least.
    private const int MatrixPasses = 4;

    // Elements of a matrix in one piece: 256 KB of floats, long enough to be worth another thread.
    private const int PieceElements = 1 << 16;

    /// <summary>Rows of one piece: a multiple of four, because kernels take up to four rows at a time.</summary>
    public static int Grain(int columns) => Math.Max(4, PieceElements / Math.Max(1, columns) & ~3);

    /// <summary>Number of pieces of a matrix.</summary>
    public static int Pieces(int rows, int columns) => Partitioner.Pieces(rows, Grain(columns));

    /// <summary>Calls the kernel for every piece, on up to <paramref name="threads"/> threads.</summary>
    public static void Run<T, TKernel>(int rows, int columns, int threads, ref TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IRowKernel<T>
    {
        int grain = Grain(columns);
        if (rows <= grain)
        {
            kernel.Take(0, 0, rows);
            Hardware.Run<T, TKernel>(ref kernel);
            return;
        }
        var job = new Job<T, TKernel> { Kernel = kernel };
        Partitioner.For(rows, grain, WorkSize.Threads(threads, 0, MatrixPasses * (double)rows * columns * sizeof(T)), ref job);
    }

    private struct Job<T, TKernel> : IRangeJob
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IRowKernel<T>
    {
        public TKernel Kernel;

        public readonly void Invoke(int piece, int begin, int end)
        {
            TKernel own = Kernel;
            own.Take(piece, begin, end);
            Hardware.Run<T, TKernel>(ref own);
        }
    }
}
