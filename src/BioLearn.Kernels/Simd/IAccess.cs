using System.Numerics;
using System.Runtime.CompilerServices;

namespace BioLearn.Kernels.Simd;

/// <summary>
/// How a loop body reaches memory: whole vectors, or the first lanes at the end of a row. A body that takes its access as a type
/// argument is written once for both.
/// </summary>
internal unsafe interface IAccess
{
    static abstract V Load<V, T>(T* source, int count)
        where V : unmanaged, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    static abstract void Store<V, T>(V value, T* destination, int count)
        where V : unmanaged, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>Whole vectors; the count is not looked at.</summary>
internal readonly unsafe struct Whole : IAccess
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V, T>(T* source, int count)
        where V : unmanaged, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<V, T>(V value, T* destination, int count)
        where V : unmanaged, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Store(value, destination);
}

/// <summary>The first lanes, as many as the count says.</summary>
internal readonly unsafe struct First : IAccess
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V, T>(T* source, int count)
        where V : unmanaged, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.LoadFirst(source, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<V, T>(V value, T* destination, int count)
        where V : unmanaged, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.StoreFirst(value, destination, count);
}
