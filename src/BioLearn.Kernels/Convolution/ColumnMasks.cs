using System.Numerics;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// The columns of an output row, a vector of them after the other, and which lanes of what a tap reads lie within the input row: the others
/// are what happens to lie beside it in memory. The last vector overlaps the one before.
/// </summary>
internal readonly unsafe struct ColumnMasks<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _outputs, _lanes, _taps;
    private readonly T* _masks;

    private ColumnMasks(int outputs, int lanes, int taps, T* masks)
    {
        (_outputs, _lanes, _taps) = (outputs, lanes, taps);
        _masks = masks;
    }

    /// <summary>Vectors in an output row.</summary>
    public int Blocks => Partitioner.Pieces(_outputs, _lanes);

    /// <summary>First column of a vector.</summary>
    public int Start(int block) => Math.Min(block * _lanes, Math.Max(0, _outputs - _lanes));

    /// <summary>A mask a tap; behind them, which lanes are columns that no vector before has.</summary>
    public T* Of(int block) => _masks + (nint)block * (_taps + 1) * _lanes;

    /// <param name="inputs">Columns of an input row.</param>
    /// <param name="outputs">Columns of an output row; column j reads j + tap − <paramref name="left"/>.</param>
    /// <param name="taps">Taps of a row of the kernel.</param>
    /// <param name="left">Columns of zeros to the left.</param>
    public static ColumnMasks<T> Make<V>(int inputs, int outputs, int taps, int left)
        where V : unmanaged, ILanes<V, T>
    {
        int blocks = Partitioner.Pieces(outputs, V.Count), all = blocks * (taps + 1) * V.Count;
        T* masks = ScratchMemory<T>.Take(ScratchUse.Masks, all + 3L * V.Count), set = masks + all;
        V.Store(V.Zero, set);
        V.Store(V.Equals(V.Zero, V.Zero), set + V.Count);
        V.Store(V.Zero, set + 2 * V.Count);
        var result = new ColumnMasks<T>(outputs, V.Count, taps, masks);
        for (int block = 0; block < blocks; block++)
        {
            int start = result.Start(block);
            for (int v = 0; v < taps; v++, masks += V.Count)
                V.Store(Between(left - v - start, inputs + left - v - start), masks);
            V.Store(Between(block * V.Count - start, outputs - start), masks);
            masks += V.Count;
        }

        return result;

        // Lanes from the first one to the one behind the last.
        V Between(int first, int end) =>
            V.Load(set + V.Count - Math.Clamp(first, 0, V.Count)) & V.Load(set + 2 * V.Count - Math.Clamp(end, 0, V.Count));
    }
}
