namespace BioLearn.Onnx.Images;

/// <summary>Pictures in rows and columns on white paper, a heading over each column and a caption under each picture.</summary>
public sealed class ContactSheet
{
    private const int Gap = 12;
    private const int LineHeight = 18;

    private static readonly (byte, byte, byte) Ink = (32, 36, 44);
    private static readonly (byte, byte, byte) FaintInk = (108, 114, 124);

    private readonly string[] _headings;
    private readonly int _cell;
    private readonly List<Cell[]> _rows = [];

    /// <summary>Begins a sheet.</summary>
    /// <param name="headings">One a column.</param>
    /// <param name="cellSize">Side of the square into which every picture is fitted, in pixels; at least 16.</param>
    public ContactSheet(IEnumerable<string> headings, int cellSize = 224)
    {
        ArgumentNullException.ThrowIfNull(headings);
        ArgumentOutOfRangeException.ThrowIfLessThan(cellSize, 16);
        _headings = [.. headings];
        if (_headings.Length == 0)
            throw new ArgumentException("at least one column is needed", nameof(headings));
        _cell = cellSize;
    }

    /// <summary>Rows so far.</summary>
    public int Rows => _rows.Count;

    /// <summary>Adds a row.</summary>
    /// <param name="cells">One a column: a picture (null leaves the place empty) and a caption, cut to the width of the cell.</param>
    /// <exception cref="ArgumentException">Another number of cells than columns.</exception>
    public void AddRow(IEnumerable<(PixelImage? Picture, string Caption)> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        Cell[] row = [.. cells.Select(cell => new Cell(cell.Picture is { } picture ? Fit(picture) : null, cell.Caption))];
        if (row.Length != _headings.Length)
            throw new ArgumentException($"expected {_headings.Length} cells, found {row.Length}", nameof(cells));
        _rows.Add(row);
    }

    /// <summary>Draws the sheet.</summary>
    public PixelImage Draw()
    {
        var rowHeight = _cell + LineHeight + Gap;
        var sheet = new PixelImage(Gap + _headings.Length * (_cell + Gap), Gap + LineHeight + _rows.Count * rowHeight + Gap / 2);
        Array.Fill(sheet.Rgb, (byte)255);
        for (var column = 0; column < _headings.Length; column++)
        {
            var left = Gap + column * (_cell + Gap);
            GlyphSheet.Draw(sheet, left, Gap / 2, Shorten(_headings[column]), Ink);
            for (var row = 0; row < _rows.Count; row++)
            {
                var top = Gap + LineHeight + row * rowHeight;
                var (picture, caption) = _rows[row][column];
                if (picture != null)
                    Paste(picture, sheet, left + (_cell - picture.Width) / 2, top + (_cell - picture.Height) / 2);
                GlyphSheet.Draw(sheet, left, top + _cell + 1, Shorten(caption), FaintInk);
            }
        }
        return sheet;
    }

    private PixelImage Fit(PixelImage picture)
    {
        var longer = Math.Max(picture.Width, picture.Height);
        if (longer <= _cell)
            return picture;
        return ImageResampler.Resize(picture, Math.Max(1, picture.Width * _cell / longer), Math.Max(1, picture.Height * _cell / longer));
    }

    private string Shorten(string text)
    {
        var room = _cell / GlyphSheet.Width;
        return text.Length <= room ? text : text[..Math.Max(0, room - 2)] + "..";
    }

    private static void Paste(PixelImage picture, PixelImage sheet, int left, int top)
    {
        for (var y = 0; y < picture.Height; y++)
            picture.Rgb.AsSpan(3 * y * picture.Width, 3 * picture.Width).CopyTo(sheet.Rgb.AsSpan(3 * ((top + y) * sheet.Width + left)));
    }

    private readonly record struct Cell(PixelImage? Picture, string Caption);
}
