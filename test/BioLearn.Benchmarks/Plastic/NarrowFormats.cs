using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BioLearn.Benchmarks.Plastic;

/// <summary>A number of sixteen bits that a trace could be kept in.</summary>
internal interface INarrowFormat
{
    static abstract string Name { get; }

    /// <summary>Bits, one number in each lane, to the float that they stand for.</summary>
    static abstract Vector512<float> Widen(Vector512<uint> bits);

    /// <summary>The nearest number, ties to even; for finite floats that the format can hold.</summary>
    static abstract Vector512<uint> Narrow(Vector512<float> value);
}

/// <summary>Float without its lower sixteen bits: eight bits of exponent, seven of fraction.</summary>
internal readonly struct Bfloat16 : INarrowFormat
{
    public static string Name => "bfloat16";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Widen(Vector512<uint> bits) => (bits << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Narrow(Vector512<float> value)
    {
        Vector512<uint> bits = value.AsUInt32();
        return (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
    }
}

/// <summary>Half precision: five bits of exponent, ten of fraction.</summary>
internal readonly struct Half16 : INarrowFormat
{
    private const float Rebase = 5.192296858534828e33f; // 2^112: the difference of the exponents' offsets

    public static string Name => "half";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Widen(Vector512<uint> bits)
    {
        Vector512<uint> sign = (bits & Vector512.Create(0x8000u)) << 16, magnitude = (bits & Vector512.Create(0x7FFFu)) << 13;
        return ((magnitude.AsSingle() * Vector512.Create(Rebase)).AsUInt32() | sign).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Narrow(Vector512<float> value)
    {
        Vector512<uint> bits = value.AsUInt32(), sign = (bits & Vector512.Create(0x80000000u)) >> 16;
        Vector512<uint> magnitude = ((bits & Vector512.Create(0x7FFFFFFFu)).AsSingle() * Vector512.Create(1 / Rebase)).AsUInt32();
        return ((magnitude + Vector512.Create(0xFFFu) + ((magnitude >> 13) & Vector512<uint>.One)) >> 13) | sign;
    }
}
