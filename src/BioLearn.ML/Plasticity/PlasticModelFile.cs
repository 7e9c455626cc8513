using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using BioLearn.ML.Hosting;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity;

/// <summary>
/// The file of a plastic network, a <see cref="CheckedFile"/> "BLPN": bytes an element, options as JSON, parameters; then, unless it was saved
/// without, the state of its training: updates done, the optimizer's memory, the history. All sizes follow
/// from the options and are checked against the file's before memory is taken.
/// </summary>
internal static class PlasticModelFile
{
    private const int Version = 2;
    private const int LargestOptions = 1 << 16;

    private static ReadOnlySpan<byte> Magic => "BLPN"u8;

    /// <summary>Writes a file.</summary>
    public static void Write(BinaryWriter writer, Action<BinaryWriter> write) => CheckedFile.Write(writer, Magic, Version, write);

    /// <summary>Opens a file of this or an earlier version.</summary>
    public static BinaryReader Open(BinaryReader file) => CheckedFile.Open(file, Magic, Version, "a plastic network");

    public static void WriteNetwork<T>(BinaryWriter writer, PlasticTrainerOptions options, PlasticRecurrentNetwork<T> network)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        writer.Write(Unsafe.SizeOf<T>());
        byte[] json = Encoding.UTF8.GetBytes(OptionsJson.Text(options));
        writer.Write(json.Length);
        writer.Write(json);
        foreach (var tensor in Tensors(network))
        {
            for (int row = 0; row < tensor.Rows; row++)
                writer.Write(MemoryMarshal.AsBytes<T>(tensor.Row(row)));
        }
    }

    public static (PlasticTrainerOptions Options, PlasticRecurrentNetwork<T> Network) ReadNetwork<T>(BinaryReader reader)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var options = ReadOptions(reader, Unsafe.SizeOf<T>());
        var shape = options.NetworkOfTask;
        long elements = (long)shape.Neurons * shape.Neurons * (shape.Sharing == PlasticitySharing.Free ? 2 : 1);
        RequireBytes(reader, elements * Unsafe.SizeOf<T>());
        var network = new PlasticRecurrentNetwork<T>(shape);
        foreach (var tensor in Tensors(network))
        {
            for (int row = 0; row < tensor.Rows; row++)
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(tensor.Row(row)));
        }

        network.Refresh();
        return (options, network);
    }

    public static void WriteTraining<T>(BinaryWriter writer, PlasticRecurrentTrainer<T> trainer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        writer.Write(true);
        writer.Write(trainer.UpdatesDone);
        foreach (T[] moments in trainer.Optimizer.Memory)
            writer.Write(MemoryMarshal.AsBytes<T>(moments));
        writer.Write(MemoryMarshal.AsBytes(trainer.History.AbsoluteErrors));
        writer.Write(MemoryMarshal.AsBytes(trainer.History.WrongSigns));
    }

    public static void WriteNoTraining(BinaryWriter writer) => writer.Write(false);

    /// <summary>Updates done, if the file has the state of a training.</summary>
    public static int ReadUpdatesDone(BinaryReader reader)
    {
        if (!reader.ReadBoolean())
            throw new InvalidDataException("the network was saved without the state of its training: it can be used, not trained on");
        int done = reader.ReadInt32();
        return done >= 0 ? done : throw new InvalidDataException($"{done} updates done");
    }

    public static void ReadTraining<T>(BinaryReader reader, PlasticRecurrentTrainer<T> trainer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (T[] moments in trainer.Optimizer.Memory)
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(moments.AsSpan()));
        trainer.Optimizer.Steps = trainer.UpdatesDone;
        RequireBytes(reader, trainer.UpdatesDone * 2L * sizeof(float));
        var (absoluteErrors, wrongSigns) = (new float[trainer.UpdatesDone], new float[trainer.UpdatesDone]);
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(absoluteErrors.AsSpan()));
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(wrongSigns.AsSpan()));
        for (int update = 0; update < trainer.UpdatesDone; update++)
            trainer.History.Add(absoluteErrors[update], wrongSigns[update]);
    }

    private static PlasticTrainerOptions ReadOptions(BinaryReader reader, int elementSize)
    {
        int size = reader.ReadInt32();
        if (size != elementSize)
            throw new InvalidDataException($"elements of {size} bytes, expected {elementSize}: {(size == sizeof(double) ? "it was trained in double" : "it was trained in float")}");
        int length = reader.ReadInt32();
        if (length is < 2 or > LargestOptions)
            throw new InvalidDataException($"options of {length} bytes");
        byte[] json = reader.ReadBytes(length);
        try
        {
            var options = OptionsJson.Read<PlasticTrainerOptions>(Encoding.UTF8.GetString(json));
            options.Validate();
            return options;
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"options: {e.Message}", e);
        }
    }

    private static void RequireBytes(BinaryReader reader, long bytes)
    {
        long left = reader.BaseStream.Length - reader.BaseStream.Position;
        if (left < bytes)
            throw new InvalidDataException($"{left} bytes left where {bytes} are needed");
    }

    private static ParameterTensor<T>[] Tensors<T>(PlasticRecurrentNetwork<T> network)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [network.Weights, network.Alpha, network.Eta];
}
