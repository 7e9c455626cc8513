using BioLearn.ML.Diagnostics;
using BioLearn.Plots;
using SkiaSharp;

namespace BioLearn.Plots.Tests;

public class PictureTests
{
    [Fact]
    public void Png_has_the_scaled_size_and_is_the_same_again()
    {
        Chart chart = new Chart { Title = "t", Width = 300, Height = 200 }.Curve("a", PlotPoint.Of([1, 2]));
        using SKBitmap bitmap = SKBitmap.Decode(chart.ToPng(scale: 1.5));
        Assert.Equal((450, 300), (bitmap.Width, bitmap.Height));
        Assert.Equal(chart.ToPng(), chart.ToPng());
        Assert.Contains(bitmap.Pixels, pixel => pixel == new SKColor(0, 114, 178)); // the palette's first
        Assert.Throws<ArgumentOutOfRangeException>(() => chart.ToPng(0));
    }

    [Fact]
    public void Names_of_clipping_paths_differ_from_picture_to_picture()
    {
        string[] one = new SvgPicture(new Chart { Title = "one" }.Curve("", PlotPoint.Of([1, 2]))).Ids, two = new SvgPicture(new Chart { Title = "two" }.Curve("", PlotPoint.Of([1, 2]))).Ids;
        Assert.NotEmpty(one);
        Assert.Empty(one.Intersect(two));
    }

    [Fact]
    public void Every_clipping_path_that_is_used_is_there()
    {
        Chart chart = new Chart().Curve("", PlotPoint.Of([1, 2]));
        string svg = chart.ToSvg();
        string[] used = [.. System.Text.RegularExpressions.Regex.Matches(svg, "url\\(#([^)]+)\\)").Select(m => m.Groups[1].Value).Distinct()];
        Assert.NotEmpty(used);
        Assert.Empty(used.Except(new SvgPicture(chart).Ids));
    }

    [Fact]
    public void Save_writes_what_the_name_ends_with_and_refuses_other_endings()
    {
        string folder = Directory.CreateTempSubdirectory("plots").FullName;
        Chart chart = new Chart().Curve("", PlotPoint.Of([1, 2]));
        chart.Save(Path.Combine(folder, "a.svg"));
        chart.Save(Path.Combine(folder, "a.PNG"));
        Assert.StartsWith("<svg", File.ReadAllText(Path.Combine(folder, "a.svg")), StringComparison.Ordinal);
        Assert.Equal(0x89, File.ReadAllBytes(Path.Combine(folder, "a.PNG"))[0]);
        Assert.Contains(".png or .svg", Assert.Throws<ArgumentException>(() => chart.Save(Path.Combine(folder, "a.gif"))).Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Receptive_fields_show_signs_as_colours()
    {
        // Two units of 2 x 1 weights: (+1, -1) and (0, +4).
        ImageTiles tiles = ImageTiles.ReceptiveFields([1, -1, 0, 4], width: 2, height: 1);
        SKColor positive = new(213, 94, 0), negative = new(0, 114, 178);
        Assert.Equal([positive, negative, SKColors.White, positive], Looks(tiles));
        tiles.SharedRange = true; // a quarter of the way from white
        Assert.Equal([new(244, 215, 191), new(191, 220, 236), SKColors.White, positive], Looks(tiles));
        Assert.Contains(new SvgPicture(tiles).Texts, text => text.Contains("+4", StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => ImageTiles.ReceptiveFields([1, 2, 3], 2, 1));
    }

    [Fact]
    public void Images_keep_their_channels_apart()
    {
        ImageTiles tiles = new ImageTiles().Image("", [1, 0, 0, 0, .5f, 2], 2, 1, channels: 3); // red channel 1 0, green 0 0, blue .5 2
        Assert.Equal([new(255, 0, 128), new(0, 0, 255)], Looks(tiles));
    }

    [Fact]
    public void Heat_map_has_bright_cells_where_values_are_high()
    {
        HeatMap map = new(["a", "b"], ["x", "y"], new[,] { { 0, 1 }, { 1, .2 } }) { Title = "m" };
        Assert.Superset(new HashSet<string> { "a", "b", "x", "y", "0.20", "m" }, new SvgPicture(map).Texts.ToHashSet());
        Assert.Throws<ArgumentException>(() => new HeatMap(["a"], ["x", "y"], new double[2, 2]));
    }

    [Fact]
    public void Diagnostics_have_a_line_a_layer()
    {
        DiagnosticRecord[] records = [.. Enumerable.Range(0, 6).Select(i => new DiagnosticRecord(i / 2, 1, 1 + (i % 2), DiagnosticMetric.GradientAngle, i))];
        string[] texts = new SvgPicture(DiagnosticsCharts.Of(records, DiagnosticMetric.GradientAngle)).Texts;
        Assert.Superset(new HashSet<string> { "layer 1", "layer 2", "step" }, texts.ToHashSet());
        Assert.Contains("gradient and backpropagation's, layer 2", new SvgPicture(DiagnosticsCharts.Angles(records)).Texts);
        Assert.Contains(DiagnosticMetric.GradientAngle, Assert.Throws<ArgumentException>(() => DiagnosticsCharts.Of(records, "Energy")).Message, StringComparison.Ordinal);
    }

    /// <summary>Colours in the middle of each pixel of each tile, two a tile.</summary>
    private static SKColor[] Looks(ImageTiles tiles)
    {
        using SKBitmap bitmap = SKBitmap.Decode(tiles.ToPng(1));
        int count = (bitmap.Width - 28 + 8) / 80;
        return [.. Enumerable.Range(0, 2 * count).Select(i => bitmap.GetPixel(14 + (80 * (i / 2)) + 18 + (36 * (i % 2)), 14 + 36))];
    }
}
