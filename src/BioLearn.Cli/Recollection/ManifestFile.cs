using System.Buffers;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace BioLearn.Cli.Recollection;

/// <summary>
/// A manifest on disk. Held is where each picture's line stands, and not what it says: lines are read when they are asked for, so that a million pictures take tens of
/// megabytes.
/// </summary>
internal sealed class ManifestFile : IDisposable
{
    /// <summary>A line is some kilobytes long; what is longer than this is none of ours.</summary>
    private const int LongestLine = 1 << 26;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    private readonly SafeFileHandle _file;
    private readonly List<LinePlace> _places = [];

    private ManifestFile(SafeFileHandle file)
    {
        _file = file;
        Pictures = new(file, _places);
    }

    /// <summary>What the run does; null in an empty file.</summary>
    public ManifestHeader? Header { get; private set; }

    /// <summary>The pictures, in the order of the lines.</summary>
    public StoredPictures Pictures { get; }

    /// <summary>The last line of a finished manifest; null in one of a run under way.</summary>
    public ManifestSummary? Summary { get; private set; }

    /// <summary>Finds all whole lines of a manifest; a torn or foreign line ends the reading.</summary>
    /// <exception cref="IOException">The file is no manifest, or cannot be read.</exception>
    public static ManifestFile Read(string path)
    {
        var found = new ManifestFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        try
        {
            found.Find(path);
            return found;
        }
        catch
        {
            found.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private void Find(string path)
    {
        bool isFirst = true;
        foreach (var (offset, line) in Lines(path))
        {
            ManifestLine? read;
            try
            {
                read = JsonSerializer.Deserialize(line.Span, ManifestJson.Default.ManifestLine);
            }
            catch (JsonException) when (!isFirst)
            {
                return;
            }
            catch (JsonException problem)
            {
                throw new IOException($"{path}: no manifest of recollections ({problem.Message}); --overwrite begins anew", problem);
            }
            if (read is null)
                return;
            if (isFirst && read.Run is null)
                throw new IOException($"{path}: no manifest of recollections (its first line describes no run); --overwrite begins anew");
            if (isFirst && read.Run!.Schema != ManifestHeader.CurrentSchema)
                throw new IOException($"{path}: schema {read.Run!.Schema}, expected {ManifestHeader.CurrentSchema}; --overwrite begins anew");
            if (isFirst)
                Header = read.Run;
            if (read.Picture is { Id: not null } picture)
                _places.Add(new(offset, line.Length, picture.Error != null));
            Summary = read.Summary;
            isFirst = false;
        }
    }

    /// <summary>Lines and where they begin; each is valid until the next is asked for.</summary>
    private static IEnumerable<(long Offset, ReadOnlyMemory<byte> Line)> Lines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var buffer = new byte[1 << 16];
        long start = 0; // of the buffer, in the file
        int begin = 0, end = 0;
        bool isOver = false;
        while (true)
        {
            int length = buffer.AsSpan(begin, end - begin).IndexOf((byte)'\n');
            if (length < 0 && !isOver)
            {
                // Room for more of the line: move it to the front, and grow where it fills the buffer.
                buffer.AsSpan(begin, end - begin).CopyTo(buffer);
                (start, end, begin) = (start + begin, end - begin, 0);
                if (end == buffer.Length && end >= LongestLine)
                    yield break;
                if (end == buffer.Length)
                    Array.Resize(ref buffer, 2 * buffer.Length);
                int read = file.Read(buffer, end, buffer.Length - end);
                isOver = read == 0;
                end += read;
                continue;
            }
            int whole = length < 0 ? end - begin : length;
            if (length < 0 && whole == 0)
                yield break;
            int mark = start + begin == 0 && buffer.AsSpan(0, whole).StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
            int ending = whole > mark && buffer[begin + whole - 1] == '\r' ? 1 : 0;
            yield return (start + begin + mark, buffer.AsMemory(begin + mark, whole - mark - ending));
            begin += whole + (length < 0 ? 0 : 1);
        }
    }
}

/// <summary>Where a picture's line stands in a manifest, and whether it tells of one that failed.</summary>
internal readonly record struct LinePlace(long Offset, int Length, bool Failed);

/// <summary>Pictures of a manifest on disk: each is read anew whenever it is asked for.</summary>
internal sealed class StoredPictures(SafeFileHandle file, IReadOnlyList<LinePlace> places) : IReadOnlyList<ManifestPicture>
{
    public int Count => places.Count;

    /// <summary>Those that did not fail.</summary>
    public StoredPictures Done => new(file, [.. places.Where(place => !place.Failed)]);

    public ManifestPicture this[int index] => Read(file, places[index]);

    public LinePlace PlaceOf(int index) => places[index];

    public IEnumerator<ManifestPicture> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The picture that a line tells of.</summary>
    /// <exception cref="IOException">The file has changed since it was looked through.</exception>
    public static ManifestPicture Read(SafeFileHandle file, LinePlace place)
    {
        byte[] line = ArrayPool<byte>.Shared.Rent(place.Length);
        try
        {
            int length = RandomAccess.Read(file, line.AsSpan(0, place.Length), place.Offset);
            var picture = JsonSerializer.Deserialize(line.AsSpan(0, length), ManifestJson.Default.ManifestLine)?.Picture ?? throw new IOException("the manifest has changed while it was read");
            // What stands in a damaged file may be null whatever the type says.
            return picture.Recollections is null ? picture with { Recollections = [] } : picture;
        }
        catch (JsonException problem)
        {
            throw new IOException("the manifest has changed while it was read", problem);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(line);
        }
    }
}
