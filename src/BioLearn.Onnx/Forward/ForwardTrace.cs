using System.Numerics.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

/// <summary>
/// What one forward pass leaves behind for the way back: the activations of chosen levels, the switches of the
/// max-pools (which cell of each window held the maximum), and the logits, for a batch of images.
/// </summary>
public sealed partial class ForwardTrace
{
    private readonly Dictionary<string, Entry<float>> _activations;
    private readonly Dictionary<string, Entry<int>> _switches;
    private readonly float[] _logits;

    internal ForwardTrace(int count, int classes, float[] logits, Dictionary<string, Entry<float>> activations, Dictionary<string, Entry<int>> switches)
    {
        Count = count;
        Classes = classes;
        _logits = logits;
        _activations = activations;
        _switches = switches;
    }

    /// <summary>Values of one tensor for all samples, one sample after the other.</summary>
    internal readonly record struct Entry<T>(TensorShape Shape, T[] Values)
        where T : unmanaged
    {
        public ReadOnlySpan<T> Sample(int sample) => Values.AsSpan(sample * Shape.Count, Shape.Count);
    }

    /// <summary>Number of images.</summary>
    public int Count { get; }

    /// <summary>Number of output units.</summary>
    public int Classes { get; }

    /// <summary>Names of the tensors whose activations are held.</summary>
    public IReadOnlyCollection<string> ActivationNames => _activations.Keys;

    /// <summary>Names of the max-pool outputs whose switches are held.</summary>
    public IReadOnlyCollection<string> SwitchNames => _switches.Keys;

    /// <summary>Memory that the trace holds: 4 bytes for each activation, switch and logit.</summary>
    public long SizeInBytes => 4L * (_logits.LongLength + _activations.Values.Sum(e => e.Values.LongLength) + _switches.Values.Sum(e => e.Values.LongLength));

    /// <summary>Raw outputs of the network for one image, before any Softmax.</summary>
    public ReadOnlySpan<float> Logits(int sample) => _logits.AsSpan(Checked(sample) * Classes, Classes);

    /// <summary>The class with the largest logit; the lowest index among equals.</summary>
    public int PredictedClass(int sample)
    {
        ReadOnlySpan<float> logits = Logits(sample);
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best]) best = i;
        }
        return best;
    }

    /// <summary>Activation of a tensor for one image, row-major in its shape.</summary>
    /// <exception cref="InvalidOperationException">The trace does not hold this tensor.</exception>
    public ReadOnlySpan<float> Activation(string tensorName, int sample) =>
        _activations.TryGetValue(tensorName, out Entry<float> entry)
            ? entry.Sample(Checked(sample))
            : throw new InvalidOperationException($"the trace does not hold the activation of \"{tensorName}\"; it holds {Names(_activations.Keys)}");

    /// <summary>Activation of a level for one image, row-major in the level's shape.</summary>
    /// <exception cref="InvalidOperationException">The trace does not hold this level.</exception>
    public ReadOnlySpan<float> Activation(TraceLevel level, int sample)
    {
        ArgumentNullException.ThrowIfNull(level);
        return level.Kind == TraceLevelKind.Output ? Logits(sample) : Activation(level.TensorName, sample);
    }

    /// <summary>
    /// Switches of a max-pool for one image, in the shape of the pool's output: the position y * width + x in the plane
    /// of the pool's input (padding not counted) where each window has its first maximum.
    /// </summary>
    /// <exception cref="InvalidOperationException">The trace does not hold the switches of this pool.</exception>
    public ReadOnlySpan<int> Switches(string poolOutputName, int sample) =>
        _switches.TryGetValue(poolOutputName, out Entry<int> entry)
            ? entry.Sample(Checked(sample))
            : throw new InvalidOperationException($"the trace does not hold the switches of pool \"{poolOutputName}\"; it holds {Names(_switches.Keys)}");

    /// <summary>True if the activation of this tensor is held.</summary>
    public bool HoldsActivation(string tensorName) => _activations.ContainsKey(tensorName);

    /// <summary>True if the switches of the max-pool with this output are held.</summary>
    public bool HoldsSwitches(string poolOutputName) => _switches.ContainsKey(poolOutputName);

    /// <summary>The first held tensor, or the output, that is infinite or not a number for an image; null if all are finite.</summary>
    /// <param name="sample">The image, from 0.</param>
    public string? FindNonFinite(int sample)
    {
        foreach ((string name, Entry<float> entry) in _activations)
        {
            if (!TensorPrimitives.IsFiniteAll(entry.Sample(Checked(sample)))) return name;
        }
        return TensorPrimitives.IsFiniteAll(Logits(sample)) ? null : "output";
    }

    /// <summary>A copy of the trace of some of the images.</summary>
    /// <param name="start">First image.</param>
    /// <param name="count">Number of images, at least 1.</param>
    public ForwardTrace Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + count, Count, nameof(count));
        return new(
            count,
            Classes,
            _logits[(start * Classes)..((start + count) * Classes)],
            _activations.ToDictionary(e => e.Key, e => Part(e.Value, start, count)),
            _switches.ToDictionary(e => e.Key, e => Part(e.Value, start, count)));
    }

    /// <summary>The array that holds a tensor's activations for all samples, or null.</summary>
    internal float[]? ActivationBuffer(string tensorName) => _activations.TryGetValue(tensorName, out Entry<float> entry) ? entry.Values : null;

    /// <summary>The array that holds a pool's switches for all samples, or null.</summary>
    internal int[]? SwitchBuffer(string poolOutputName) => _switches.TryGetValue(poolOutputName, out Entry<int> entry) ? entry.Values : null;

    /// <summary>An array of the right length: the old one if it fits.</summary>
    internal static T[] Buffer<T>(T[]? old, int length)
        where T : unmanaged => old?.Length == length ? old : GC.AllocateUninitializedArray<T>(length);

    private static Entry<T> Part<T>(Entry<T> entry, int start, int count)
        where T : unmanaged => new(entry.Shape, entry.Values[(start * entry.Shape.Count)..((start + count) * entry.Shape.Count)]);

    private static string Names(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";

    private int Checked(int sample) => (uint)sample < (uint)Count ? sample : throw new ArgumentOutOfRangeException(nameof(sample), sample, $"must be 0 to {Count - 1}");
}
