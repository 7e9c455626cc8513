using System.Security.Cryptography;
using System.Text;
using BioLearn.ML.Hosting;
using OxyPlot;
using OxyPlot.SkiaSharp;
using SkiaSharp;

namespace BioLearn.Plots;

/// <summary>
/// Something that can be written as PNG or SVG: a <see cref="Chart"/>, <see cref="SmallMultiples"/>, a <see cref="HeatMap"/>,
/// <see cref="ImageTiles"/>. Text of an SVG stays text, so that it can be searched, copied and set in the reader's font.
/// </summary>
public abstract class Picture
{
    /// <summary>What an SVG asks its reader for.</summary>
    private const string WebFont = "Arial, Helvetica, sans-serif";

    internal const double FontSize = 13, TitleSize = 15;
    internal static readonly OxyColor Ink = OxyColor.FromRgb(40, 40, 40), Faint = OxyColor.FromRgb(222, 222, 222);

    /// <summary>A font without serifs that this machine has: drawn in PNG, and widths of SVG text are measured with it.</summary>
    internal static readonly string Font = ((string[])["Arial", "Helvetica", "Liberation Sans", "DejaVu Sans", "Verdana"]).FirstOrDefault(IsHere) ?? "sans-serif";

    internal Picture()
    {
    }

    /// <summary>Above the picture; null for none.</summary>
    public string? Title { get; set; }

    /// <summary>Width in CSS pixels.</summary>
    public virtual int Width { get; set; } = 760;

    /// <summary>Height in CSS pixels.</summary>
    public virtual int Height { get; set; } = 480;

    /// <summary>Writes the picture, beside its place first.</summary>
    /// <param name="path">A file that ends with <c>.png</c> or <c>.svg</c>; its folder exists.</param>
    /// <exception cref="ArgumentException">The file ends otherwise.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        byte[] bytes = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".PNG" => ToPng(),
            ".SVG" => Encoding.UTF8.GetBytes(ToSvg()),
            _ => throw new ArgumentException($"{path} must end with .png or .svg.", nameof(path)),
        };
        SafeFile.Write(path, file => file.Write(bytes));
    }

    /// <summary>The picture as PNG.</summary>
    /// <param name="scale">Pixels for each unit of width and height, from 0.1 to 10; 2 is sharp on paper.</param>
    /// <returns>The file's bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The scale is out of range.</exception>
    public byte[] ToPng(double scale = 2)
    {
        if (!(scale is >= .1 and <= 10))
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "must be from 0.1 to 10");
        using SKBitmap bitmap = new((int)Math.Ceiling(Width * scale), (int)Math.Ceiling(Height * scale));
        using SKCanvas canvas = new(bitmap);
        canvas.Clear(SKColors.White);
        // Shaping would ask for a library that few Linux servers have; Latin and Greek need none.
        using SkiaRenderContext context = new() { RenderTarget = RenderTarget.PixelGraphic, SkCanvas = canvas, UseTextShaping = false, DpiScale = (float)scale };
        Draw(context, new OxyRect(0, 0, Width, Height));
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>The picture as SVG: an element that stands in a file or in a page of HTML.</summary>
    /// <returns>The text.</returns>
    public string ToSvg()
    {
        using MemoryStream stream = new();
        using SkiaRenderContext measurer = new() { RenderTarget = RenderTarget.VectorGraphic, UseTextShaping = false };
        using (SvgRenderContext context = new(stream, Width, Height, isDocument: false, measurer, OxyColors.White))
        {
            Draw(context, new OxyRect(0, 0, Width, Height));
            context.Complete();
            context.Flush();
        }
        string text = Encoding.UTF8.GetString(stream.ToArray()).Replace($"font-family=\"{Font}\"", $"font-family=\"{WebFont}\"", StringComparison.Ordinal);
        // With a view box a page may show it in any size.
        text = $"<svg viewBox=\"0 0 {Width} {Height}\"{text[(text.IndexOf("<svg", StringComparison.Ordinal) + 4)..]}";
        // A page may hold many of them: names of clipping paths are the picture's own.
        string own = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));
        return text.Replace("#clipPath", $"#clip-{own}-", StringComparison.Ordinal).Replace("\"clipPath", $"\"clip-{own}-", StringComparison.Ordinal);
    }

    internal abstract void Draw(IRenderContext context, OxyRect place);

    private static bool IsHere(string family)
    {
        using SKTypeface? face = SKFontManager.Default.MatchFamily(family);
        return face is not null && face.FamilyName.Equals(family, StringComparison.OrdinalIgnoreCase);
    }

    internal static void Render(PlotModel model, IRenderContext context, OxyRect place)
    {
        ((IPlotModel)model).Update(true);
        ((IPlotModel)model).Render(context, place);
    }

    /// <summary>A model in the house's style, without axes.</summary>
    internal static PlotModel Model(string? title) => new()
    {
        Title = title,
        TitleFontSize = TitleSize,
        TitleFontWeight = FontWeights.Normal,
        TitleColor = Ink,
        DefaultFont = Font,
        DefaultFontSize = FontSize,
        TextColor = Ink,
        PlotAreaBorderColor = Ink,
        PlotAreaBorderThickness = new OxyThickness(1, 0, 0, 1),
        Padding = new OxyThickness(8, 8, 16, 8),
    };
}
