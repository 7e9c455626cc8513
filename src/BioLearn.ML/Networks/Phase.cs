using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>
/// One state of a network's units for a mini-batch, such as "clean", "noisy", "free" or "nudged": per layer the pre-activation a,
/// the activity of the units φ(a), and what the next layer reads, h (after pooling).
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed unsafe class Phase<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NativeBuffer<T>[] _preActivation;
    private readonly NativeBuffer<T>[] _units;
    private readonly NativeBuffer<T>?[] _pooled;
    private readonly NativeBuffer<int>?[] _winners;
    private readonly NetworkSpec _spec;

    internal Phase(string name, NetworkSpec spec, int capacity)
    {
        Name = name;
        _spec = spec;
        _preActivation = [.. spec.Synaptic.Select(l => new NativeBuffer<T>(checked(capacity * l.Units.Size)))];
        _units = [.. spec.Synaptic.Select(l => new NativeBuffer<T>(checked(capacity * l.Units.Size)))];
        _pooled = [.. spec.Synaptic.Select(l => l.Pooling == Pooling.None ? null : new NativeBuffer<T>(checked(capacity * l.Output.Size)))];
        _winners = [.. spec.Synaptic.Select(l => l.Pooling == Pooling.Max ? new NativeBuffer<int>(checked(capacity * l.Output.Size)) : null)];
    }

    /// <summary>Name of the phase.</summary>
    public string Name { get; }

    /// <summary>Samples in the present mini-batch.</summary>
    public int Batch { get; internal set; }

    internal Signal<T> Input { get; set; }

    /// <summary>a_l, [batch, units].</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The view.</returns>
    public Signal<T> PreActivation(int layer) => View(_preActivation[layer - 1], _spec.Synaptic[layer - 1].Units.Size);

    /// <summary>φ(a_l) before pooling; for the last layer the network's output y. [batch, units].</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The view.</returns>
    public Signal<T> Units(int layer) => View(_units[layer - 1], _spec.Synaptic[layer - 1].Units.Size);

    /// <summary>h_l, what the next layer reads; h_0 is the input. [batch, outputs of the layer].</summary>
    /// <param name="layer">Layer l, from 0.</param>
    /// <returns>The view.</returns>
    public Signal<T> Activity(int layer)
    {
        if (layer == 0)
            return Input;
        return _pooled[layer - 1] is { } pooled ? View(pooled, _spec.Synaptic[layer - 1].Output.Size) : Units(layer);
    }

    internal Span<int> Winners(int layer) => _winners[layer - 1]!.Span[..(Batch * _spec.Synaptic[layer - 1].Output.Size)];

    /// <summary>Releases the memory.</summary>
    public void Dispose()
    {
        foreach (NativeBuffer<T>? buffer in _preActivation.Concat(_units).Concat(_pooled))
            buffer?.Dispose();
        foreach (NativeBuffer<int>? buffer in _winners)
            buffer?.Dispose();
    }

    private Signal<T> View(NativeBuffer<T> buffer, int width) => new(buffer.Pointer, Batch, width);
}
