namespace BioLearn.Experiments.Exports;

/// <summary>A tensor with a name.</summary>
public sealed class NamedTensor
{
    internal NamedTensor(string name, ElementType type, int[] shape, byte[] bytes) => (Name, Type, Shape, Bytes) = (name, type, shape, bytes);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its dimensions; none for a single number.</summary>
    public IReadOnlyList<int> Shape { get; }

    internal ElementType Type { get; }

    /// <summary>Little-endian, row by row.</summary>
    internal byte[] Bytes { get; }
}

/// <summary>A type of numbers, as files name it.</summary>
/// <param name="Numpy">NumPy's name.</param>
/// <param name="Safetensors">The name in safetensors.</param>
internal sealed record ElementType(string Numpy, string Safetensors)
{
    private static readonly Dictionary<Type, ElementType> Known = new()
    {
        [typeof(float)] = new("<f4", "F32"),
        [typeof(double)] = new("<f8", "F64"),
        [typeof(int)] = new("<i4", "I32"),
        [typeof(long)] = new("<i8", "I64"),
        [typeof(byte)] = new("|u1", "U8"),
    };

    public static ElementType Of<T>() => Known.TryGetValue(typeof(T), out ElementType? type) ? type : throw new ArgumentException($"tensors of {typeof(T).Name} cannot be written; expected float, double, int, long or byte");
}
