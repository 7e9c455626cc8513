using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>Memory that rules keep from step to step under names, made at the first call.</summary>
internal sealed class WorkingMemory<T>(int capacity) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<(string Name, int Layer), NativeBuffer<T>> _buffers = [];
    private readonly Dictionary<string, IDisposable> _resources = [];

    /// <summary>[batch, width]; the same name and layer give the same memory in every step, zero at first.</summary>
    public unsafe Signal<T> Signal(string name, int layer, int batch, int width)
    {
        if (!_buffers.TryGetValue((name, layer), out NativeBuffer<T>? buffer))
            _buffers[(name, layer)] = buffer = new NativeBuffer<T>(checked(capacity * width));
        return new Signal<T>(buffer.Pointer, batch, width);
    }

    /// <summary>Something larger that a rule keeps.</summary>
    public TResource Resource<TResource, TArgument>(string name, TArgument argument, Func<TArgument, int, TResource> make)
        where TResource : class, IDisposable
    {
        if (!_resources.TryGetValue(name, out IDisposable? resource))
            _resources[name] = resource = make(argument, capacity);
        return (TResource)resource;
    }

    public void Dispose()
    {
        foreach (NativeBuffer<T> buffer in _buffers.Values)
            buffer.Dispose();
        foreach (IDisposable resource in _resources.Values)
            resource.Dispose();
    }
}
