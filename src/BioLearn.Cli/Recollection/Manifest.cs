using System.Text.Json;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Hosting;

namespace BioLearn.Cli.Recollection;

/// <summary>
/// The journal of a run, JSON lines: the header, a line for each finished picture as soon as its files are in place, and at the end the same in the
/// order of the input with a summary. A process killed at any moment leaves at worst one torn line, which the next run drops.
/// </summary>
internal sealed class Manifest : IDisposable
{
    public const string FileName = "manifest.jsonl";

    private readonly string _path;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ManifestPicture> _pictures = new(StringComparer.Ordinal);
    private FileStream? _journal;

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

    /// <summary>The finished picture of this name, or null.</summary>
    public ManifestPicture? Find(string id)
    {
        lock (_lock)
            return _pictures.GetValueOrDefault(id);
    }

    /// <summary>Notes a picture whose files are in place.</summary>
    public void Add(ManifestPicture picture)
    {
        var line = Serialize(new() { Picture = picture });
        lock (_lock)
        {
            _journal!.Write(line);
            _pictures[picture.Id] = picture;
        }
    }

    /// <summary>Replaces the journal by its final form.</summary>
    public void Finish(IReadOnlyList<ManifestPicture> pictures, ManifestSummary summary)
    {
        _journal!.Dispose();
        _journal = null;
        Rewrite(pictures, summary);
    }

    public void Dispose() => _journal?.Dispose();

    /// <summary>All whole lines of a manifest; a torn or foreign line ends the reading.</summary>
    public static IReadOnlyList<ManifestLine> Read(string path)
    {
        var lines = new List<ManifestLine>();
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in File.ReadLines(path))
        {
            try
            {
                if (JsonSerializer.Deserialize(text, ManifestJson.Default.ManifestLine) is not { } line)
                    break;
                lines.Add(line.Picture is { } picture ? line with { Picture = Shared(picture, words) } : line);
            }
            catch (JsonException) when (lines.Count > 0)
            {
                break;
            }
            catch (JsonException problem)
            {
                throw new IOException($"{path}: no manifest of recollections ({problem.Message}); --overwrite begins anew", problem);
            }
        }
        if (lines.Count > 0 && lines[0].Run is null)
            throw new IOException($"{path}: no manifest of recollections (its first line describes no run); --overwrite begins anew");
        if (lines.Count > 0 && lines[0].Run!.Schema != ManifestHeader.CurrentSchema)
            throw new IOException($"{path}: schema {lines[0].Run!.Schema}, expected {ManifestHeader.CurrentSchema}; --overwrite begins anew");
        return lines;
    }

    // A million pictures have the names of few columns and classes: each is held once.
    private static ManifestPicture Shared(ManifestPicture picture, HashSet<string> words)
    {
        return picture with
        {
            PredictedName = Once(picture.PredictedName),
            // What stands in a damaged file may be null whatever the type says.
            Recollections = picture.Recollections is null ? [] : [.. picture.Recollections.Select(one => one is null ? one! : one with { Column = Once(one.Column)! })],
        };

        string? Once(string? word)
        {
            if (word is null || words.TryGetValue(word, out var known) is false && words.Add(word))
                return word;
            return known;
        }
    }

    private IReadOnlyList<ManifestLine> ReadOrDrop(bool overwrite)
    {
        try
        {
            return File.Exists(_path) ? Read(_path) : [];
        }
        catch (IOException) when (overwrite)
        {
            return [];
        }
    }

    private void TakeOver(string folder, bool overwrite, Func<ManifestPicture, bool> stillValid)
    {
        foreach (var inside in Directory.GetDirectories(folder).Prepend(folder))
            SafeFile.DeleteUnfinished(inside);
        var lines = ReadOrDrop(overwrite);
        var found = lines.Count > 0 ? lines[0].Run : null;
        if (found != null && !Serialize(new() { Run = found }).AsSpan().SequenceEqual(Serialize(new() { Run = Header })))
        {
            if (!overwrite)
                throw new UsageException($"{folder} holds recollections made with other options ({Differences(found, Header)}); choose another --out, or --overwrite");
            lines = [];
        }
        foreach (var picture in lines.Select(line => line.Picture).OfType<ManifestPicture>().Where(picture => picture is { Id: not null, Error: null } && stillValid(picture)))
            _pictures[picture.Id] = picture;
        Rewrite([.. _pictures.Values], summary: null);
        _journal = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    private void Rewrite(IReadOnlyList<ManifestPicture> pictures, ManifestSummary? summary) => SafeFile.Write(_path, file =>
    {
        file.Write(Serialize(new() { Run = Header }));
        foreach (var picture in pictures)
            file.Write(Serialize(new() { Picture = picture }));
        if (summary != null)
            file.Write(Serialize(new() { Summary = summary }));
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
