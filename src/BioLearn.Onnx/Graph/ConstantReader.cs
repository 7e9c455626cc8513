using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using BioLearn.Kernels.Elementwise;
using BioLearn.Onnx.Graph.Wire;
using Google.Protobuf;

namespace BioLearn.Onnx.Graph;

/// <summary>
/// Turns a stored tensor of any numeric type into floats or integers. Sizes are compared with the data present before
/// anything is allocated.
/// </summary>
internal sealed class ConstantReader(string? file)
{
    private const int External = 1;

    public OnnxConstant Read(TensorProto tensor)
    {
        int[] dims = Dims(tensor);
        int count = (int)dims.Aggregate(1L, (a, d) => a * d);
        var type = (ElementType)tensor.DataType;
        if (!Enum.IsDefined(type)) throw Error(tensor, $"has element type {tensor.DataType}, which is not a number this library reads");
        if (tensor.DataLocation == External) return FromBytes(type, dims, ReadExternal(tensor, type, count));
        if (tensor.HasRawData)
        {
            ReadOnlySpan<byte> bytes = tensor.RawData.Span;
            if (bytes.Length != (long)count * SizeOf(type)) throw Error(tensor, $"has shape [{string.Join(',', dims)}] of {count} values but {bytes.Length} bytes of data");
            OnnxConstant constant = FromBytes(type, dims, bytes);
            tensor.RawData = ByteString.Empty;
            return constant;
        }
        return FromFields(tensor, type, dims, count);
    }

    private static OnnxConstant FromBytes(ElementType type, int[] dims, ReadOnlySpan<byte> bytes)
    {
        int count = bytes.Length / SizeOf(type);
        if (!IsFloat(type))
        {
            var longs = new long[count];
            for (int i = 0; i < count; i++) longs[i] = Integer(type, bytes[(i * SizeOf(type))..]);
            return new(dims, longs) { Type = type };
        }
        var floats = new float[count];
        if (type == ElementType.Float && BitConverter.IsLittleEndian) bytes.CopyTo(MemoryMarshal.AsBytes(floats.AsSpan()));
        else if (type == ElementType.Float16 && BitConverter.IsLittleEndian) HalfPrecision.Widen(MemoryMarshal.Cast<byte, ushort>(bytes), floats);
        else for (int i = 0; i < count; i++) floats[i] = Real(type, bytes[(i * SizeOf(type))..]);
        return new(dims, floats);
    }

    private OnnxConstant FromFields(TensorProto tensor, ElementType type, int[] dims, int count)
    {
        int present = type switch
        {
            ElementType.Float => tensor.FloatData.Count,
            ElementType.Double => tensor.DoubleData.Count,
            ElementType.Int64 => tensor.Int64Data.Count,
            _ => tensor.Int32Data.Count,
        };
        if (present != count) throw Error(tensor, $"has shape [{string.Join(',', dims)}] of {count} values but {present} are stored");
        return type switch
        {
            ElementType.Float => new(dims, tensor.FloatData.ToArray()),
            ElementType.Double => new(dims, tensor.DoubleData.Select(v => (float)v).ToArray()),
            ElementType.Int64 => new(dims, tensor.Int64Data.ToArray()),
            ElementType.Float16 => new(dims, tensor.Int32Data.Select(v => (float)BitConverter.UInt16BitsToHalf((ushort)v)).ToArray()),
            ElementType.BFloat16 => new(dims, tensor.Int32Data.Select(v => BitConverter.Int32BitsToSingle(v << 16)).ToArray()),
            _ => new OnnxConstant(dims, tensor.Int32Data.Select(v => (long)v).ToArray()) { Type = type },
        };
    }

    private int[] Dims(TensorProto tensor)
    {
        long count = 1;
        foreach (long d in tensor.Dims)
        {
            if (d is < 0 or > int.MaxValue) throw Error(tensor, $"has a dimension of {d}");
            count *= d;
            if (count > Limits.ConstantValues) throw Error(tensor, $"claims more than {Limits.ConstantValues} values");
        }
        if (tensor.Dims.Count > Limits.Rank) throw Error(tensor, $"has {tensor.Dims.Count} dimensions");
        if (count == 0 && tensor.Dims.Count > 1) throw Error(tensor, $"has the empty shape [{string.Join(',', tensor.Dims)}]");
        return [.. tensor.Dims.Select(d => (int)d)];
    }

    /// <summary>Whether a tensor lies in a file beside the model.</summary>
    public static bool IsExternal(TensorProto tensor) => tensor.DataLocation == External;

    /// <summary>Bytes that a tensor beside the model has by its shape.</summary>
    public long ExternalLength(TensorProto tensor) => Dims(tensor).Aggregate(1L, (a, d) => a * d) * SizeOf((ElementType)tensor.DataType);

    /// <summary>Puts the bytes of a tensor beside the model into it.</summary>
    public void Embed(TensorProto tensor)
    {
        byte[] bytes = ReadExternal(tensor, (ElementType)tensor.DataType, (int)Dims(tensor).Aggregate(1L, (a, d) => a * d));
        tensor.RawData = UnsafeByteOperations.UnsafeWrap(bytes);
        tensor.DataLocation = 0;
        tensor.ExternalData.Clear();
    }

    // Weights beside the model, as torch.onnx writes them for large models: only a file in the model's own folder, or below it, is opened.
    private byte[] ReadExternal(TensorProto tensor, ElementType type, int count)
    {
        string location = Setting(tensor, "location") ?? throw Error(tensor, "is stored outside the model but names no file");
        long offset = Number(tensor, "offset", 0);
        long length = Number(tensor, "length", (long)count * SizeOf(type));
        if (file is null) throw Error(tensor, $"is stored in \"{location}\"; a model from memory cannot have external weights: load it by its path");
        string[] steps = location.Split('/', '\\');
        if (Path.IsPathRooted(location) || steps.Any(step => step is "" or "." or "..") || location.Contains(':')) throw Error(tensor, $"is stored in \"{location}\", which is not a file in the model's folder");
        if (length != (long)count * SizeOf(type)) throw Error(tensor, $"needs {(long)count * SizeOf(type)} bytes but {length} are stored");
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, Path.Combine(steps));
        if (!System.IO.File.Exists(path)) throw Error(tensor, $"is stored in {path}, which is missing: keep it beside the model");
        using FileStream stream = System.IO.File.OpenRead(path);
        if (offset < 0 || offset + length > stream.Length) throw Error(tensor, $"lies at {offset} to {offset + length} of {path}, which has {stream.Length} bytes");
        stream.Position = offset;
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string? Setting(TensorProto tensor, string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;

    private long Number(TensorProto tensor, string key, long absent) => Setting(tensor, key) is not { } text ? absent
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value
        : throw Error(tensor, $"has an external {key} of \"{text}\"");

    private static bool IsFloat(ElementType type) => type is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16;

    private static float Real(ElementType type, ReadOnlySpan<byte> at) => type switch
    {
        ElementType.Float => BinaryPrimitives.ReadSingleLittleEndian(at),
        ElementType.Double => (float)BinaryPrimitives.ReadDoubleLittleEndian(at),
        ElementType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(at),
        _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(at) << 16),
    };

    private static long Integer(ElementType type, ReadOnlySpan<byte> at) => type switch
    {
        ElementType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(at),
        ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(at),
        ElementType.Int8 => (sbyte)at[0],
        _ => at[0],
    };

    private static int SizeOf(ElementType type) => type switch
    {
        ElementType.Int64 or ElementType.Double => 8,
        ElementType.Float or ElementType.Int32 => 4,
        ElementType.Float16 or ElementType.BFloat16 => 2,
        _ => 1,
    };

    private OnnxModelException Error(TensorProto tensor, string problem) => new($"tensor \"{tensor.Name}\" {problem}", file);
}
