using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>
/// One state of a network's units for a mini-batch, such as "clean", "noisy", "free" or "nudged": per layer the pre-activation a,
/// the activity of the units φ(a), and what its readers see, h (after pooling and gates).
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed unsafe class Phase<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NativeBuffer<T>?[] _sums;
    private readonly NativeBuffer<T>[] _preActivation;
    private readonly NativeBuffer<T>[] _units;
    private readonly NativeBuffer<T>?[] _output;
    private readonly NativeBuffer<int>?[] _winners;
    private readonly NormalizationState<T>?[] _normalizations;
    private readonly NetworkSpec _spec;

    internal Phase(string name, NetworkSpec spec, int capacity)
    {
        Name = name;
        _spec = spec;
        _sums = [.. spec.Graph.Select(l => l.Normalization is null ? null : Units(l))];
        _preActivation = [.. spec.Graph.Select(Units)];
        _units = [.. spec.Graph.Select(Units)];
        _output = [.. spec.Graph.Select(l => l.Readout is null && l.Gating is null ? null : new NativeBuffer<T>(checked(capacity * l.Output.Size)))];
        _winners = [.. spec.Graph.Select(l => l.Readout is { HasWinners: true } ? new NativeBuffer<int>(checked(capacity * l.Output.Size)) : null)];
        _normalizations = [.. spec.Graph.Select(l => l.Normalization?.CreateState<T>(capacity))];

        NativeBuffer<T> Units(Layer layer) => new(checked(capacity * layer.Units.Size));
    }

    /// <summary>Name of the phase.</summary>
    public string Name { get; }

    /// <summary>Samples in the present mini-batch.</summary>
    public int Batch { get; internal set; }

    internal Signal<T> Input { get; set; }

    /// <summary>a_l, [batch, units].</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The view.</returns>
    public Signal<T> PreActivation(int layer) => View(_preActivation[layer - 1], _spec.Graph[layer - 1].Units.Size);

    /// <summary>φ(a_l) before pooling and gates; for the last layer the network's output y. [batch, units].</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The view.</returns>
    public Signal<T> Units(int layer) => View(_units[layer - 1], _spec.Graph[layer - 1].Units.Size);

    /// <summary>h_l, what readers see; h_0 is the input. [batch, outputs of the layer].</summary>
    /// <param name="layer">Layer l, from 0.</param>
    /// <returns>The view.</returns>
    public Signal<T> Activity(int layer)
    {
        if (layer == 0)
            return Input;
        return _output[layer - 1] is { } output ? View(output, _spec.Graph[layer - 1].Output.Size) : Units(layer);
    }

    /// <summary>What layer l reads: h of its source, [batch, inputs of the layer]; in a chain h_{l-1}.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The view.</returns>
    public Signal<T> ReadBy(int layer) => Activity(_spec.Graph[layer - 1].Source);

    /// <summary>W_l h + b_l; the pre-activation itself where nothing normalizes it.</summary>
    internal Signal<T> Sums(int layer) => _sums[layer - 1] is { } sums ? View(sums, _spec.Graph[layer - 1].Units.Size) : PreActivation(layer);

    internal NormalizationState<T>? Normalization(int layer) => _normalizations[layer - 1];

    internal Span<int> Winners(int layer) => _winners[layer - 1] is { } winners ? winners.Span[..(Batch * _spec.Graph[layer - 1].Output.Size)] : default;

    /// <summary>Releases the memory.</summary>
    public void Dispose()
    {
        foreach (NativeBuffer<T>? buffer in _preActivation.Concat(_units).Concat(_output).Concat(_sums))
            buffer?.Dispose();
        foreach (NativeBuffer<int>? buffer in _winners)
            buffer?.Dispose();
        foreach (NormalizationState<T>? normalization in _normalizations)
            normalization?.Dispose();
    }

    private Signal<T> View(NativeBuffer<T> buffer, int width) => new(buffer.Pointer, Batch, width);
}
