using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Elementwise;

/// <summary>An activation y = φ(x) and its derivative.</summary>
internal interface IActivation<T> : IUnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether φ' needs x; otherwise y is enough.</summary>
    static abstract bool DerivativeNeedsInput { get; }

    /// <summary>φ'(x), given x (arbitrary unless <see cref="DerivativeNeedsInput"/>) and y = φ(x).</summary>
    static abstract V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V, T>;
}

/// <summary>φ(x) = x.</summary>
internal readonly struct Linear<T> : IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool DerivativeNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V, T> => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V, T> => V.Create(T.One);
}

/// <summary>φ(x) = max(x, 0); φ'(0) = 0.</summary>
internal readonly struct ReLU<T> : IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool DerivativeNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V, T> => V.Select(V.LessThan(x, V.Zero), V.Zero, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V, T> => V.LessThan(V.Zero, y) & V.Create(T.One);
}

/// <summary>φ(x) = x for x &gt; 0, else 0.01 x; φ'(0) = 0.01.</summary>
internal readonly struct LeakyReLU<T> : IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static T Slope => T.CreateTruncating(0.01);

    public static bool DerivativeNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V, T> => V.Select(V.LessThan(x, V.Zero), x * V.Create(Slope), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V, T> => V.Select(V.LessThan(V.Zero, y), V.Create(T.One), V.Create(Slope));
}

/// <summary>φ(x) = tanh x.</summary>
internal readonly struct Tanh<T> : IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool DerivativeNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V, T> => ElementaryFunctions<T>.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V, T> => V.SubtractProduct(y, y, V.Create(T.One));
}

/// <summary>φ(x) = 1 / (1 + e^-x).</summary>
internal readonly struct Sigmoid<T> : IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool DerivativeNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V, T> => ElementaryFunctions<T>.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V, T> => V.SubtractProduct(y, y, y);
}

/// <summary>φ(x) = 1 / (1 + e^(-4 (x - 1/2))), which equilibrium propagation uses (Ernoult et al. 2019).</summary>
internal readonly struct ShiftedSigmoid<T> : IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool DerivativeNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V, T> =>
        ElementaryFunctions<T>.Sigmoid(V.Create(T.CreateTruncating(4)) * (x - V.Create(T.CreateTruncating(0.5))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V, T> => V.Create(T.CreateTruncating(4)) * V.SubtractProduct(y, y, y);
}

/// <summary>φ(x) = clip(x, 0, 1); φ' is 1 on the closed interval, so that a unit at a bound can leave it.</summary>
internal readonly struct HardSigmoid<T> : IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool DerivativeNeedsInput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V, T>
    {
        V one = V.Create(T.One);
        return V.Select(V.LessThan(x, V.Zero), V.Zero, V.Select(V.LessThan(one, x), one, x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V, T>
    {
        V one = V.Create(T.One);
        return V.LessThanOrEqual(V.Zero, x) & V.LessThanOrEqual(x, one) & one;
    }
}

/// <summary>φ(x) = clip(x / 2, 0, 1), which equilibrium propagation uses in deep networks (Laborieux et al. 2021); φ' is ½ on the closed interval.</summary>
internal readonly struct WideHardSigmoid<T> : IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static T Half => T.CreateTruncating(0.5);

    public static bool DerivativeNeedsInput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : unmanaged, ILanes<V, T> => HardSigmoid<T>.Invoke(V.Create(Half) * x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V, T> => V.Create(Half) * HardSigmoid<T>.Derivative(V.Create(Half) * x, y);
}
