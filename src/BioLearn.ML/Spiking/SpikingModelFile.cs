using System.Runtime.InteropServices;
using System.Text;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Spiking;

/// <summary>
/// The file of a spiking network, a <see cref="CheckedFile"/> "BLSN": options as JSON, weights of each convolution; then, in a checkpoint, the state of the
/// training. Sizes follow from the options and are checked against the file's before memory is taken.
/// </summary>
internal static class SpikingModelFile
{
    private const int Version = 2;
    private const int LargestOptions = 1 << 20;

    private static ReadOnlySpan<byte> Magic => "BLSN"u8;

    public static void Write(BinaryWriter writer, SpikingStructure structure, SpikingTrainingState? training = null) => CheckedFile.Write(writer, Magic, Version, contents => WriteContents(contents, structure, training));

    private static void WriteContents(BinaryWriter writer, SpikingStructure structure, SpikingTrainingState? training)
    {
        byte[] json = Encoding.UTF8.GetBytes(OptionsJson.Text(structure.Options));
        writer.Write(json.Length);
        writer.Write(json);
        foreach (int layer in structure.Convolutions)
            writer.Write(MemoryMarshal.AsBytes(structure.Weights(layer).AsSpan()));
        writer.Write(training is not null);
        if (training is not { } state)
            return;
        writer.Write(state.Iteration);
        writer.Write(state.Potentiation);
        writer.Write(state.Depression);
        writer.Write(state.DataHash);
    }

    public static SpikingStructure Read(BinaryReader reader) => ReadTraining(reader).Structure;

    /// <exception cref="InvalidDataException">The stream holds something else, or a damaged network.</exception>
    public static (SpikingStructure Structure, SpikingTrainingState? Training) ReadTraining(BinaryReader file)
    {
        BinaryReader reader = CheckedFile.Open(file, Magic, Version, "a spiking network");
        var options = ReadOptions(reader);
        var planes = options.Planes();
        int[] counts = [.. Enumerable.Range(0, options.Layers.Count).Select(layer => SpikingStructure.WeightCount(options, planes, layer))];
        long bytes = counts.Sum(count => (long)count * sizeof(float));
        long left = reader.BaseStream.Length - reader.BaseStream.Position;
        if (left < bytes)
            throw new InvalidDataException($"{left} bytes left where the weights need {bytes}");
        float[]?[] weights = new float[counts.Length][];
        for (int layer = 0; layer < counts.Length; layer++)
        {
            if (counts[layer] == 0)
                continue;
            float[] values = weights[layer] = new float[counts[layer]];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            if (!Array.TrueForAll(values, float.IsFinite))
                throw new InvalidDataException($"a weight of layer {layer + 1} is not finite");
        }

        var training = reader.ReadBoolean()
            ? new SpikingTrainingState(reader.ReadInt32(), reader.ReadSingle(), reader.ReadSingle(), reader.ReadUInt64())
            : (SpikingTrainingState?)null;
        if (training is { } state && (state.Iteration < 0 || state.Iteration > options.Iterations))
            throw new InvalidDataException($"iteration {state.Iteration} of {options.Iterations}");
        return (new(options, weights), training);
    }

    private static SpikingNetworkOptions ReadOptions(BinaryReader reader)
    {
        int length = reader.ReadInt32();
        if (length is < 2 or > LargestOptions)
            throw new InvalidDataException($"options of {length} bytes");
        try
        {
            var options = OptionsJson.Read<SpikingNetworkOptions>(Encoding.UTF8.GetString(reader.ReadBytes(length)));
            options.Validate();
            return options;
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"options: {e.Message}", e);
        }
    }
}

/// <summary>Where a training stands.</summary>
/// <param name="Iteration">Iterations done.</param>
/// <param name="Potentiation">a₊ of the learning layer.</param>
/// <param name="Depression">a₋ of the learning layer.</param>
/// <param name="DataHash">A hash of the input spikes of all pictures.</param>
internal readonly record struct SpikingTrainingState(int Iteration, float Potentiation, float Depression, ulong DataHash);
