using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;

namespace BioLearn.ML.Hosting;

/// <summary>
/// Writes one component into a saved ML.NET model: ML.NET's header, then which component of which assembly this is and the
/// component's own version, then its fields in order. Large tensors go into streams of their own beside it in the zip. Fields and tensors
/// each carry their SHA-256, which <see cref="ModelReader"/> compares before it believes anything.
/// </summary>
public sealed class ModelWriter
{
    internal const int FormatVersion = 2;

    private const string ModelSignature = "BIOLEARN"; // eight characters, ML.NET's limit
    private const uint HeaderVersion = 0x00010001;

    private readonly ModelSaveContext _context;
    private readonly string _prefix = "";

    internal ModelWriter(ModelSaveContext context, Assembly owner, string componentName, int componentVersion)
    {
        _context = context;
        MlNetInterop.WriteHeader(context, ModelSignature, HeaderVersion, ComponentLoader.Signature, typeof(ComponentLoader).Assembly);
        Fields = new BinaryWriter(new MemoryStream(), Encoding.UTF8);
        Fields.Write(owner.GetName().Name!);
        Fields.Write(componentName);
        Fields.Write(componentVersion);
    }

    private ModelWriter(ModelWriter parent, string part)
    {
        _context = parent._context;
        _prefix = $"{parent._prefix}{part}.";
        Fields = parent.Fields;
    }

    /// <summary>The component's fields, little-endian.</summary>
    public BinaryWriter Fields { get; }

    /// <summary>A writer for one part of the component: its fields follow on, its tensors get names of their own.</summary>
    /// <param name="part">The part, such as "Class3".</param>
    public ModelWriter Within(string part) => new(this, part);

    /// <summary>A member of an enumeration, by its name.</summary>
    internal void WriteName(Enum member) => Fields.Write(SavedMembers.NameOf(member));

    /// <summary>Options, by their names.</summary>
    internal void WriteOptions(object options) => Fields.Write(OptionsJson.Text(options));

    /// <summary>A string that may be null.</summary>
    public void WriteOptional(string? value)
    {
        Fields.Write(value is not null);
        if (value is not null)
            Fields.Write(value);
    }

    /// <summary>Writes <paramref name="values"/> to a stream of its own, between their number and their checksum.</summary>
    /// <typeparam name="T">A number.</typeparam>
    /// <param name="name">Name of the stream; no other tensor of the component has it.</param>
    /// <param name="values">The values.</param>
    public void WriteTensor<T>(string name, ReadOnlyMemory<T> values)
        where T : unmanaged
        => MlNetInterop.WriteStream(_context, _prefix + name, stream =>
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Encoding.UTF8.GetBytes(_prefix + name)); // one tensor is not taken for another
            stream.Write((long)values.Length);
            const int chunk = 1 << 20;
            for (int start = 0; start < values.Length; start += chunk)
            {
                ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values.Span.Slice(start, Math.Min(chunk, values.Length - start)));
                hash.AppendData(bytes);
                stream.Write(bytes);
            }
            stream.Write(hash.GetHashAndReset());
        });

    /// <summary>Writes the fields with their checksum; nothing can be added any more.</summary>
    internal void Finish()
    {
        Fields.Flush();
        byte[] fields = ((MemoryStream)Fields.BaseStream).ToArray();
        BinaryWriter writer = MlNetInterop.Writer(_context);
        writer.Write(FormatVersion);
        writer.Write(fields.Length);
        writer.Write(fields);
        writer.Write(SHA256.HashData(fields));
    }
}
