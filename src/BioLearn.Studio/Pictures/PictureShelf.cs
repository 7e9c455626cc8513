using BioLearn.Onnx.Images;

namespace BioLearn.Studio.Pictures;

/// <summary>
/// The pictures at hand: those of the bundled folder, by name, and the last ones that somebody dropped, by their digits, so that a link to a view finds
/// its picture again while the server runs. Digits of a SHA-256 cannot be guessed: who has not seen a picture does not find it.
/// </summary>
internal sealed class PictureShelf(StudioOptions options)
{
    private const int MostKept = 64;

    private readonly Lock _lock = new();
    private readonly LinkedList<ShownPicture> _dropped = new();
    private readonly Dictionary<string, ShownPicture> _bundled = new(StringComparer.Ordinal);

    /// <summary>Names of the bundled pictures.</summary>
    public IReadOnlyList<string> Names { get; } = !Directory.Exists(options.Pictures) ? [] :
    [
        .. Directory.EnumerateFiles(options.Pictures).Where(path => ImageFiles.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal),
    ];

    /// <summary>A picture by its key, or null if it is not at hand.</summary>
    /// <exception cref="InvalidImageException">A picture of the folder is damaged.</exception>
    public ShownPicture? Find(string key)
    {
        lock (_lock)
        {
            if (_dropped.FirstOrDefault(picture => picture.Key == key) is { } dropped)
                return dropped;
            if (_bundled.TryGetValue(key, out var bundled))
                return bundled;
            // Only what was listed: a key never becomes a path of its own.
            if (!Names.Contains(key))
                return null;
            return _bundled[key] = new(key, key, ImageFiles.Load(Path.Combine(options.Pictures, key)), true);
        }
    }

    /// <summary>A picture by its key, or by the file that it was dropped from, if that lies in the folder unchanged; or null.</summary>
    /// <exception cref="InvalidImageException">A picture of the folder is damaged.</exception>
    public ShownPicture? Find(string key, string? file)
    {
        if (Find(key) is { } found)
            return found;
        return file is not null && Names.Contains(file) && ShownPicture.Decode(file, File.ReadAllBytes(Path.Combine(options.Pictures, file))) is var picture && picture.Key == key
            ? Keep(picture)
            : null;
    }

    /// <summary>Keeps a dropped picture; the oldest goes.</summary>
    public ShownPicture Keep(ShownPicture picture)
    {
        lock (_lock)
        {
            if (_dropped.FirstOrDefault(known => known.Key == picture.Key) is { } known)
                _dropped.Remove(known);
            _dropped.AddFirst(picture);
            if (_dropped.Count > MostKept)
                _dropped.RemoveLast();
        }
        return picture;
    }
}
