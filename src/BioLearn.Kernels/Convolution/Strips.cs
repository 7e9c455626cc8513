using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// One to four vectors side by side: a row of a register tile. The tiles are written once against this interface; the compiler keeps every
/// vector of every row in a register.
/// </summary>
internal unsafe interface IStrip<TSelf, V, T>
    where TSelf : struct, IStrip<TSelf, V, T>
    where V : unmanaged, ILanes<V, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Number of vectors.</summary>
    static abstract int Vectors { get; }

    static abstract TSelf Zero { get; }

    static abstract TSelf Load(T* source);

    static abstract void Store(in TSelf strip, T* destination);

    /// <summary>addend + factor · strip.</summary>
    static abstract TSelf MultiplyAdd(V factor, in TSelf strip, in TSelf addend);

    static abstract TSelf Add(in TSelf left, in TSelf right);

    static abstract TSelf Max(in TSelf left, V right);
}

/// <inheritdoc cref="IStrip{TSelf, V, T}"/>
internal unsafe struct Strip1<V, T> : IStrip<Strip1<V, T>, V, T>
    where V : unmanaged, ILanes<V, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private V _0;

    public static int Vectors
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    public static Strip1<V, T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new() { _0 = V.Zero };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip1<V, T> Load(T* source) => new()
    {
        _0 = V.Load(source),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(in Strip1<V, T> strip, T* destination)
    {
        V.Store(strip._0, destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip1<V, T> MultiplyAdd(V factor, in Strip1<V, T> strip, in Strip1<V, T> addend) => new()
    {
        _0 = V.MultiplyAdd(factor, strip._0, addend._0),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip1<V, T> Add(in Strip1<V, T> left, in Strip1<V, T> right) => new()
    {
        _0 = left._0 + right._0,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip1<V, T> Max(in Strip1<V, T> left, V right) => new()
    {
        _0 = V.Max(left._0, right),
    };
}

/// <inheritdoc cref="IStrip{TSelf, V, T}"/>
internal unsafe struct Strip2<V, T> : IStrip<Strip2<V, T>, V, T>
    where V : unmanaged, ILanes<V, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private V _0, _1;

    public static int Vectors
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2;
    }

    public static Strip2<V, T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new() { _0 = V.Zero, _1 = V.Zero };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip2<V, T> Load(T* source) => new()
    {
        _0 = V.Load(source),
        _1 = V.Load(source + V.Count),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(in Strip2<V, T> strip, T* destination)
    {
        V.Store(strip._0, destination);
        V.Store(strip._1, destination + V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip2<V, T> MultiplyAdd(V factor, in Strip2<V, T> strip, in Strip2<V, T> addend) => new()
    {
        _0 = V.MultiplyAdd(factor, strip._0, addend._0),
        _1 = V.MultiplyAdd(factor, strip._1, addend._1),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip2<V, T> Add(in Strip2<V, T> left, in Strip2<V, T> right) => new()
    {
        _0 = left._0 + right._0,
        _1 = left._1 + right._1,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip2<V, T> Max(in Strip2<V, T> left, V right) => new()
    {
        _0 = V.Max(left._0, right),
        _1 = V.Max(left._1, right),
    };
}

/// <inheritdoc cref="IStrip{TSelf, V, T}"/>
internal unsafe struct Strip3<V, T> : IStrip<Strip3<V, T>, V, T>
    where V : unmanaged, ILanes<V, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private V _0, _1, _2;

    public static int Vectors
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 3;
    }

    public static Strip3<V, T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new() { _0 = V.Zero, _1 = V.Zero, _2 = V.Zero };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip3<V, T> Load(T* source) => new()
    {
        _0 = V.Load(source),
        _1 = V.Load(source + V.Count),
        _2 = V.Load(source + 2 * V.Count),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(in Strip3<V, T> strip, T* destination)
    {
        V.Store(strip._0, destination);
        V.Store(strip._1, destination + V.Count);
        V.Store(strip._2, destination + 2 * V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip3<V, T> MultiplyAdd(V factor, in Strip3<V, T> strip, in Strip3<V, T> addend) => new()
    {
        _0 = V.MultiplyAdd(factor, strip._0, addend._0),
        _1 = V.MultiplyAdd(factor, strip._1, addend._1),
        _2 = V.MultiplyAdd(factor, strip._2, addend._2),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip3<V, T> Add(in Strip3<V, T> left, in Strip3<V, T> right) => new()
    {
        _0 = left._0 + right._0,
        _1 = left._1 + right._1,
        _2 = left._2 + right._2,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip3<V, T> Max(in Strip3<V, T> left, V right) => new()
    {
        _0 = V.Max(left._0, right),
        _1 = V.Max(left._1, right),
        _2 = V.Max(left._2, right),
    };
}

/// <inheritdoc cref="IStrip{TSelf, V, T}"/>
internal unsafe struct Strip4<V, T> : IStrip<Strip4<V, T>, V, T>
    where V : unmanaged, ILanes<V, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private V _0, _1, _2, _3;

    public static int Vectors
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    public static Strip4<V, T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new() { _0 = V.Zero, _1 = V.Zero, _2 = V.Zero, _3 = V.Zero };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip4<V, T> Load(T* source) => new()
    {
        _0 = V.Load(source),
        _1 = V.Load(source + V.Count),
        _2 = V.Load(source + 2 * V.Count),
        _3 = V.Load(source + 3 * V.Count),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(in Strip4<V, T> strip, T* destination)
    {
        V.Store(strip._0, destination);
        V.Store(strip._1, destination + V.Count);
        V.Store(strip._2, destination + 2 * V.Count);
        V.Store(strip._3, destination + 3 * V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip4<V, T> MultiplyAdd(V factor, in Strip4<V, T> strip, in Strip4<V, T> addend) => new()
    {
        _0 = V.MultiplyAdd(factor, strip._0, addend._0),
        _1 = V.MultiplyAdd(factor, strip._1, addend._1),
        _2 = V.MultiplyAdd(factor, strip._2, addend._2),
        _3 = V.MultiplyAdd(factor, strip._3, addend._3),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip4<V, T> Add(in Strip4<V, T> left, in Strip4<V, T> right) => new()
    {
        _0 = left._0 + right._0,
        _1 = left._1 + right._1,
        _2 = left._2 + right._2,
        _3 = left._3 + right._3,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip4<V, T> Max(in Strip4<V, T> left, V right) => new()
    {
        _0 = V.Max(left._0, right),
        _1 = V.Max(left._1, right),
        _2 = V.Max(left._2, right),
        _3 = V.Max(left._3, right),
    };
}
