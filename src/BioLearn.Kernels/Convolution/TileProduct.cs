using System.Numerics;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Convolution;

/// <summary>Picks the register tile for a panel's width.</summary>
internal static unsafe class TileProduct
{
    /// <inheritdoc cref="RegisterTile{V, T, S}.Product"/>
    public static void Run<V, T>(
        int width, int count, int runs, nint* offsets, nint length, T* input, int* starts, T* panel, T* initial, T floor, T* output, nint pitch)
        where V : unmanaged, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (width / V.Count)
        {
            case 4: RegisterTile<V, T, Strip4<V, T>>.Product(count, runs, offsets, length, input, starts, panel, initial, floor, output, pitch); break;
            case 3: RegisterTile<V, T, Strip3<V, T>>.Product(count, runs, offsets, length, input, starts, panel, initial, floor, output, pitch); break;
            case 2: RegisterTile<V, T, Strip2<V, T>>.Product(count, runs, offsets, length, input, starts, panel, initial, floor, output, pitch); break;
            default: RegisterTile<V, T, Strip1<V, T>>.Product(count, runs, offsets, length, input, starts, panel, initial, floor, output, pitch); break;
        }
    }
}
