using System.Runtime.InteropServices;
using System.Text;
using BioLearn.ML.Hosting;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

/// <summary>
/// The file of a trace: magic "BLTR", version, images, classes, logits, then the activations and the switches, each a
/// count and entries of name, shape and 4-byte values; all little-endian.
/// </summary>
public sealed partial class ForwardTrace
{
    private const uint Magic = 0x52544C42;
    private const int FileVersion = 1;
    private const int MaxEntries = 1 << 20;
    private const int MaxNameBytes = 1 << 16;
    private const int MaxRank = 8;

    /// <summary>Writes the trace beside the file and renames it.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => SafeFile.Write(path, Save);

    /// <summary>Writes the trace to a stream.</summary>
    public void Save(Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(FileVersion);
        writer.Write(Count);
        writer.Write(Classes);
        writer.Write(MemoryMarshal.AsBytes(_logits.AsSpan()));
        WriteEntries(writer, _activations);
        WriteEntries(writer, _switches);
    }

    /// <summary>Reads a trace that <see cref="Save(string)"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or of another version; the message has path and offset.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ForwardTrace Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return new Reader(stream, path).Read();
    }

    /// <summary>Reads a trace from a stream that can seek.</summary>
    /// <exception cref="InvalidDataException">The data are damaged, or of another version.</exception>
    public static ForwardTrace Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new Reader(stream, "the trace").Read();
    }

    private static void WriteEntries<T>(BinaryWriter writer, Dictionary<string, Entry<T>> entries)
        where T : unmanaged
    {
        writer.Write(entries.Count);
        foreach ((string name, Entry<T> entry) in entries)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            writer.Write(bytes.Length);
            writer.Write(bytes);
            writer.Write(entry.Shape.Rank);
            foreach (int d in entry.Shape.Dimensions) writer.Write(d);
            writer.Write(MemoryMarshal.AsBytes(entry.Values.AsSpan()));
        }
    }

    private sealed class Reader(Stream stream, string what)
    {
        public ForwardTrace Read()
        {
            if ((uint)Int("magic", int.MinValue, int.MaxValue) != Magic) throw Error("is not a trace");
            int version = Int("version", int.MinValue, int.MaxValue);
            if (version != FileVersion) throw Error($"has version {version}; {FileVersion} is read by this release");
            int count = Int("number of images", 1, int.MaxValue), classes = Int("number of classes", 1, int.MaxValue);
            return new(count, classes, Values<float>(count, classes), Entries<float>(count), Positions(count));
        }

        private Dictionary<string, Entry<T>> Entries<T>(int count)
            where T : unmanaged
        {
            var entries = new Dictionary<string, Entry<T>>();
            int number = Int("number of tensors", 0, MaxEntries);
            for (int i = 0; i < number; i++)
            {
                string name = Encoding.UTF8.GetString(Values<byte>(Int("length of a name", 0, MaxNameBytes), 1));
                TensorShape shape = Shape();
                if (!entries.TryAdd(name, new(shape, Values<T>(count, shape.Count)))) throw Error($"holds \"{name}\" twice");
            }
            return entries;
        }

        private Dictionary<string, Entry<int>> Positions(int count)
        {
            Dictionary<string, Entry<int>> entries = Entries<int>(count);
            foreach ((string name, Entry<int> entry) in entries)
            {
                if (entry.Values.AsSpan().ContainsAnyExceptInRange(0, int.MaxValue)) throw Error($"holds a negative switch in \"{name}\"");
            }
            return stream.Position == stream.Length ? entries : throw Error("goes on after its end");
        }

        private TensorShape Shape()
        {
            var dims = new int[Int("number of dimensions", 1, MaxRank)];
            long size = 1;
            for (int i = 0; i < dims.Length; i++)
            {
                dims[i] = Int("dimension", 1, int.MaxValue);
                size *= dims[i];
                if (size > int.MaxValue) throw Error("holds a tensor that is too large");
            }
            return new TensorShape(dims);
        }

        // The data present are compared with the length claimed before memory is taken.
        private T[] Values<T>(int count, int size)
            where T : unmanaged
        {
            long length = (long)count * size;
            if (length > Array.MaxLength || length * Marshal.SizeOf<T>() > stream.Length - stream.Position) throw Error($"ends before {length} values");
            T[] values = GC.AllocateUninitializedArray<T>((int)length);
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        private int Int(string of, int min, int max)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            if (stream.Length - stream.Position < sizeof(int)) throw Error("ends too early");
            stream.ReadExactly(bytes);
            int value = BitConverter.ToInt32(bytes);
            return value >= min && value <= max ? value : throw Error($"has a {of} of {value}");
        }

        private InvalidDataException Error(string problem) => new($"{what}, offset {stream.Position}: {problem}");
    }
}
