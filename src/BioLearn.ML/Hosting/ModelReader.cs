using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace BioLearn.ML.Hosting;

/// <summary>
/// Reads what <see cref="ModelWriter"/> wrote. Checksums are compared first, and every length with the bytes that are there before memory is
/// taken for it. Models of format 1, which had no checksums, are read as well.
/// </summary>
public sealed class ModelReader
{
    private readonly object _loadContext;
    private readonly int _format;
    private readonly string _prefix = "";

    private ModelReader(object loadContext, int format, BinaryReader fields)
    {
        _loadContext = loadContext;
        _format = format;
        Fields = fields;
        AssemblyName = fields.ReadString();
        ComponentName = fields.ReadString();
        ComponentVersion = fields.ReadInt32();
    }

    private ModelReader(ModelReader parent, string part)
    {
        _loadContext = parent._loadContext;
        _format = parent._format;
        _prefix = $"{parent._prefix}{part}.";
        Fields = parent.Fields;
        AssemblyName = parent.AssemblyName;
        ComponentName = parent.ComponentName;
        ComponentVersion = parent.ComponentVersion;
    }

    /// <summary>The component's fields, in the order in which they were written.</summary>
    public BinaryReader Fields { get; }

    /// <summary>Version of what the component saved.</summary>
    public int ComponentVersion { get; }

    /// <summary>Simple name of the assembly that saved the component.</summary>
    internal string AssemblyName { get; }

    internal string ComponentName { get; }

    /// <exception cref="InvalidDataException">The fields are not those that were written.</exception>
    internal static ModelReader Open(object loadContext)
    {
        BinaryReader reader = MlNetInterop.Reader(loadContext);
        try
        {
            int format = reader.ReadInt32();
            return format switch
            {
                1 => new(loadContext, format, reader),
                ModelWriter.FormatVersion => new(loadContext, format, Checked(reader)),
                _ => throw new InvalidDataException($"BioLearn model format {format} was found, 1 to {ModelWriter.FormatVersion} were expected; the model was saved by a newer version or is damaged."),
            };
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException("A BioLearn component of the saved model is cut off before its name.", e);
        }
    }

    private static BinaryReader Checked(BinaryReader reader)
    {
        int length = reader.ReadInt32();
        if (length < 0 || length > reader.BaseStream.Length - reader.BaseStream.Position - SHA256.HashSizeInBytes)
            throw new InvalidDataException($"A BioLearn component of the saved model declares {length} bytes of fields and has {reader.BaseStream.Length - reader.BaseStream.Position}.");
        byte[] fields = reader.ReadBytes(length);
        if (!SHA256.HashData(fields).AsSpan().SequenceEqual(reader.ReadBytes(SHA256.HashSizeInBytes)))
            throw new InvalidDataException("The fields of a BioLearn component of the saved model are damaged: their checksum differs.");
        return new BinaryReader(new MemoryStream(fields, writable: false), Encoding.UTF8);
    }

    /// <summary>A reader for one part of the component, as <see cref="ModelWriter.Within"/> wrote it.</summary>
    /// <param name="part">The part.</param>
    public ModelReader Within(string part) => new(this, part);

    /// <summary>Refuses a component that a newer version has written.</summary>
    /// <param name="newest">The newest version that can be read.</param>
    public void RequireVersion(int newest)
    {
        if (ComponentVersion < 1 || ComponentVersion > newest)
            throw Damaged($"version {ComponentVersion} was found, 1 to {newest} can be read");
    }

    /// <summary>A whole number between <paramref name="minimum"/> and <paramref name="maximum"/>, or the file is damaged.</summary>
    /// <param name="what">What is counted, for the error.</param>
    /// <param name="minimum">The least.</param>
    /// <param name="maximum">The most.</param>
    public int ReadCount(string what, int minimum, int maximum)
    {
        int value = Fields.ReadInt32();
        return value >= minimum && value <= maximum ? value : throw Damaged($"{what} is {value}, expected {minimum} to {maximum}");
    }

    /// <summary>The number of items that follow, each at least <paramref name="bytesEach"/> bytes long.</summary>
    /// <param name="what">What is counted, for the error.</param>
    /// <param name="bytesEach">The least that an item takes.</param>
    public int ReadLength(string what, int bytesEach)
    {
        long left = (Fields.BaseStream.Length - Fields.BaseStream.Position) / bytesEach;
        return ReadCount(what, 0, (int)Math.Min(left, int.MaxValue));
    }

    /// <summary>A string that may be null.</summary>
    public string? ReadOptional() => Fields.ReadBoolean() ? Fields.ReadString() : null;

    /// <summary>The number of values of a tensor, from the size of its stream, without reading it.</summary>
    /// <typeparam name="T">A number.</typeparam>
    /// <param name="name">Name of the tensor.</param>
    public long TensorLength<T>(string name)
        where T : unmanaged
    {
        long length = 0;
        return MlNetInterop.TryReadStream(_loadContext, _prefix + name, reader => length = Length<T>(name, reader)) ? length : throw Missing(name);
    }

    /// <summary>Refuses a model that lacks a tensor or has it in another size, before anything of that size is built.</summary>
    /// <typeparam name="T">A number.</typeparam>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="expectedLength">Its number of values.</param>
    public void RequireTensor<T>(string name, long expectedLength)
        where T : unmanaged
        => RequireLength(name, TensorLength<T>(name), expectedLength);

    /// <summary>A tensor.</summary>
    /// <typeparam name="T">A number.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="expectedLength">Its number of values; null takes any.</param>
    /// <exception cref="InvalidDataException">It is missing, damaged or of another length.</exception>
    public T[] ReadTensor<T>(string name, long? expectedLength = null)
        where T : unmanaged
    {
        T[]? values = null;
        bool found = MlNetInterop.TryReadStream(_loadContext, _prefix + name, reader =>
        {
            long length = Length<T>(name, reader);
            if (expectedLength is { } expected)
                RequireLength(name, length, expected);
            values = new T[length];
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Encoding.UTF8.GetBytes(_prefix + name));
            const int chunk = 1 << 20;
            for (int start = 0; start < values.Length; start += chunk)
            {
                Span<byte> bytes = MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(chunk, values.Length - start)));
                reader.BaseStream.ReadExactly(bytes);
                hash.AppendData(bytes);
            }
            if (ChecksumBytes > 0 && !hash.GetHashAndReset().AsSpan().SequenceEqual(reader.ReadBytes(ChecksumBytes)))
                throw Damaged($"the checksum of tensor '{_prefix}{name}' differs");
        });
        return found ? values! : throw Missing(name);
    }

    /// <summary>Reads a part whose errors do not know of the component: they are reported as its damage.</summary>
    internal T Checked<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e.Message);
        }
    }

    /// <summary>A member of an enumeration by its name; in components older than <paramref name="namedSince"/> by its number: the place in <paramref name="numbered"/>, from <paramref name="first"/>.</summary>
    internal T ReadName<T>(string what, int namedSince, ReadOnlySpan<T> numbered, int first = 0)
        where T : struct, Enum
    {
        if (ComponentVersion < namedSince)
            return numbered[ReadCount(what, first, first + numbered.Length - 1) - first];
        string name = Fields.ReadString();
        return SavedMembers.Member(typeof(T), name) is T member ? member : throw Damaged($"{what} is '{name}', expected {string.Join(", ", Enum.GetNames<T>())}");
    }

    /// <summary>Options as <see cref="OptionsJson"/> writes them.</summary>
    internal T ReadOptions<T>(string what)
    {
        string text = Fields.ReadString();
        try
        {
            return OptionsJson.Read<T>(text);
        }
        catch (InvalidDataException e)
        {
            throw Damaged($"{what}: {e.Message}", e);
        }
    }

    /// <summary>The exception for contents that cannot be.</summary>
    /// <param name="what">What is wrong.</param>
    /// <param name="inner">How it was noticed, or null.</param>
    public InvalidDataException Damaged(string what, Exception? inner = null)
        => new($"BioLearn component '{ComponentName}' of the saved model cannot be read: {what.TrimEnd('.')}.", inner);

    /// <summary>Refuses fields that nobody has read: they belong to another component or version.</summary>
    internal void RequireEnd()
    {
        if (_format > 1 && Fields.BaseStream.Position != Fields.BaseStream.Length)
            throw Damaged($"{Fields.BaseStream.Length - Fields.BaseStream.Position} bytes follow its last field");
    }

    private int ChecksumBytes => _format > 1 ? SHA256.HashSizeInBytes : 0;

    private long Length<T>(string name, BinaryReader reader)
        where T : unmanaged
    {
        long length = reader.ReadInt64();
        long bytes = reader.BaseStream.Length - reader.BaseStream.Position - ChecksumBytes;
        if (length < 0 || length > Array.MaxLength || length != bytes / Unsafe.SizeOf<T>() || bytes % Unsafe.SizeOf<T>() != 0)
            throw Damaged($"tensor '{_prefix}{name}' declares {length} values and has {Math.Max(0, bytes)} bytes");
        return length;
    }

    private void RequireLength(string name, long length, long expected)
    {
        if (length != expected)
            throw Damaged($"tensor '{_prefix}{name}' has {length} values, expected {expected}");
    }

    private InvalidDataException Missing(string name) => Damaged($"tensor '{_prefix}{name}' is missing");
}
