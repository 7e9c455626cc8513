using System.IO.Compression;

namespace BioLearn.ML.Tests.Catalogs;

/// <summary>Ways in which a file comes to harm. Everything is drawn from a seed.</summary>
internal static class Damage
{
    private static readonly (string Kind, Func<byte[], Random, byte[]> Do)[] Bytes =
    [
        ("flipped bit", (b, r) => Changed(b, copy => copy[r.Next(copy.Length)] ^= (byte)(1 << r.Next(8)))),
        ("flipped high bit", (b, r) => Changed(b, copy => copy[r.Next(copy.Length)] ^= 0x80)),
        ("byte of ones", (b, r) => Changed(b, copy => copy[r.Next(copy.Length)] = 0xFF)),
        ("cut", (b, r) => b[..r.Next(b.Length)]),
        ("grown at the end", (b, r) => [.. b, .. Random(r, 1 + r.Next(100))]),
        ("grown within", (b, r) => Inserted(b, r.Next(b.Length), Random(r, 1 + r.Next(20)))),
        ("zeros", (b, r) => Changed(b, copy => copy.AsSpan(r.Next(copy.Length)) [..1].Clear())),
        ("run of zeros", (b, r) => Changed(b, copy => { int at = r.Next(copy.Length); copy.AsSpan(at, Math.Min(40, copy.Length - at)).Clear(); })),
    ];

    /// <summary>A number of harmed copies of a file of any kind.</summary>
    public static IEnumerable<(string Kind, byte[] File)> OfBytes(byte[] whole, int seed, int count)
    {
        Random random = new(seed);
        for (int i = 0; i < count; i++)
        {
            var (kind, harm) = Bytes[i % Bytes.Length];
            yield return ($"{kind}, number {i}", harm(whole, random));
        }
    }

    /// <summary>A number of whole zip files whose parts are harmed, missing, twice there or exchanged.</summary>
    public static IEnumerable<(string Kind, byte[] File)> OfParts(byte[] zip, int seed, int count)
    {
        Random random = new(seed);
        (string Name, byte[] Content)[] parts = [.. Parts(zip).Where(p => p.Content.Length > 0)];
        for (int i = 0; i < count; i++)
        {
            int at = random.Next(parts.Length), other = random.Next(parts.Length);
            var copy = ((string Name, byte[] Content)[])parts.Clone();
            string kind = $"part '{parts[at].Name}' ";
            switch (i % (Bytes.Length + 4))
            {
                case 0:
                    (copy[at].Content, copy[other].Content) = (copy[other].Content, copy[at].Content);
                    kind += $"exchanged with '{parts[other].Name}'";
                    break;
                case 1:
                    copy = [.. copy.Where((_, k) => k != at)];
                    kind += "missing";
                    break;
                case 2:
                    copy[at].Content = [];
                    kind += "empty";
                    break;
                case 3:
                    copy[at].Name = parts[at].Name + "x";
                    kind += "renamed";
                    break;
                default:
                    var (name, harm) = Bytes[(i - 4) % Bytes.Length];
                    copy[at].Content = harm(parts[at].Content, random);
                    kind += name;
                    break;
            }
            yield return ($"{kind}, number {i}", Zip(copy));
        }
    }

    public static IReadOnlyList<(string Name, byte[] Content)> Parts(byte[] zip)
    {
        using ZipArchive archive = new(new MemoryStream(zip));
        return [.. archive.Entries.Select(entry =>
        {
            using Stream contents = entry.Open();
            using MemoryStream copy = new();
            contents.CopyTo(copy);
            return (entry.FullName, copy.ToArray());
        })];
    }

    public static byte[] Zip(IEnumerable<(string Name, byte[] Content)> parts)
    {
        using MemoryStream file = new();
        using (ZipArchive archive = new(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in parts)
            {
                using Stream part = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                part.Write(content);
            }
        }
        return file.ToArray();
    }

    private static byte[] Changed(byte[] bytes, Action<byte[]> change)
    {
        byte[] copy = (byte[])bytes.Clone();
        change(copy);
        return copy;
    }

    private static byte[] Inserted(byte[] bytes, int at, byte[] more) => [.. bytes[..at], .. more, .. bytes[at..]];

    private static byte[] Random(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
