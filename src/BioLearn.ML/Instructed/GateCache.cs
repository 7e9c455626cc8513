using System.Numerics;
using System.Runtime.InteropServices;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Instructed;

/// <summary>
/// The gates of instructions that were met while nobody taught the network, kept from batch to batch. Each instruction is passed down by itself,
/// so that its gates do not depend on what else is in the batch.
/// </summary>
internal sealed class GateCache<T>(NetworkSpec spec) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Numbers that are kept before the cache begins anew.</summary>
    private const long Most = 1 << 25;

    private readonly Layer[] _gated = [.. spec.InstructedLayers];
    private readonly Dictionary<InstructionKey, int> _rows = [];
    private readonly List<object> _keys = [];
    private NativeBuffer<T>[] _gates = [];
    private int[] _rowOfSample = [], _rowOfVector = [];
    private int _capacity;
    private long _version = -1;

    public void Use(LearningContext<T> step, Action<Signal<T>> pass)
    {
        BatchInstructions<T> instructions = step.Instructions!;
        Signal<T> vectors = instructions.Vectors;
        long numbers = _gated.Sum(l => (long)l.Output.Size);
        if ((_rows.Count + vectors.Batch) * numbers > Most && _rows.Count > 0)
            Clear();
        Array.Resize(ref _rowOfVector, Math.Max(_rowOfVector.Length, vectors.Batch));
        Array.Resize(ref _rowOfSample, Math.Max(_rowOfSample.Length, step.Batch));
        for (int i = 0; i < vectors.Batch; i++)
            _rowOfVector[i] = RowOf(step, vectors.Take(i, 1), pass);
        for (int b = 0; b < step.Batch; b++)
            _rowOfSample[b] = _rowOfVector[instructions.OfSample[b]];
        for (int i = 0; i < _gated.Length; i++)
            step.UseGates(_gated[i].Index, new Signal<T>(_gates[i], _rows.Count, _gated[i].Output.Size), _rowOfSample.AsSpan(0, step.Batch));
    }

    /// <summary>Something that stands for a row of gates as long as it is kept.</summary>
    public object KeyOf(int row) => _keys[row];

    /// <summary>Forgets all gates if the weights have moved since.</summary>
    public void Expect(long version)
    {
        if (_version != version)
            Clear();
        _version = version;
    }

    public void Dispose()
    {
        foreach (NativeBuffer<T> buffer in _gates)
            buffer.Dispose();
    }

    private void Clear()
    {
        _rows.Clear();
        _keys.Clear();
    }

    private int RowOf(LearningContext<T> step, Signal<T> vector, Action<Signal<T>> pass)
    {
        InstructionKey key = new(vector.Span);
        if (_rows.TryGetValue(key, out int row))
            return row;
        row = _rows.Count;
        if (row == _capacity)
            Grow();
        pass(vector);
        for (int i = 0; i < _gated.Length; i++)
        {
            Signal<T> gates = new Signal<T>(_gates[i], _capacity, _gated[i].Output.Size).Take(row, 1);
            TopDownNetwork<T>.GatesOf(TopDownNetwork<T>.Of(step).Arriving(step, _gated[i].Index, 1), gates);
        }
        _rows.Add(key, row);
        _keys.Add(new object());
        return row;
    }

    private void Grow()
    {
        int larger = Math.Max(2, _capacity * 2);
        NativeBuffer<T>[] gates = [.. _gated.Select(l => new NativeBuffer<T>(checked(larger * l.Output.Size)))];
        for (int i = 0; i < _gates.Length; i++)
        {
            _gates[i].Span.CopyTo(gates[i].Span);
            _gates[i].Dispose();
        }
        (_gates, _capacity) = (gates, larger);
    }

    /// <summary>An instruction by its bits.</summary>
    private readonly struct InstructionKey : IEquatable<InstructionKey>
    {
        private readonly byte[] _bits;
        private readonly int _hash;

        public InstructionKey(ReadOnlySpan<T> vector)
        {
            _bits = MemoryMarshal.AsBytes(vector).ToArray();
            HashCode hash = default;
            hash.AddBytes(_bits);
            _hash = hash.ToHashCode();
        }

        public bool Equals(InstructionKey other) => _hash == other._hash && _bits.AsSpan().SequenceEqual(other._bits);

        public override bool Equals(object? obj) => obj is InstructionKey other && Equals(other);

        public override int GetHashCode() => _hash;
    }
}
