using System.Runtime.InteropServices;

namespace BioLearn.ML.Hosting;

/// <summary>A tensor with a name.</summary>
public sealed class NamedTensor
{
    internal NamedTensor(string name, NumberType type, int[] shape, byte[] bytes) => (Name, Type, Shape, Bytes) = (name, type, shape, bytes);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its dimensions; none for a single number.</summary>
    public IReadOnlyList<int> Shape { get; }

    internal NumberType Type { get; }

    /// <summary>Little-endian, row by row.</summary>
    internal byte[] Bytes { get; }

    /// <summary>Whether its numbers are of a type.</summary>
    /// <typeparam name="T">float, double, int, long or byte.</typeparam>
    /// <returns>True if so.</returns>
    public bool Is<T>()
        where T : unmanaged
        => NumberType.Of<T>() == Type;

    /// <summary>Its numbers, row by row, the last dimension fastest.</summary>
    /// <typeparam name="T">The type that it was added with.</typeparam>
    /// <returns>The numbers; good as long as the tensor.</returns>
    /// <exception cref="ArgumentException">Its numbers are of another type.</exception>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged
        => NumberType.Of<T>() == Type ? MemoryMarshal.Cast<byte, T>(Bytes) : throw new ArgumentException($"{Name} holds numbers of NumPy's type {Type.Numpy}, not {typeof(T).Name}");
}

/// <summary>A type of numbers, as files name it.</summary>
/// <param name="Numpy">NumPy's name.</param>
/// <param name="Safetensors">The name in safetensors.</param>
internal sealed record NumberType(string Numpy, string Safetensors)
{
    private static readonly Dictionary<Type, NumberType> Known = new()
    {
        [typeof(float)] = new("<f4", "F32"),
        [typeof(double)] = new("<f8", "F64"),
        [typeof(int)] = new("<i4", "I32"),
        [typeof(long)] = new("<i8", "I64"),
        [typeof(byte)] = new("|u1", "U8"),
    };

    public static NumberType Of<T>() => Known.TryGetValue(typeof(T), out NumberType? type) ? type : throw new ArgumentException($"tensors of {typeof(T).Name} cannot be written; expected float, double, int, long or byte");
}
