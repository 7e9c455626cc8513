using System.Numerics;
using System.Runtime.CompilerServices;

namespace BioLearn.Kernels.Simd;

/// <summary>A function of one variable, lane by lane: an activation, a clip.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IUnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The function's value at each lane of <paramref name="x"/>.</summary>
    static abstract V Invoke<V>(V x)
        where V : unmanaged, ILanes<V, T>;
}

/// <summary>f(x) = x.</summary>
internal readonly struct Identity<T> : IUnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V, T> => x;
}
