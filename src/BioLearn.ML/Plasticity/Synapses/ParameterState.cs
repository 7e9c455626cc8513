using System.Numerics;
using System.Runtime.InteropServices;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>Parameters and what their optimizer remembers, for trainings that go on later.</summary>
internal static class ParameterState
{
    public static void Write<T>(BinaryWriter writer, IReadOnlyList<ParameterTensor<T>> parameters, ParameterOptimizer<T> optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        writer.Write(optimizer.Steps);
        writer.Write(Length(parameters, optimizer));
        foreach (ParameterTensor<T> parameter in parameters)
            writer.Write(MemoryMarshal.AsBytes(parameter.Values));
        foreach (T[] moments in optimizer.Memory)
            writer.Write(MemoryMarshal.AsBytes<T>(moments));
    }

    /// <exception cref="InvalidDataException">It was written of another network.</exception>
    public static void Read<T>(BinaryReader reader, IReadOnlyList<ParameterTensor<T>> parameters, ParameterOptimizer<T> optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int steps = reader.ReadInt32();
        long length = reader.ReadInt64();
        if (steps < 0 || length != Length(parameters, optimizer))
            throw new InvalidDataException($"a state of {length} numbers after {steps} updates; the network and its optimizer have {Length(parameters, optimizer)}");
        foreach (ParameterTensor<T> parameter in parameters)
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(parameter.Values));
        foreach (T[] moments in optimizer.Memory)
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(moments.AsSpan()));
        optimizer.Steps = steps;
    }

    private static long Length<T>(IReadOnlyList<ParameterTensor<T>> parameters, ParameterOptimizer<T> optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => parameters.Sum(p => (long)p.Values.Length) + optimizer.Memory.Sum(moments => (long)moments.Length);
}
