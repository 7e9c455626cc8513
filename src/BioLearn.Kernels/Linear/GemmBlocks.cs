using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// The blocked matrix product of one thread (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008). A block of
/// a stays in the second-level cache, a panel of b, one tile wide, in the first; the rows of a pass by in tiles. A tile of c picks up its
/// sum where the previous block of k left it, so blocks change no element.
/// </summary>
internal static unsafe class GemmBlocks<T, V, TActivation>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, ILanes<V, T>
    where TActivation : struct, IUnaryOperator<T>
{
    /// <summary>Rows of a, columns of b, and bytes along k of a block; a block of a takes half of a second-level cache of 1 MB.</summary>
    private const int BlockRows = 252, BlockColumns = 3072, BlockBytes = 2048;

    /// <summary>Up to this many rows a and b are read too rarely for a copy to pay.</summary>
    private const int FewRowsForA = 12, FewRowsForB = 64;

    /// <summary>b is copied into panels if it is larger than this, or its rows lie further apart.</summary>
    private const int FarB = 4096;

    /// <summary>a is copied if its rows lie this many bytes apart.</summary>
    private const int FarA = 8192;

    /// <summary>Rows of the panels of a transposed copy of a: the tallest tile of full width.</summary>
    private const int CopiedRows = 6;

    // Processors without 512-bit vectors tend to have half as much second-level cache, or less.
    private static int LargeB => sizeof(V) == 64 ? 1 << 20 : 1 << 17;

    /// <summary>Likewise for a transposed a.</summary>
    private static int FarTransposedA => sizeof(V) == 64 ? 4096 : 512;

    private static int BlockDepth => BlockBytes / sizeof(T);

    private static int Width => MicroKernels<T, V>.MaxColumns;

    public static void Run(in GemmCall<T, TActivation> g)
    {
        int blockColumns = g.PackedB == null && g.M > BlockRows ? BlockColumns : g.N;
        for (int j = 0; j < g.N; j += blockColumns)
        {
            int k = 0;
            do
            {
                int depth = Math.Min(BlockDepth, g.K - k);
                for (int i = 0; i < g.M; i += BlockRows)
                    Block(g, i, Math.Min(BlockRows, g.M - i), j, Math.Min(blockColumns, g.N - j), k, depth);
                k += depth;
            }
            while (k < g.K);
        }
    }

    /// <summary>c[i.., j..] += a[i.., k..] b[k.., j..] for one block of each.</summary>
    private static void Block(in GemmCall<T, TActivation> g, int i, int rows, int j, int columns, int k, int depth)
    {
        var tile = new TileArguments<T> { K = depth, StrideC = g.StrideC, Beta = k == 0 ? g.Beta : T.One };
        T* b = g.B + (k * g.RowStrideB) + (j * g.ColumnStrideB);
        bool packB = g.PackedB == null
            && (g.ColumnStrideB != 1 || (g.M > FewRowsForB && ((long)g.N * g.K * sizeof(T) > LargeB || g.RowStrideB * sizeof(T) > FarB)));
        // One block of rows uses a packed panel at once and overwrites it; more blocks find all panels where the first has put them.
        bool keepPanels = g.M > BlockRows;
        T* packed = packB || columns % V.Count != 0 ? ScratchMemory<T>.Take(ScratchUse.RightFactor, (keepPanels && packB ? columns + Width : Width) * Math.Max(depth, 1)) : null;
        CopyA(g, i, rows, k, depth, columns, ref tile, out T* a, out nint panelStrideA);
        bool finish = g.HasEpilogue && k + depth == g.K;

        for (int p = 0; p < columns; p += Width)
        {
            int panelColumns = Math.Min(Width, columns - p);
            int vectors = (panelColumns + V.Count - 1) / V.Count;
            tile.LastColumns = panelColumns - ((vectors - 1) * V.Count);
            if (g.PackedB != null)
            {
                tile.StepB = vectors * V.Count;
                tile.B = g.PackedB + ((nint)(j + p) * g.K) + (k * tile.StepB);
            }
            else if (packB || tile.LastColumns < V.Count)
            {
                // In place, a panel that ends inside a vector is copied all the same: no vector reads behind the matrix.
                tile.StepB = vectors * V.Count;
                tile.B = packed + (keepPanels && packB ? (nint)p * depth : 0);
                if (i == 0 || !packB)
                    Packing<T, V>.Panel(depth, panelColumns, b + (p * g.ColumnStrideB), g.RowStrideB, g.ColumnStrideB, tile.B);
            }
            else
            {
                tile.StepB = g.RowStrideB;
                tile.B = b + p;
            }
            tile.C = g.C + (i * g.StrideC) + j + p;
            T* bias = g.Bias == null ? null : g.Bias + j + p;
            T* gate = g.Gate == null ? null : g.Gate + (i * g.StrideGate) + j + p;
            Panel(ref tile, rows, vectors, panelColumns, a, panelStrideA, finish, bias, gate, g.StrideGate);
        }
    }

    /// <summary>All rows of a block against one panel of b.</summary>
    private static void Panel(
        ref TileArguments<T> tile, int rows, int vectors, int columns, T* a, nint panelStrideA, bool finish, T* bias, T* gate, nint strideGate)
    {
        // Tiles of nearly equal height: a short last one would wait for its own multiply-adds.
        int tallest = panelStrideA != 0 ? CopiedRows : MicroKernels<T, V>.MaxRows(vectors);
        int tiles = (rows + tallest - 1) / tallest;
        int height = panelStrideA != 0 ? tallest : rows / tiles, taller = panelStrideA != 0 ? 0 : rows % tiles;
        tile.A = a;
        for (int t = 0; rows > 0; t++)
        {
            int h = Math.Min(rows, t < taller ? height + 1 : height);
            rows -= h;
            if (rows > 0)
                Prefetch(tile.C + (h * tile.StrideC), tile.StrideC, h);
            MicroKernels<T, V>.Run(h, vectors, tile);
            if (finish)
            {
                Finish(tile.C, tile.StrideC, h, columns, bias, gate, strideGate);
                gate += h * strideGate;
            }
            tile.A += panelStrideA != 0 ? panelStrideA : h * tile.RowStrideA;
            tile.C += h * tile.StrideC;
        }
    }

    /// <summary>
    /// Copies the block of a where alpha scales it, or where its rows lie so far apart that each would cost its own page and they would
    /// crowd each other out of the caches.
    /// </summary>
    private static void CopyA(
        in GemmCall<T, TActivation> g, int i, int rows, int k, int depth, int columns, ref TileArguments<T> tile, out T* a, out nint panelStride)
    {
        bool transposed = g.ColumnStrideA != 1;
        a = g.A + (i * g.RowStrideA) + (k * g.ColumnStrideA);
        panelStride = 0;
        tile.RowStrideA = g.RowStrideA;
        tile.StepA = g.ColumnStrideA;
        bool reused = columns > 2 * Width && g.M > FewRowsForA;
        bool far = transposed ? g.ColumnStrideA * sizeof(T) >= FarTransposedA : g.RowStrideA * sizeof(T) >= FarA;
        if (g.Alpha == T.One && !(reused && far))
            return;

        // A cache line of padding keeps rows and panels out of each other's cache sets.
        int padding = 64 / sizeof(T);
        T* copy = ScratchMemory<T>.Take(ScratchUse.LeftFactor, (rows + CopiedRows) * (depth + padding));
        if (transposed)
        {
            tile.RowStrideA = 1;
            tile.StepA = CopiedRows;
            panelStride = (CopiedRows * depth) + padding;
            Packing<T, V>.CopyTransposed(rows, depth, a, g.ColumnStrideA, g.Alpha, copy, panelStride);
        }
        else
        {
            tile.RowStrideA = depth + padding;
            Packing<T, V>.Copy(rows, depth, a, g.RowStrideA, g.Alpha, copy, tile.RowStrideA);
        }
        a = copy;
    }

    /// <summary>Asks for the next tile of c, whose sums the multiply-adds would otherwise wait for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(T* c, nint stride, int rows)
    {
        if (!Sse.IsSupported)
            return;
        for (int i = 0; i < rows; i++, c += stride)
        {
            for (int line = 0; line < Width * sizeof(T); line += 64)
                Sse.Prefetch0((byte*)c + line);
        }
    }

    /// <summary>c = f(c + bias) * gate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Finish(T* c, nint strideC, int rows, int columns, T* bias, T* gate, nint strideGate)
    {
        for (int i = 0; i < rows; i++, c += strideC, gate += strideGate)
        {
            int j = 0;
            for (; j <= columns - V.Count; j += V.Count)
            {
                V v = V.Load(c + j);
                if (bias != null)
                    v += V.Load(bias + j);
                v = TActivation.Invoke(v);
                if (gate != null)
                    v *= V.Load(gate + j);
                V.Store(v, c + j);
            }
            if (j < columns)
            {
                int n = columns - j;
                V v = V.LoadFirst(c + j, n);
                if (bias != null)
                    v += V.LoadFirst(bias + j, n);
                v = TActivation.Invoke(v);
                if (gate != null)
                    v *= V.LoadFirst(gate + j, n);
                V.StoreFirst(v, c + j, n);
            }
        }
    }
}
