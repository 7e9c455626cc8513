using BioLearn.ML.Hosting;

namespace BioLearn.Plots;

/// <summary>
/// Pictures one after the other in one file, an animated PNG: browsers, pages on the web and most viewers play it, others show its first picture. No
/// colour is lost and text stays sharp.
/// </summary>
/// <example>
/// <code>
/// Animation film = new() { FramesPerSecond = 8 };
/// foreach (Chart moment in moments)
///     film.Add(moment);
/// film.Save("learning.png");
/// </code>
/// </example>
public sealed class Animation
{
    private readonly List<Picture> _frames = [];

    /// <summary>Pictures a second, above 0, at most 100.</summary>
    public double FramesPerSecond { get; set; } = 6;

    /// <summary>How long the last picture stays, in seconds, at most 60, before it begins anew.</summary>
    public double LastSeconds { get; set; } = 2;

    /// <summary>The pictures, in order.</summary>
    public IReadOnlyList<Picture> Frames => _frames;

    /// <summary>Adds a picture behind the others.</summary>
    /// <param name="picture">Of the size of the others.</param>
    /// <returns>This animation.</returns>
    /// <exception cref="ArgumentException">It has another size.</exception>
    public Animation Add(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (_frames.Count > 0 && (picture.Width != _frames[0].Width || picture.Height != _frames[0].Height))
            throw new ArgumentException($"is {picture.Width} x {picture.Height}, the pictures before are {_frames[0].Width} x {_frames[0].Height}", nameof(picture));
        _frames.Add(picture);
        return this;
    }

    /// <summary>Writes the file, beside its place first.</summary>
    /// <param name="path">A file that ends with <c>.png</c> or <c>.apng</c>; its folder exists.</param>
    /// <exception cref="ArgumentException">It ends otherwise.</exception>
    /// <exception cref="InvalidOperationException">There is no picture.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Path.GetExtension(path).ToUpperInvariant() is not (".PNG" or ".APNG"))
            throw new ArgumentException($"{path} must end with .png or .apng.", nameof(path));
        byte[] bytes = ToApng();
        SafeFile.Write(path, file => file.Write(bytes));
    }

    /// <summary>The bytes of the file: PNG with the chunks acTL, fcTL and fdAT.</summary>
    /// <param name="scale">Pixels for each unit of width and height, from 0.1 to 10.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="InvalidOperationException">There is no picture.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A rate or time is out of range.</exception>
    public byte[] ToApng(double scale = 1)
    {
        if (_frames.Count == 0)
            throw new InvalidOperationException("There is no picture to show.");
        if (!(FramesPerSecond is > 0 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(scale), FramesPerSecond, "FramesPerSecond must be above 0 and at most 100");
        if (!(LastSeconds is >= 0 and <= 60))
            throw new ArgumentOutOfRangeException(nameof(scale), LastSeconds, "LastSeconds must be from 0 to 60");
        ApngWriter writer = new(_frames.Count);
        for (int i = 0; i < _frames.Count; i++)
            writer.Add(_frames[i].ToPng(scale), milliseconds: (int)Math.Round(1000 * (i == _frames.Count - 1 ? LastSeconds : 1 / FramesPerSecond)));
        return writer.End();
    }
}
