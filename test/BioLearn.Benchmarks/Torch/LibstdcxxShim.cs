using System.Buffers.Binary;
using System.Text;

namespace BioLearn.Benchmarks.Torch;

/// <summary>
/// Lets libLibTorchSharp.so load where libstdc++ is older than GCC 13's. The library needs one symbol of version
/// GLIBCXX_3.4.32, <c>std::ios_base_library_init()</c>. Older libstdc++ do without it: each object file initializes
/// the streams itself. The copy in the output folder is changed so that the version requirement is weak and the
/// reference binds to <c>sched_yield</c>, which takes nothing and harms nothing.
/// </summary>
/// <remarks>ELF-64 little-endian; layouts of Verneed, Vernaux and Sym from the System V gABI and the LSB.</remarks>
internal static class LibstdcxxShim
{
    /// <summary>What the loader's message names when this repair is the right one.</summary>
    public const string MissingVersion = "GLIBCXX_3.4.32";

    private const string MissingSymbol = "_ZSt21ios_base_library_initv";
    private const string Substitute = "sched_yield";
    private const ushort WeakVersion = 2;
    private const ushort GlobalVersion = 1;
    private const int SymbolSize = 24;

    /// <summary>Repairs the file in place: written beside, then renamed.</summary>
    /// <exception cref="InvalidDataException">The file is not the library that this repair knows.</exception>
    public static void Apply(string path)
    {
        byte[] image = File.ReadAllBytes(path);
        try
        {
            Apply(image);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException($"{path}: not a complete ELF-64 library", e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
        string beside = path + ".repaired";
        File.WriteAllBytes(beside, image);
        File.Move(beside, path, overwrite: true);
    }

    private static void Apply(Span<byte> image)
    {
        var sections = Sections(image);
        int strings = Section(sections, ".dynstr").Offset;
        (int versionNeeds, _) = Section(sections, ".gnu.version_r");
        (int symbols, int symbolBytes) = Section(sections, ".dynsym");
        int symbolVersions = Section(sections, ".gnu.version").Offset;

        if (!WeakenVersion(image, versionNeeds, strings))
            throw new InvalidDataException($"no version requirement named {MissingVersion} in .gnu.version_r");
        if (!RebindSymbol(image, symbols, symbolBytes, symbolVersions, strings))
            throw new InvalidDataException($"no symbol named {MissingSymbol} in .dynsym");
    }

    // Verneed: version u16, count u16, file u32, aux u32, next u32. Vernaux: hash u32, flags u16, other u16, name u32, next u32.
    private static bool WeakenVersion(Span<byte> image, int need, int strings)
    {
        while (true)
        {
            int count = U16(image, need + 2), aux = need + I32(image, need + 8), next = I32(image, need + 12);
            for (int i = 0; i < count; i++)
            {
                if (Text(image, strings + I32(image, aux + 8)) == MissingVersion)
                {
                    ushort flags = (ushort)(U16(image, aux + 4) | WeakVersion);
                    BinaryPrimitives.WriteUInt16LittleEndian(image[(aux + 4)..], flags);
                    return true;
                }
                aux += I32(image, aux + 12);
            }
            if (next == 0)
                return false;
            need += next;
        }
    }

    private static bool RebindSymbol(Span<byte> image, int symbols, int symbolBytes, int symbolVersions, int strings)
    {
        for (int i = 0; i < symbolBytes / SymbolSize; i++)
        {
            int name = strings + I32(image, symbols + i * SymbolSize);
            if (Text(image, name) != MissingSymbol)
                continue;
            Encoding.ASCII.GetBytes(Substitute + "\0", image[name..]);
            BinaryPrimitives.WriteUInt16LittleEndian(image[(symbolVersions + 2 * i)..], GlobalVersion);
            return true;
        }
        return false;
    }

    private static Dictionary<string, (int Offset, int Size)> Sections(Span<byte> image)
    {
        if (!image.StartsWith("\u007fELF\u0002\u0001"u8))
            throw new InvalidDataException("no ELF-64 little-endian header");
        int table = I64(image, 0x28), entrySize = U16(image, 0x3A), count = U16(image, 0x3C), nameSection = U16(image, 0x3E);
        int names = I64(image, table + nameSection * entrySize + 0x18);
        var sections = new Dictionary<string, (int, int)>();
        for (int i = 0; i < count; i++)
        {
            int header = table + i * entrySize;
            sections[Text(image, names + I32(image, header))] = (I64(image, header + 0x18), I64(image, header + 0x20));
        }
        return sections;
    }

    private static (int Offset, int Size) Section(Dictionary<string, (int, int)> sections, string name) =>
        sections.TryGetValue(name, out (int, int) section)
            ? section
            : throw new InvalidDataException($"no section {name}");

    private static string Text(ReadOnlySpan<byte> image, int offset)
    {
        ReadOnlySpan<byte> rest = image[offset..];
        return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)0)]);
    }

    private static ushort U16(ReadOnlySpan<byte> image, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(image[offset..]);

    private static int I32(ReadOnlySpan<byte> image, int offset) => BinaryPrimitives.ReadInt32LittleEndian(image[offset..]);

    private static int I64(ReadOnlySpan<byte> image, int offset) => checked((int)BinaryPrimitives.ReadInt64LittleEndian(image[offset..]));
}
