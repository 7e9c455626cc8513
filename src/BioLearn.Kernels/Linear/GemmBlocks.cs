using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// The blocked matrix product of one thread (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008). Blocks of
/// a and a group of panels of b, each one tile wide, stay in the second-level cache; the rows of a pass by in tiles, each along all panels
/// of the group. A tile of c picks up its sum where the previous block of k left it, so blocks change no element.
/// </summary>
internal static unsafe class GemmBlocks<T, V, TActivation>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, ILanes<V, T>
    where TActivation : struct, IUnaryOperator<T>
{
    /// <summary>Bytes of a block of a (half of a second-level cache), its rows where it is as deep as it may be, and columns of a block of b.</summary>
    private const int BlockRows = 264, BlockColumns = 3072;

    /// <summary>Up to this many rows a and b are read too rarely for a copy to pay.</summary>
    private const int FewRowsForA = 12, FewRowsForB = 64;

    /// <summary>b is copied into panels if it is larger than this, or its rows lie further apart.</summary>
    private const int FarB = 4096;

    /// <summary>Rows at multiples of this many bytes crowd each other out of a first-level cache: b is copied then too.</summary>
    private const int CrowdedB = 512;

    /// <summary>a is copied if its rows lie this many bytes apart.</summary>
    private const int FarA = 8192;

    /// <summary>Rows of the panels of a transposed copy of a: the tallest tile of full width.</summary>
    private const int CopiedRows = 6;

    // Processors without 512-bit vectors tend to have half as much second-level cache, or less.
    private static int LargeB => sizeof(V) == 64 ? 1 << 20 : 1 << 17;

    /// <summary>Likewise for a transposed a.</summary>
    private static int FarTransposedA => sizeof(V) == 64 ? 4096 : 512;

    /// <summary>Bytes along k of a block.</summary>
    private static int BlockBytes => sizeof(V) == 64 ? 2048 : 1600;

    /// <summary>
    /// Bytes of the panels of b that a tile of rows passes before the next rows: a quarter of a second-level cache, from which they stream
    /// while the rows stay in the first. Wider vectors ask for more than streams, so there it is most of a first-level cache.
    /// </summary>
    private static int GroupBytes => sizeof(V) == 64 ? 1 << 15 : 1 << 17;

    private static int Width => MicroKernels<T, V>.MaxColumns;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(in GemmCall<T, TActivation> g)
    {
        int depth = Even(g.K, BlockBytes / sizeof(T), 4);
        // A block of a that is less deep has more rows.
        int most = Math.Max(BlockRows, (int)Math.Min(1 << 20, (long)BlockRows * BlockBytes / Math.Max(depth * sizeof(T), 1)) / 24 * 24);
        int rows = Even(g.M, most, 24);
        int blockColumns = g.PackedB == null && g.M > rows ? BlockColumns : g.N;
        for (int j = 0; j < g.N; j += blockColumns)
        {
            int k = 0;
            do
            {
                for (int i = 0; i < g.M; i += rows)
                    Block(g, i, Math.Min(rows, g.M - i), g.M > rows, j, Math.Min(blockColumns, g.N - j), k, Math.Min(depth, g.K - k));
                k += depth;
            }
            while (k < g.K);
        }
    }

    /// <summary>The length of blocks of nearly equal length, none longer than <paramref name="most"/>; a multiple of <paramref name="unit"/> if there is more than one.</summary>
    private static int Even(int length, int most, int unit)
    {
        if (length <= most)
            return length;
        int blocks = (length + most - 1) / most;
        return Math.Min(most, ((length + blocks - 1) / blocks + unit - 1) / unit * unit);
    }

    /// <summary>c[i.., j..] += a[i.., k..] b[k.., j..] for one block of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Block(in GemmCall<T, TActivation> g, int i, int rows, bool moreRows, int j, int columns, int k, int depth)
    {
        var tile = new TileArguments<T> { K = depth, StrideC = g.StrideC, Beta = k == 0 ? g.Beta : T.One };
        T* b = g.B + (k * g.RowStrideB) + (j * g.ColumnStrideB);
        bool packB = g.PackedB == null && CopiesB(g);
        // One block of rows uses packed panels at once and overwrites them; more blocks find all panels where the first has put them.
        bool keepPanels = moreRows && packB;
        int group = Math.Max(1, GroupBytes / (Width * Math.Max(depth, 1) * sizeof(T))) * Width;
        T* packed = packB || columns % V.Count != 0 ? ScratchMemory<T>.Take(ScratchUse.RightFactor, (keepPanels ? columns + Width : group) * Math.Max(depth, 1)) : null;
        CopyA(g, i, rows, k, depth, columns, ref tile, out T* a, out nint panelStrideA);
        bool finish = g.HasEpilogue && k + depth == g.K;

        int full = columns / Width * Width;
        for (int p = 0; p < columns;)
        {
            // Full panels in groups, then one that is not.
            int panelColumns = p < full ? Width : columns - p, vectors = (panelColumns + V.Count - 1) / V.Count;
            tile.Panels = p < full ? Math.Min(group, full - p) / Width : 1;
            if (g.PackedB != null)
            {
                tile.StepB = vectors * V.Count;
                tile.PanelStepB = (nint)Width * g.K;
                tile.B = g.PackedB + ((nint)(j + p) * g.K) + (k * tile.StepB);
            }
            else if (packB || panelColumns % V.Count != 0)
            {
                // In place, a panel that ends inside a vector is copied all the same: no vector reads behind the matrix.
                tile.StepB = vectors * V.Count;
                tile.PanelStepB = (nint)Width * depth;
                tile.B = packed + (keepPanels ? (nint)p * depth : 0);
                for (int q = 0; q < tile.Panels && (i == 0 || !packB); q++)
                    Packing<T, V>.Panel(depth, panelColumns, b + ((p + (q * Width)) * g.ColumnStrideB), g.RowStrideB, g.ColumnStrideB, tile.B + (q * tile.PanelStepB));
            }
            else
            {
                tile.StepB = g.RowStrideB;
                tile.PanelStepB = Width;
                tile.B = b + p;
            }
            tile.C = g.C + (i * g.StrideC) + j + p;
            T* bias = g.Bias == null ? null : g.Bias + j + p;
            T* gate = g.Gate == null ? null : g.Gate + (i * g.StrideGate) + j + p;
            panelColumns *= tile.Panels;
            Panels(ref tile, rows, vectors, panelColumns, a, panelStrideA, finish, bias, gate, g.StrideGate);
            p += panelColumns;
        }
    }

    /// <summary>Whether panels of b are copied: where they lie along k, or are too far from each other for the caches, and serve enough rows.</summary>
    public static bool CopiesB(in GemmCall<T, TActivation> g)
    {
        if (g.ColumnStrideB != 1)
            return true;
        nint stride = g.RowStrideB * sizeof(T);
        return g.M > FewRowsForB && ((long)g.N * g.K * sizeof(T) > LargeB || stride > FarB || (sizeof(V) != 64 && stride % CrowdedB == 0));
    }

    /// <summary>All rows of a block against some panels of b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Panels(
        ref TileArguments<T> tile, int rows, int vectors, int columns, T* a, nint panelStrideA, bool finish, T* bias, T* gate, nint strideGate)
    {
        // Tiles of nearly equal height: a short last one would wait for its own multiply-adds.
        int tallest = panelStrideA != 0 ? CopiedRows : MicroKernels<T, V>.MaxRows(vectors);
        int tiles = (rows + tallest - 1) / tallest;
        int height = panelStrideA != 0 ? tallest : rows / tiles, taller = panelStrideA != 0 ? 0 : rows % tiles;
        bool ragged = columns % V.Count != 0;
        tile.A = a;
        for (int t = 0; rows > 0; t++)
        {
            int h = Math.Min(rows, t < taller ? height + 1 : height);
            rows -= h;
            if (rows > 0 && sizeof(V) == 64)
                Prefetch(tile.C + (h * tile.StrideC), tile.StrideC, h, columns);
            if (ragged)
                Ragged(tile, h, vectors, columns);
            else
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

    /// <summary>A tile whose last vector c does not fill: computed beside c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Ragged(TileArguments<T> tile, int rows, int vectors, int columns)
    {
        T* c = tile.C;
        nint strideC = tile.StrideC;
        int width = vectors * V.Count;
        V* whole = stackalloc V[rows * vectors];
        tile.C = (T*)whole;
        tile.StrideC = width;
        if (!T.IsZero(tile.Beta))
            Move(rows, columns, c, strideC, tile.C, width);
        MicroKernels<T, V>.Run(rows, vectors, tile);
        Move(rows, columns, tile.C, width, c, strideC);
    }

    private static void Move(int rows, int columns, T* from, nint fromStride, T* to, nint toStride)
    {
        for (int i = 0; i < rows; i++, from += fromStride, to += toStride)
        {
            int j = 0;
            for (; j <= columns - V.Count; j += V.Count)
                V.Store(V.Load(from + j), to + j);
            V.StoreFirst(V.LoadFirst(from + j, columns - j), to + j, columns - j);
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

    /// <summary>
    /// Asks for the next tiles of c, whose sums the multiply-adds would otherwise wait for. With narrower vectors a tile takes long enough
    /// for the processor to look ahead by itself.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(T* c, nint stride, int rows, int columns)
    {
        if (!Sse.IsSupported)
            return;
        for (int i = 0; i < rows; i++, c += stride)
        {
            for (int line = 0; line < columns * sizeof(T); line += 64)
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
