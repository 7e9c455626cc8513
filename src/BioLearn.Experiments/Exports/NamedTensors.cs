using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Exports;

/// <summary>
/// Tensors with names and shapes, to be read elsewhere: NumPy's <c>.npz</c> (numpy.load) and <c>.safetensors</c> (PyTorch, JAX, Rust). The same
/// tensors give the same bytes.
/// </summary>
/// <example>
/// <code>
/// NamedTensors.Of(model).Save("weights.npz");      // W1, b1, K2: as the equations name them
/// NamedTensors.Of(context.Rows).Save("trace.npz"); // iteration, and a vector a metric
/// </code>
/// </example>
public sealed class NamedTensors
{
    private readonly List<NamedTensor> _tensors = [];

    /// <summary>The tensors, in the order added.</summary>
    public IReadOnlyList<NamedTensor> Tensors => _tensors;

    /// <summary>Text beside the tensors; safetensors keep it, <c>.npz</c> has no place for it.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>A trained model's weights, biases, normalizations and side tensors; maps of features that can be folded into the weights are.</summary>
    /// <param name="model">The model.</param>
    /// <returns>Tensors such as W1 [units, fan-in], b1 [units], K2.</returns>
    public static NamedTensors Of(NetworkModelParameters model)
    {
        ArgumentNullException.ThrowIfNull(model);
        NamedTensors tensors = new();
        foreach (NetworkTensor tensor in model.GetTensors())
            tensors.Add<float>(NameOf(tensor.Name, tensor.Layer), tensor.Values, tensor.IsVector ? [tensor.Values.Length] : [tensor.Rows, tensor.Columns]);
        tensors.Metadata["network"] = model.Spec.ToString();
        if (model.RuleName is { } rule)
            tensors.Metadata["rule"] = rule;
        return tensors;
    }

    /// <summary>A network's tensors as they are now, in the loop that trains it.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="network">The network.</param>
    /// <returns>Tensors such as W1 [units, fan-in], b1 [units], K2.</returns>
    public static NamedTensors Of<T>(Network<T> network)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        NamedTensors tensors = new();
        foreach (Parameter<T> parameter in network.Parameters.Where(parameter => !parameter.IsEmpty))
            tensors.Add<T>(NameOf(parameter.Name, parameter.Layer), parameter.Values, parameter.Role is ParameterRole.Bias or ParameterRole.Gain or ParameterRole.Shift or ParameterRole.RunningStatistic ? [parameter.Values.Length] : [parameter.Rows, parameter.Columns]);
        tensors.Metadata["network"] = network.Spec.ToString();
        return tensors;
    }

    /// <summary>What a trial noted: the iterations, and each metric as a vector, NaN where a row lacks it.</summary>
    /// <param name="rows">The rows.</param>
    /// <returns>Vectors of one length.</returns>
    public static NamedTensors Of(IReadOnlyList<TrialRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        NamedTensors tensors = new();
        tensors.Add<long>("iteration", [.. rows.Select(row => (long)row.Iteration)], rows.Count);
        foreach (string metric in rows.SelectMany(row => row.Values).Select(value => value.Key).Distinct())
            tensors.Add<double>(metric, [.. rows.Select(row => row.Find(metric) ?? double.NaN)], rows.Count);
        return tensors;
    }

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
        if (name.AsSpan().IndexOfAny("/\\\"'") >= 0)
            throw new ArgumentException($"{name}: a tensor's name has no slashes and quotes", nameof(name));
        if (_tensors.Exists(tensor => tensor.Name == name))
            throw new ArgumentException($"there are two tensors of the name {name}", nameof(name));
        long size = 1;
        foreach (int dimension in shape)
            size *= dimension;
        if (size != values.Length)
            throw new ArgumentException($"{name}: {values.Length} values do not fill the shape [{string.Join(", ", shape.ToArray())}]", nameof(shape));
        ElementType type = ElementType.Of<T>();
        _tensors.Add(new(name, type, shape.ToArray(), MemoryMarshal.AsBytes(values).ToArray()));
        return this;
    }

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

    /// <summary>W1, K2, running-mean1.</summary>
    private static string NameOf(string name, int layer) => string.Create(CultureInfo.InvariantCulture, $"{name.Replace(' ', '-')}{layer}");
}
