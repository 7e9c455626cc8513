using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>How rows of a plane lie in a copy between zeros: each begins at a whole vector, and the zeros to its right are those to the left of the next.</summary>
internal readonly unsafe struct PaddedRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _height, _width;

    /// <param name="height">Rows of the plane.</param>
    /// <param name="width">Columns.</param>
    /// <param name="margin">Zeros between the last column and the first of the next row, at least.</param>
    /// <param name="lanes">Numbers in a vector.</param>
    public PaddedRows(int height, int width, int margin, int lanes)
    {
        (_height, _width) = (height, width);
        Pitch = Partitioner.Pieces(width + margin, lanes) * lanes;
        // Rows a power of two apart would fall on the same lines of the cache.
        if (Pitch % 256 == 0) Pitch += lanes;
    }

    /// <summary>Distance between two rows.</summary>
    public int Pitch { get; }

    /// <summary>Copies rows <paramref name="top"/> and following, zeros where the plane has none. What lies between the rows must be zero, and stays so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Copy<V>(T* plane, int top, int rows, T* copy)
        where V : unmanaged, ILanes<V, T>
    {
        int width = _width;
        for (int i = 0; i < rows; i++, copy += Pitch)
        {
            T* row = plane + (nint)(top + i) * width;
            if ((uint)(top + i) >= (uint)_height)
            {
                for (int j = 0; j < width; j += V.Count) V.Store(V.Zero, copy + j);
                continue;
            }

            // The last vector of a row brings zeros with it.
            int k = 0;
            for (; k <= width - V.Count; k += V.Count) V.Store(V.Load(row + k), copy + k);
            if (k < width) V.Store(V.LoadFirst(row + k, width - k), copy + k);
        }
    }
}
