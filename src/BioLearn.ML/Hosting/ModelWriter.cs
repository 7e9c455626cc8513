using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML;

namespace BioLearn.ML.Hosting;

/// <summary>
/// Writes one component into a saved ML.NET model: ML.NET's header, then which component of which assembly this is and the
/// component's own version, then its fields in order. Large tensors go into streams of their own beside it in the zip.
/// </summary>
internal sealed class ModelWriter
{
    public const int FormatVersion = 1;

    private const string ModelSignature = "BIOLEARN"; // eight characters, ML.NET's limit
    private const uint HeaderVersion = 0x00010001;

    private readonly ModelSaveContext _context;
    private readonly string _prefix = "";

    public ModelWriter(ModelSaveContext context, Assembly owner, string componentName, int componentVersion)
    {
        _context = context;
        MlNetInterop.WriteHeader(context, ModelSignature, HeaderVersion, ComponentLoader.Signature, typeof(ComponentLoader).Assembly);
        Fields = MlNetInterop.Writer(context);
        Fields.Write(FormatVersion);
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
    public ModelWriter Within(string part) => new(this, part);

    /// <summary>A member of an enumeration, by its name.</summary>
    public void WriteName(Enum member) => Fields.Write(SavedMembers.NameOf(member));

    /// <summary>A string that may be null.</summary>
    public void WriteOptional(string? value)
    {
        Fields.Write(value is not null);
        if (value is not null)
            Fields.Write(value);
    }

    /// <summary>Writes <paramref name="values"/> to a stream of its own, <paramref name="name"/>, preceded by their number.</summary>
    public void WriteTensor<T>(string name, ReadOnlyMemory<T> values)
        where T : unmanaged
        => MlNetInterop.WriteStream(_context, _prefix + name, stream =>
        {
            stream.Write((long)values.Length);
            const int chunk = 1 << 24; // a span of bytes cannot be as long as the longest span of floats
            for (int start = 0; start < values.Length; start += chunk)
                stream.Write(MemoryMarshal.AsBytes(values.Span.Slice(start, Math.Min(chunk, values.Length - start))));
        });
}
