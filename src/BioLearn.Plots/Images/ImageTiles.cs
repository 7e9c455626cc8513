using System.Globalization;
using OxyPlot;

namespace BioLearn.Plots;

/// <summary>A sheet of pictures: images, reconstructions, weights as receptive fields (blue below 0, white at 0, vermilion above).</summary>
public sealed class ImageTiles : Picture
{
    private const double Gap = 8, Margin = 14, CaptionHeight = 16;

    private readonly List<Tile> _tiles = [];

    /// <summary>Pictures beside one another, at least 1.</summary>
    public int Columns { get; set; } = 10;

    /// <summary>Width and height of the room for a picture, at least 8.</summary>
    public int TileSize { get; set; } = 72;

    /// <summary>Whether all weights share one range, so that strong units look strong; otherwise each has its own.</summary>
    public bool SharedRange { get; set; }

    /// <inheritdoc/>
    public override int Width
    {
        get => (int)((2 * Margin) + (Math.Max(1, Math.Min(Columns, _tiles.Count)) * (TileSize + Gap)) - Gap);
        set => throw new NotSupportedException("The width of a sheet is that of its columns.");
    }

    /// <inheritdoc/>
    public override int Height
    {
        get => (int)((2 * Margin) + Head + (((_tiles.Count + Columns - 1) / Columns) * (TileSize + Gap + Captions)) - Gap + Foot);
        set => throw new NotSupportedException("The height of a sheet is that of its lines.");
    }

    internal IReadOnlyList<Tile> Tiles => _tiles;

    private double Head => Title is null ? 0 : 28;

    private double Captions => _tiles.Any(tile => tile.Caption.Length > 0) ? CaptionHeight : 0;

    private double Foot => SharedRange && _tiles.Any(tile => tile.IsWeights) ? 22 : 0;

    /// <summary>Each unit's incoming weights as a picture.</summary>
    /// <param name="weights">[units, height · width], as a dense layer keeps them.</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    /// <param name="most">Units that are drawn at most, the first ones.</param>
    /// <returns>The sheet.</returns>
    /// <exception cref="ArgumentException">The weights are no multiple of the picture's size.</exception>
    public static ImageTiles ReceptiveFields(ReadOnlySpan<float> weights, int width, int height, int most = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        int size = width * height;
        if (weights.IsEmpty || weights.Length % size != 0)
            throw new ArgumentException($"{weights.Length} weights are not units of {width} x {height}.", nameof(weights));
        ImageTiles sheet = new();
        for (int unit = 0; unit < Math.Min(most, weights.Length / size); unit++)
            sheet.Weights("", weights.Slice(unit * size, size), width, height);
        return sheet;
    }

    /// <summary>Adds a picture.</summary>
    /// <param name="caption">Below it; empty for none.</param>
    /// <param name="pixels">Brightness from 0 to 1, [channels, height, width]; what lies outside is clipped.</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    /// <param name="channels">1 (grey) or 3 (red, green, blue).</param>
    /// <returns>This sheet.</returns>
    /// <exception cref="ArgumentException">The number of pixels is another.</exception>
    public ImageTiles Image(string caption, ReadOnlySpan<float> pixels, int width, int height, int channels = 1)
    {
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "must be 1 or 3");
        return Add(caption, pixels, width, height, channels, isWeights: false);
    }

    /// <summary>Adds weights, or differences: numbers of both signs.</summary>
    /// <param name="caption">Below them; empty for none.</param>
    /// <param name="weights">[channels, height, width].</param>
    /// <param name="width">Weights across.</param>
    /// <param name="height">Weights down.</param>
    /// <param name="channels">1 (blue below 0, white at 0, orange above) or 3 (red, green, blue, each grey at 0).</param>
    /// <returns>This sheet.</returns>
    /// <exception cref="ArgumentException">The number of weights is another.</exception>
    public ImageTiles Weights(string caption, ReadOnlySpan<float> weights, int width, int height, int channels = 1)
    {
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "must be 1 or 3");
        return Add(caption, weights, width, height, channels, isWeights: true);
    }

    internal override void Draw(IRenderContext context, OxyRect place)
    {
        if (Title is { } title)
            context.DrawText(new ScreenPoint(place.Center.X, place.Top + Margin), title, Ink, Font, TitleSize, FontWeights.Normal, 0, HorizontalAlignment.Center, VerticalAlignment.Top);
        float extreme = _tiles.Where(tile => tile.IsWeights).Select(tile => tile.Extreme).DefaultIfEmpty(0).Max();
        for (int i = 0; i < _tiles.Count; i++)
        {
            Tile tile = _tiles[i];
            double left = place.Left + Margin + (i % Columns * (TileSize + Gap)), top = place.Top + Margin + Head + (i / Columns * (TileSize + Gap + Captions));
            double scale = TileSize / (double)Math.Max(tile.Width, tile.Height);
            OxyImage image = tile.ToImage(Math.Clamp((int)Math.Ceiling(2 * scale), 1, 16), SharedRange ? extreme : tile.Extreme);
            double width = tile.Width * scale, height = tile.Height * scale;
            context.DrawImage(image, left + ((TileSize - width) / 2), top + ((TileSize - height) / 2), width, height, 1, false);
            context.DrawRectangle(new OxyRect(left + ((TileSize - width) / 2), top + ((TileSize - height) / 2), width, height), OxyColors.Undefined, Faint, 1, EdgeRenderingMode.Automatic);
            if (tile.Caption.Length > 0)
                context.DrawText(new ScreenPoint(left + (TileSize / 2.0), top + TileSize + 2), tile.Caption, Ink, Font, FontSize - 2, FontWeights.Normal, 0, HorizontalAlignment.Center, VerticalAlignment.Top);
        }
        if (Foot > 0)
            context.DrawText(new ScreenPoint(place.Center.X, place.Bottom - Margin), string.Create(CultureInfo.InvariantCulture, $"blue −{extreme:G3}   white 0   orange +{extreme:G3}"), Ink, Font, FontSize - 1, FontWeights.Normal, 0, HorizontalAlignment.Center, VerticalAlignment.Bottom);
    }

    private ImageTiles Add(string caption, ReadOnlySpan<float> pixels, int width, int height, int channels, bool isWeights)
    {
        ArgumentNullException.ThrowIfNull(caption);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.Length != width * height * channels)
            throw new ArgumentException($"There are {pixels.Length} values, but {channels} x {height} x {width} are {width * height * channels}.", nameof(pixels));
        _tiles.Add(new(caption, pixels.ToArray(), width, height, channels, isWeights));
        return this;
    }
}
