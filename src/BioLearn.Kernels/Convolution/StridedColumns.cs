using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// The output columns of a convolution with 2x2 or 3x3 taps at stride 2, as lanes: a vector of them, or, where a row is at most half a vector long, two
/// rows, one in each half. What the taps read is taken apart in registers from two vectors of the input that lie side by side, or two rows apart.
/// </summary>
internal readonly unsafe struct StridedColumns<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MasksABlock = 5;

    private readonly int _width, _height, _outputs, _kernel, _left, _lanes;
    private readonly T* _masks;

    private StridedColumns(in ConvolutionShape shape, int lanes, T* masks)
    {
        (_width, _height, _outputs, _kernel, _left, _lanes) = (shape.Width, shape.Height, shape.OutputWidth, shape.KernelWidth, shape.PadLeft, lanes);
        _masks = masks;
    }

    /// <summary>Output rows in a vector, 1 or 2.</summary>
    public int Rows => _outputs <= (_lanes / 2) - Lost ? 2 : 1;

    /// <summary>Vectors in an output row.</summary>
    public int Blocks => Partitioner.Pieces(_outputs, Most);

    /// <summary>Numbers that are read behind a plane's end.</summary>
    public int Behind => Math.Max(0, (Rows == 2 ? _lanes : (2 * Start(Blocks - 1)) + (2 * _lanes)) - _left - _width);

    // A third tap is what the next lane reads with its first one, and the last lane has no next.
    private int Lost => _kernel - 2;

    private int Most => Rows == 2 ? _outputs : _lanes - Lost;

    /// <summary>Whether there are such vectors, and their lanes are full enough.</summary>
    public static bool Suits(in ConvolutionShape shape)
    {
        int lanes = Panels.Lanes<T>();
        if (Hardware.VectorBits < 256 || shape is not { StrideX: 2, StrideY: 2, DilationX: 1, DilationY: 1, KernelHeight: 2 or 3 } || shape.KernelWidth != shape.KernelHeight
            || shape.PadLeft is < 0 or > 2 || shape.PadTop is < 0 or > 2)
            return false;
        var columns = new StridedColumns<T>(shape, lanes, null);
        return 10L * shape.OutputWidth * columns.Rows >= 7L * columns.Blocks * lanes;
    }

    /// <summary>With masks in the thread's working memory.</summary>
    public static StridedColumns<T> Make<V>(in ConvolutionShape shape)
        where V : unmanaged, ILanes<V, T>
    {
        var plan = new StridedColumns<T>(shape, V.Count, null);
        int blocks = plan.Blocks, half = V.Count / 2;
        T* masks = ScratchMemory<T>.Take(ScratchUse.Masks, (blocks * (long)MasksABlock + 1) * V.Count), numbers = masks + blocks * MasksABlock * V.Count;
        plan = new(shape, V.Count, masks);
        for (int block = 0; block < blocks; block++)
        {
            for (int v = 0; v < MasksABlock; v++, masks += V.Count)
            {
                for (int lane = 0; lane < V.Count; lane++)
                {
                    int column = plan.Start(block) + (plan.Rows == 2 ? lane % half : lane), source = 2 * column + v - shape.PadLeft;
                    bool isOwn = column < Math.Min(shape.OutputWidth, (block + 1) * plan.Most);
                    bool isSet = v == 4 ? lane < half : isOwn && (v == 3 || (source >= 0 && source < shape.Width));
                    numbers[lane] = isSet ? T.One : T.Zero;
                }

                V.Store(V.Equals(V.Load(numbers), V.Create(T.One)), masks);
            }
        }

        return plan;
    }

    /// <summary>First column of a vector.</summary>
    public int Start(int block) => block * Most;

    /// <summary>Columns of a vector; of two rows, those of one.</summary>
    public int Count(int block) => Math.Min(Most, _outputs - Start(block));

    /// <summary>For each of three taps of a row the lanes that read within it; then the lanes that are columns, and those of the first half.</summary>
    public T* Masks(int block) => _masks + (nint)block * MasksABlock * _lanes;

    /// <summary>How a column of vectors reads a plane.</summary>
    public Reader Open(T* plane, int block) => new()
    {
        From = plane + 2 * Start(block) - _left,
        Pitch = _width,
        Rows = _height,
        Apart = Rows == 2 ? 2 : 0,
        Aside = Rows == 2 ? 0 : _lanes,
    };

    /// <summary>A column of vectors of a plane.</summary>
    public struct Reader
    {
        public T* From;
        public nint Pitch, Aside;
        public int Rows, Apart;

        /// <summary>Whether a vector holds two rows of outputs: what the second of them reads with its first row of taps, the first one reads with its third.</summary>
        public readonly bool IsTwo
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => Apart != 0;
        }

        /// <summary>The first of the two vectors in which the numbers of a row's taps lie; zeros outside of the plane.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly V First<V>(int row)
            where V : unmanaged, ILanes<V, T> => (uint)row < (uint)Rows ? V.Load(From + row * Pitch) : V.Zero;

        /// <summary>The second one.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly V Last<V>(int row)
            where V : unmanaged, ILanes<V, T> => (uint)(row + Apart) < (uint)Rows ? V.Load(From + (row + Apart) * Pitch + Aside) : V.Zero;
    }
}
