using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BioLearn.ML.Hosting;

/// <summary>Reads what <see cref="ModelWriter"/> wrote. Every length is compared with the bytes that are there before memory is taken for it.</summary>
internal sealed class ModelReader
{
    private readonly object _loadContext;
    private readonly string _prefix = "";

    public ModelReader(object loadContext)
    {
        _loadContext = loadContext;
        Fields = MlNetInterop.Reader(loadContext);
        int format = Fields.ReadInt32();
        if (format != ModelWriter.FormatVersion)
            throw new InvalidDataException($"BioLearn model format {format} was found, {ModelWriter.FormatVersion} was expected; the model was saved by a newer version or is damaged.");
        AssemblyName = Fields.ReadString();
        ComponentName = Fields.ReadString();
        ComponentVersion = Fields.ReadInt32();
    }

    private ModelReader(ModelReader parent, string part)
    {
        _loadContext = parent._loadContext;
        _prefix = $"{parent._prefix}{part}.";
        Fields = parent.Fields;
        AssemblyName = parent.AssemblyName;
        ComponentName = parent.ComponentName;
        ComponentVersion = parent.ComponentVersion;
    }

    public BinaryReader Fields { get; }

    /// <summary>Simple name of the assembly that saved the component.</summary>
    public string AssemblyName { get; }

    public string ComponentName { get; }

    public int ComponentVersion { get; }

    /// <summary>A reader for one part of the component, as <see cref="ModelWriter.Within"/> wrote it.</summary>
    public ModelReader Within(string part) => new(this, part);

    /// <summary>Refuses a component that a newer version has written.</summary>
    public void RequireVersion(int newest)
    {
        if (ComponentVersion < 1 || ComponentVersion > newest)
            throw Damaged($"version {ComponentVersion} was found, 1 to {newest} can be read");
    }

    /// <summary>A whole number between <paramref name="minimum"/> and <paramref name="maximum"/>, or the file is damaged.</summary>
    public int ReadCount(string what, int minimum, int maximum)
    {
        int value = Fields.ReadInt32();
        return value >= minimum && value <= maximum ? value : throw Damaged($"{what} is {value}, expected {minimum} to {maximum}");
    }

    /// <summary>The number of items that follow, each at least <paramref name="bytesEach"/> bytes long.</summary>
    public int ReadLength(string what, int bytesEach)
    {
        long left = (Fields.BaseStream.Length - Fields.BaseStream.Position) / bytesEach;
        return ReadCount(what, 0, (int)Math.Min(left, int.MaxValue));
    }

    public string? ReadOptional() => Fields.ReadBoolean() ? Fields.ReadString() : null;

    /// <summary>The tensor <paramref name="name"/>; <paramref name="expectedLength"/>, where given, is its number of values.</summary>
    public T[] ReadTensor<T>(string name, long? expectedLength = null)
        where T : unmanaged
    {
        T[]? values = null;
        bool found = MlNetInterop.TryReadStream(_loadContext, _prefix + name, reader =>
        {
            long length = reader.ReadInt64();
            long bytes = reader.BaseStream.Length - reader.BaseStream.Position;
            if (length < 0 || length > Array.MaxLength || length != bytes / Unsafe.SizeOf<T>() || bytes % Unsafe.SizeOf<T>() != 0)
                throw Damaged($"tensor '{name}' declares {length} values and has {bytes} bytes");
            if (expectedLength is { } expected && expected != length)
                throw Damaged($"tensor '{name}' has {length} values, expected {expected}");
            values = new T[length];
            const int chunk = 1 << 24;
            for (int start = 0; start < values.Length; start += chunk)
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(chunk, values.Length - start))));
        });
        return found ? values! : throw Damaged($"tensor '{name}' is missing");
    }

    /// <summary>Reads a part whose errors do not know of the component: they are reported as its damage.</summary>
    public T Checked<T>(Func<T> read)
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
    public T ReadName<T>(string what, int namedSince, ReadOnlySpan<T> numbered, int first = 0)
        where T : struct, Enum
    {
        if (ComponentVersion < namedSince)
            return numbered[ReadCount(what, first, first + numbered.Length - 1) - first];
        string name = Fields.ReadString();
        return SavedMembers.Member(typeof(T), name) is T member ? member : throw Damaged($"{what} is '{name}', expected {string.Join(", ", Enum.GetNames<T>())}");
    }

    public InvalidDataException Damaged(string what) => new($"BioLearn component '{ComponentName}' of the saved model cannot be read: {what}.");
}
