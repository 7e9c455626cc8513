using System.Text.Json;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Hosting;
using Microsoft.Win32.SafeHandles;

namespace BioLearn.Cli.Recollection;

/// <summary>
/// The journal of a run, JSON lines: the header, a line for each finished picture as soon as its files are in place, and at the end the same in the
/// order of the input with a summary. Lines are read back when they are asked for. A process killed at any moment leaves at worst one torn line, which the next run drops.
/// </summary>
internal sealed class Manifest : IDisposable
{
    public const string FileName = "manifest.jsonl";

    private readonly string _path;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinePlace> _places = new(StringComparer.Ordinal);
    private FileStream? _journal;
    private SafeFileHandle? _lines; // the same file, to read from

    private Manifest(string folder, ManifestHeader header)
    {
        _path = Path.Combine(folder, FileName);
        Header = header;
    }

    public ManifestHeader Header { get; }

    /// <summary>Begins a manifest, or goes on with the one in the folder.</summary>
    /// <param name="folder">The results; locked by the caller.</param>
    /// <param name="header">What this run will do.</param>
    /// <param name="overwrite">Whether a run with other options may be replaced.</param>
    /// <param name="stillValid">Whether a finished picture can be taken over.</param>
    /// <exception cref="UsageException">The folder holds a run with other options.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static Manifest Open(string folder, ManifestHeader header, bool overwrite, Func<ManifestPicture, bool> stillValid)
    {
        var manifest = new Manifest(folder, header);
        try
        {
            manifest.TakeOver(folder, overwrite, stillValid);
            return manifest;
        }
        catch
        {
            manifest.Dispose();
            throw;
        }
    }

    /// <summary>Whether a picture of this name is finished.</summary>
    public bool Has(string id)
    {
        lock (_lock)
            return _places.ContainsKey(id);
    }

    /// <summary>The finished pictures of these names, in this order.</summary>
    public StoredPictures InOrder(IEnumerable<string> ids)
    {
        lock (_lock)
            return new(_lines!, [.. ids.Select(id => _places[id])]);
    }

    /// <summary>Notes a picture whose files are in place.</summary>
    public void Add(ManifestPicture picture)
    {
        var line = Serialize(new() { Picture = picture });
        lock (_lock)
        {
            _places[picture.Id] = new(_journal!.Position, line.Length - 1, picture.Error != null);
            _journal.Write(line);
        }
    }

    /// <summary>Replaces the journal by its final form.</summary>
    /// <param name="pictures">All pictures in the order of the input; read once.</param>
    /// <param name="summary">The last line, asked for when all others are written.</param>
    /// <returns>The pictures as they stand in it now.</returns>
    public StoredPictures Finish(IEnumerable<ManifestPicture> pictures, Func<ManifestSummary> summary)
    {
        List<LinePlace> places = [];
        SafeFile.Write(_path, file =>
        {
            file.Write(Serialize(new() { Run = Header }));
            foreach (var picture in pictures)
            {
                var line = Serialize(new() { Picture = picture });
                places.Add(new(file.Position, line.Length - 1, picture.Error != null));
                file.Write(line);
            }
            file.Write(Serialize(new() { Summary = summary() }));
        });
        Close();
        _lines = OpenLines();
        return new(_lines, places);
    }

    public void Dispose() => Close();

    private void Close()
    {
        _journal?.Dispose();
        _journal = null;
        _lines?.Dispose();
        _lines = null;
    }

    private SafeFileHandle OpenLines() => File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private ManifestFile? ReadOrDrop(bool overwrite)
    {
        try
        {
            return File.Exists(_path) ? ManifestFile.Read(_path) : null;
        }
        catch (IOException) when (overwrite)
        {
            return null;
        }
    }

    private void TakeOver(string folder, bool overwrite, Func<ManifestPicture, bool> stillValid)
    {
        foreach (var inside in Directory.GetDirectories(folder).Prepend(folder))
            SafeFile.DeleteUnfinished(inside);
        using (ManifestFile? found = ReadOrDrop(overwrite))
            Begin(found is null ? [] : Kept(found, folder, overwrite, stillValid));
        _journal = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
        _journal.Seek(0, SeekOrigin.End);
        _lines = OpenLines();
    }

    // Of a picture that is noted twice the later line holds.
    private IEnumerable<ManifestPicture> Kept(ManifestFile found, string folder, bool overwrite, Func<ManifestPicture, bool> stillValid)
    {
        if (found.Header is { } header && !Serialize(new() { Run = header }).AsSpan().SequenceEqual(Serialize(new() { Run = Header })))
        {
            return overwrite ? []
                : throw new UsageException($"{folder} holds recollections made with other options ({Differences(header, Header)}); choose another --out, or --overwrite");
        }
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < found.Pictures.Count; i++)
        {
            if (!found.Pictures.PlaceOf(i).Failed && found.Pictures[i] is var picture && stillValid(picture))
                last[picture.Id] = i;
        }
        return last.Values.Select(i => found.Pictures[i]);
    }

    private void Begin(IEnumerable<ManifestPicture> pictures) => SafeFile.Write(_path, file =>
    {
        file.Write(Serialize(new() { Run = Header }));
        foreach (var picture in pictures)
        {
            var line = Serialize(new() { Picture = picture });
            _places[picture.Id] = new(file.Position, line.Length - 1, Failed: false);
            file.Write(line);
        }
    });

    private static byte[] Serialize(ManifestLine line) => [.. JsonSerializer.SerializeToUtf8Bytes(line, ManifestJson.Default.ManifestLine), (byte)'\n'];

    private static string Differences(ManifestHeader found, ManifestHeader wanted)
    {
        var differences = new List<string>();
        Note("model", found.Model, wanted.Model);
        Note("model file", Short(found.ModelSha256), Short(wanted.ModelSha256));
        Note("preprocessing", found.Preprocessing, wanted.Preprocessing);
        Note("columns", Ids(found), Ids(wanted));
        Note("seed", found.Seed, wanted.Seed);
        Note("controls", found.Controls, wanted.Controls);
        return differences.Count > 0 ? string.Join("; ", differences) : "options of a column";

        // What stands in a damaged file may be null whatever the type says.
        static string Short(string? digest) => digest is null ? "none" : digest[..Math.Min(8, digest.Length)];

        static string Ids(ManifestHeader header) => string.Join(' ', (header.Columns ?? []).Select(column => column?.Id ?? "none"));

        void Note<T>(string what, T before, T now)
        {
            if (!EqualityComparer<T>.Default.Equals(before, now))
                differences.Add($"{what}: there {before}, now {now}");
        }
    }
}
