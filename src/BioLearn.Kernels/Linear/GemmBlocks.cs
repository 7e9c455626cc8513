using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// The blocked matrix product of one thread (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008): blocks of
/// b that stay in the caches, cut into panels one tile wide; for each, the rows of a pass by in tiles.
/// </summary>
internal static unsafe class GemmBlocks<T, V, TActivation>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, ILanes<V, T>
    where TActivation : struct, IUnaryOperator<T>
{
    public static int KC = 256, MC = 504, NC = 3072, PackB = 96 * 96 * 96, CopyA = 1024;

    public static void Run(in GemmCall<T, TActivation> g)
    {
        bool inPlaceB = g.ColumnStrideB == 1 && (g.M <= 12 || (long)g.M * g.N * g.K <= PackB);
        int depth = g.K;
        if (!inPlaceB || g.K > 4 * KC)
            depth = Math.Min(g.K, KC);
        for (int jc = 0; jc < g.N; jc += NC)
        {
            int nc = Math.Min(NC, g.N - jc);
            int pc = 0;
            do
            {
                int kc = Math.Min(depth, g.K - pc);
                Block(g, inPlaceB, jc, nc, pc, kc);
                pc += kc;
            }
            while (pc < g.K);
        }
    }

    private static void Block(in GemmCall<T, TActivation> g, bool inPlaceB, int jc, int nc, int pc, int kc)
    {
        int width = MicroKernels<T, V>.MaxColumns;
        T* b = g.B + (pc * g.RowStrideB) + (jc * g.ColumnStrideB);
        // In place, only a last panel that ends inside a vector is copied, so that no vector reads behind the matrix.
        int packFrom = !inPlaceB ? 0 : nc % V.Count == 0 ? nc : nc - (nc % width);
        T* packedB = null;
        if (packFrom < nc)
        {
            packedB = Scratch<T>.B((nc - packFrom + width) * Math.Max(kc, 1));
            Packing<T, V>.PackB(kc, nc - packFrom, b + (packFrom * g.ColumnStrideB), g.RowStrideB, g.ColumnStrideB, packedB);
        }
        bool scale = g.Alpha != T.One;
        bool transposedA = g.ColumnStrideA != 1;
        bool copyA = scale || (nc > 2 * width && g.M > 12 && (transposedA ? g.ColumnStrideA : g.RowStrideA) >= CopyA);
        var tile = new TileArguments<T> { K = kc, StrideC = g.StrideC, Beta = pc == 0 ? g.Beta : T.One };
        bool finish = pc + kc == g.K && (g.Bias != null || g.Gate != null || typeof(TActivation) != typeof(Identity<T>));
        for (int ic = 0; ic < g.M; ic += MC)
        {
            int mc = Math.Min(MC, g.M - ic);
            T* a = g.A + (ic * g.RowStrideA) + (pc * g.ColumnStrideA);
            nint panelA = 0;
            tile.RowStrideA = g.RowStrideA;
            tile.StepA = g.ColumnStrideA;
            if (copyA)
            {
                T* copy = Scratch<T>.A((mc + 8) * (kc + 16));
                if (transposedA)
                {
                    Packing<T, V>.CopyTransposedA(mc, kc, a, g.ColumnStrideA, g.Alpha, copy, 6);
                    tile.RowStrideA = 1;
                    tile.StepA = 6;
                    panelA = 6 * kc;
                }
                else
                {
                    tile.RowStrideA = kc + (64 / sizeof(T));
                    Packing<T, V>.CopyA(mc, kc, a, g.RowStrideA, g.Alpha, copy, tile.RowStrideA);
                }
                a = copy;
            }
            for (int jr = 0; jr < nc; jr += width)
            {
                int columns = Math.Min(width, nc - jr);
                int vectors = (columns + V.Count - 1) / V.Count;
                tile.LastColumns = columns - ((vectors - 1) * V.Count);
                if (jr >= packFrom)
                {
                    tile.B = packedB + ((nint)(jr - packFrom) * kc);
                    tile.StepB = vectors * V.Count;
                }
                else
                {
                    tile.B = b + jr;
                    tile.StepB = g.RowStrideB;
                }
                int tallest = panelA != 0 ? 6 : MicroKernels<T, V>.MaxRows(vectors);
                int tiles = (mc + tallest - 1) / tallest;
                int rows = mc / tiles, taller = mc % tiles;
                if (panelA != 0)
                {
                    rows = 6; taller = 0;
                }
                for (int i = 0, t = 0; i < mc; t++)
                {
                    int h = Math.Min(t < taller ? rows + 1 : rows, mc - i);
                    tile.A = panelA != 0 ? a + (t * panelA) : a + (i * tile.RowStrideA);
                    tile.C = g.C + ((ic + i) * g.StrideC) + jc + jr;
                    MicroKernels<T, V>.Run(h, vectors, tile);
                    if (finish)
                    {
                        Finish(tile.C, g.StrideC, h, columns, g.Bias == null ? null : g.Bias + jc + jr,
                            g.Gate == null ? null : g.Gate + ((ic + i) * g.StrideGate) + jc + jr, g.StrideGate);
                    }
                    i += h;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(T* c, nint strideC, int rows, int columns, T* bias, T* gate, nint strideGate)
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j += V.Count)
            {
                int n = Math.Min(V.Count, columns - j);
                V v = V.LoadFirst(c + j, n);
                if (bias != null)
                    v += V.LoadFirst(bias + j, n);
                v = TActivation.Invoke(v);
                if (gate != null)
                    v *= V.LoadFirst(gate + j, n);
                V.StoreFirst(v, c + j, n);
            }
            c += strideC;
            gate += strideGate;
        }
    }
}
