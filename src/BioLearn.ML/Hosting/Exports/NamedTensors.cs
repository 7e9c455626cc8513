using System.Runtime.InteropServices;

namespace BioLearn.ML.Hosting;

/// <summary>
/// Tensors with names and shapes, to be read elsewhere: NumPy's <c>.npz</c> (numpy.load) and <c>.safetensors</c> (PyTorch, JAX, Rust). The same
/// tensors give the same bytes.
/// </summary>
/// <example>
/// <code>
/// pipeline.GetTensors().Save("weights.npz");            // W1, b1, K2: as the equations name them
/// pipeline.GetActivations(rows).Save("activations.npz"); // h1, h2, and the columns that the model adds
/// </code>
/// </example>
public sealed class NamedTensors
{
    private readonly List<NamedTensor> _tensors = [];

    /// <summary>The tensors, in the order added.</summary>
    public IReadOnlyList<NamedTensor> Tensors => _tensors;

    /// <summary>Text beside the tensors; safetensors keep it, <c>.npz</c> has no place for it.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>Adds a tensor; its values are copied.</summary>
    /// <typeparam name="T">float, double, int, long or byte.</typeparam>
    /// <param name="name">Its name; without slashes and quotes.</param>
    /// <param name="values">Row by row, the last dimension fastest.</param>
    /// <param name="shape">Dimensions; none for a single number.</param>
    /// <returns>These tensors.</returns>
    /// <exception cref="ArgumentException">The name is taken or cannot be a file's, the shape does not fit the values, or the type is another.</exception>
    public NamedTensors Add<T>(string name, ReadOnlySpan<T> values, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        long size = 1;
        foreach (int dimension in shape)
            size *= dimension;
        if (size != values.Length)
            throw new ArgumentException($"{name}: {values.Length} values do not fill the shape [{string.Join(", ", shape.ToArray())}]", nameof(shape));
        NumberType type = NumberType.Of<T>();
        Add(new NamedTensor(name, type, shape.ToArray(), MemoryMarshal.AsBytes(values).ToArray()));
        return this;
    }

    /// <summary>Adds those of others, with something before their names; of their metadata what is not here yet.</summary>
    /// <param name="prefix">Before each name, such as "1."; "" for nothing.</param>
    /// <param name="others">The others.</param>
    /// <returns>These tensors.</returns>
    /// <exception cref="ArgumentException">A name is taken.</exception>
    public NamedTensors Add(string prefix, NamedTensors others)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(others);
        foreach (NamedTensor tensor in others.Tensors)
            Add(new NamedTensor(prefix + tensor.Name, tensor.Type, [.. tensor.Shape], tensor.Bytes));
        foreach ((string key, string value) in others.Metadata)
            Metadata.TryAdd(prefix + key, value);
        return this;
    }

    /// <summary>The tensor of a name.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those that are there.</exception>
    public NamedTensor this[string name] => _tensors.Find(tensor => tensor.Name == name)
        ?? throw new KeyNotFoundException($"There is no tensor {name}; there are {string.Join(", ", _tensors.Select(tensor => tensor.Name))}.");

    /// <summary>Whether <see cref="Save"/> knows a file's ending.</summary>
    /// <param name="path">The file's name.</param>
    /// <returns>True for <c>.npz</c> and <c>.safetensors</c>.</returns>
    public static bool CanSave(string path) => Path.GetExtension(path).ToUpperInvariant() is ".NPZ" or ".SAFETENSORS";

    /// <summary>Writes a file, beside its place first.</summary>
    /// <param name="path">A name that ends with <c>.npz</c> or <c>.safetensors</c>; its folder exists.</param>
    /// <exception cref="ArgumentException">The name ends otherwise.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Action<Stream> write = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".NPZ" => stream => NpzFile.Write(stream, _tensors),
            ".SAFETENSORS" => stream => SafetensorsFile.Write(stream, _tensors, Metadata),
            _ => throw new ArgumentException($"{path} must end with .npz or .safetensors.", nameof(path)),
        };
        SafeFile.Write(path, stream => write(stream));
    }

    private void Add(NamedTensor tensor)
    {
        if (tensor.Name.AsSpan().IndexOfAny("/\\\"'") >= 0)
            throw new ArgumentException($"{tensor.Name}: a tensor's name has no slashes and quotes");
        if (_tensors.Exists(other => other.Name == tensor.Name))
            throw new ArgumentException($"there are two tensors of the name {tensor.Name}");
        _tensors.Add(tensor);
    }
}
