using System.Runtime.InteropServices;

namespace BioLearn.ML.Networks;

/// <summary>Going on where another trainer stopped.</summary>
public sealed partial class NetworkTrainer<T>
{
    /// <summary>
    /// Writes where the training stands: parameters, side tensors, the optimizer's memory, epochs and steps. A trainer of the same network, rule and
    /// optimizer that reads it goes on to the same bits as if there had been no stop. For checkpoints of loops of one's own, between two steps; models that
    /// last are saved by ML.NET.
    /// </summary>
    /// <param name="writer">Where to.</param>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Epoch);
        writer.Write(Steps);
        writer.Write(LearningRateFactor);
        foreach (Parameter<T> parameter in Network.Parameters)
            Write(writer, parameter.Key, parameter.Numbers);
        IReadOnlyList<TensorMemory<T>> memory = Remember();
        writer.Write(memory.Count);
        foreach (TensorMemory<T> tensor in memory)
        {
            writer.Write(tensor.Steps);
            Write(writer, tensor.Key, tensor.First);
            writer.Write(tensor.Second is not null);
            if (tensor.Second is not null)
                Write(writer, tensor.Key, tensor.Second);
        }
    }

    /// <summary>Reads what <see cref="SaveState"/> wrote, before the first step.</summary>
    /// <param name="reader">Where from.</param>
    /// <exception cref="InvalidDataException">It was written of another network.</exception>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        int epochs = reader.ReadInt32();
        long steps = reader.ReadInt64();
        LearningRateFactor = reader.ReadDouble();
        foreach (Parameter<T> parameter in Network.Parameters)
            Read(reader, parameter.Key, parameter.Values);
        Dictionary<string, int> lengths = Network.Parameters.ToDictionary(p => p.Key, p => p.Length);
        TensorMemory<T>[] memory = new TensorMemory<T>[reader.ReadInt32()];
        for (int i = 0; i < memory.Length; i++)
        {
            int made = reader.ReadInt32();
            string key = reader.ReadString();
            if (!lengths.TryGetValue(key, out int length))
                throw new InvalidDataException($"The optimizer remembers the tensor {key}; the network has {string.Join(", ", lengths.Keys)}.");
            T[] first = new T[length];
            ReadNumbers(reader, key, first);
            T[]? second = null;
            if (reader.ReadBoolean())
                Read(reader, key, second = new T[length]);
            memory[i] = new TensorMemory<T>(key, made, first, second);
        }
        GoOn(epochs, steps, memory);
        _good.Take();
    }

    /// <summary>Copies of what the optimizer remembers.</summary>
    internal IReadOnlyList<TensorMemory<T>> Remember() => _optimizer.Remember();

    /// <summary>Counts on from another trainer's epochs and steps, with its optimizer's memory. Before the first step.</summary>
    internal void GoOn(int epochs, long steps, IEnumerable<TensorMemory<T>>? memory)
    {
        Epoch = epochs;
        Context.Number = steps - 1;
        _optimizer.Recall(memory ?? [], Network.Parameters);
    }

    private static void Write(BinaryWriter writer, string key, ReadOnlySpan<T> numbers)
    {
        writer.Write(key);
        writer.Write(numbers.Length);
        writer.Write(MemoryMarshal.AsBytes(numbers));
    }

    private static void Read(BinaryReader reader, string key, Span<T> numbers)
    {
        string found = reader.ReadString();
        if (found != key)
            throw new InvalidDataException($"The state has the tensor {found}; expected {key}.");
        ReadNumbers(reader, key, numbers);
    }

    private static void ReadNumbers(BinaryReader reader, string key, Span<T> numbers)
    {
        int length = reader.ReadInt32();
        if (length != numbers.Length)
            throw new InvalidDataException($"The state has {length} numbers of the tensor {key}; expected {numbers.Length}.");
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(numbers));
    }
}
