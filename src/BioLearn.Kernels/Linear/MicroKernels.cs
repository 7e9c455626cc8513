using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// The innermost loops of the matrix product: a tile of c stays in registers while k runs. The tiles themselves are generated text
/// (<c>eng/MicroKernels.cs</c> says how).
/// </summary>
internal static unsafe partial class MicroKernels<T, V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, ILanes<V, T>
{
    /// <summary>Vectors in a full row of a tile: four where there are 32 vector registers (AVX-512, Arm), two where there are 16.</summary>
    public static int MaxVectors
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(V) == 64 || (sizeof(V) == 16 && AdvSimd.IsSupported) ? 4 : 2;
    }

    /// <summary>Columns of a full tile.</summary>
    public static int MaxColumns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => MaxVectors * V.Count;
    }

    /// <summary>Rows of the tallest tile with <paramref name="vectors"/> vectors a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MaxRows(int vectors) => MaxVectors == 4 ? (vectors == 4 ? 6 : 8) : (vectors == 2 ? 6 : 8);

    /// <summary>c = beta c + a b for tiles of <paramref name="rows"/> rows and <paramref name="vectors"/> vectors a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(int rows, int vectors, in TileArguments<T> t) => Dispatch(rows, vectors, t);
}

/// <summary>
/// Tiles side by side: a[row, k] at A + row RowStrideA + k StepA; row k of b at B + k StepB; row of c at C + row StrideC. The next tile has
/// the same rows of a, the panel of b that lies PanelStepB further, and the columns of c that follow.
/// </summary>
internal unsafe struct TileArguments<T>
    where T : unmanaged
{
    public nint K;
    public T* A, B, C;
    public nint RowStrideA, StepA, StepB, PanelStepB, StrideC;
    public T Beta;

    /// <summary>Number of tiles; all their vectors are full.</summary>
    public int Panels;
}
