using BioLearn.Plots;

namespace BioLearn.Plots.Tests;

public class ChartTests
{
    private static readonly string First = Palette.Colour(0), Second = Palette.Colour(1);

    [Fact]
    public void Text_of_a_chart_stays_text()
    {
        SvgPicture svg = new(new Chart { Title = "Way & end", X = new("epoch"), Y = new("test error") }.Curve("PC", PlotPoint.Of([3, 2, 1])));
        Assert.Superset(new HashSet<string> { "Way & end", "epoch", "test error", "PC" }, svg.Texts.ToHashSet());
    }

    [Fact]
    public void Curve_falls_as_its_values_do_and_breaks_at_NaN()
    {
        SvgPicture svg = new(new Chart().Curve("", PlotPoint.Of([4, 3, double.NaN, 2, 1])));
        var lines = svg.Lines(First);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.True(line[^1].Y > line[0].Y && line[^1].X > line[0].X)); // y grows downwards
        double step = lines[0][1].Y - lines[0][0].Y;
        Assert.Equal(step, lines[1][1].Y - lines[1][0].Y, .01);
        Assert.Equal(step, lines[1][0].Y - lines[0][1].Y, .01); // from 3 to 2 over the gap
    }

    [Fact]
    public void Band_lies_around_its_points_and_only_where_they_have_an_interval()
    {
        PlotPoint[] points = [new(0, 1, .5, 2), new(1, 1, .5, 2), new(2, 1), new(3, 1, .5, 2), new(4, 1, .5, 2)];
        SvgPicture svg = new(new Chart().Curve("", points));
        var areas = svg.Areas(First);
        Assert.Equal(2, areas.Length);
        double middle = svg.Lines(First).Single()[0].Y;
        foreach (var area in areas)
            Assert.Equal(2, (middle - area.Min(p => p.Y)) / (area.Max(p => p.Y) - middle), .05); // 1 above, .5 below
    }

    [Fact]
    public void Bars_are_as_high_as_their_values_and_hollow_marks_stand_on_those_of_their_colour()
    {
        Chart chart = new Chart { X = new() { Categories = ["a", "b"] } }.Bars("one", PlotPoint.Of([1, 2], 0)).Bars("two", PlotPoint.Of([3, 4], 0));
        chart.Bars("published", PlotPoint.Of([4, 1], 0), new() { Hollow = true, Colour = Second });
        SvgPicture svg = new(chart);
        // The last rectangle of a colour is its sign in the legend.
        var one = svg.Rectangles(First)[..2];
        var two = svg.Rectangles(Second)[..2];
        Assert.Equal([2, 3, 4], new[] { one[1], two[0], two[1] }.Select(bar => Math.Round(bar.Height / one[0].Height, 2)));
        Assert.True(one[0].X + one[0].Width <= two[0].X && two[0].X + two[0].Width < one[1].X);
        var mark = svg.Areas("#FFFFFF")[0];
        Assert.Equal(two[0].X + (two[0].Width / 2), mark.Average(p => p.X), 1.0);
        Assert.Equal(two[1].Y, mark.Average(p => p.Y), 1.0); // 4, as the other bar
    }

    [Fact]
    public void Stacked_bars_begin_where_the_ones_below_end()
    {
        Chart chart = new Chart { Stacked = true, Horizontal = true, Y = new() { Categories = ["top", "bottom"] } }.Bars("one", PlotPoint.Of([1, 2], 0)).Bars("two", PlotPoint.Of([3, 1], 0));
        SvgPicture svg = new(chart);
        var one = svg.Rectangles(First);
        var two = svg.Rectangles(Second);
        Assert.Equal(one[0].X + one[0].Width, two[0].X, .1);
        Assert.Equal(3, two[0].Width / one[0].Width, .02);
        Assert.True(one[0].Y < one[1].Y); // categories from the top
    }

    [Fact]
    public void Trajectory_is_hollow_where_it_begins()
    {
        SvgPicture svg = new(new Chart().Trajectory("", [new(0, 0), new(1, 2), new(2, 1)]));
        var line = svg.Lines(First).Single();
        var hollow = Assert.Single(svg.Circles(First), circle => circle.Hollow);
        Assert.Equal((line[0].X, line[0].Y), (hollow.X, hollow.Y));
    }

    [Fact]
    public void Distribution_rises_from_its_smallest_value_to_its_largest()
    {
        SvgPicture svg = new(new Chart { X = new() { Minimum = 0, Maximum = 10 }, Y = new() { Minimum = 0, Maximum = 1 } }.Distribution("", [8, 2, 5]));
        var line = svg.Lines(First).Single();
        Assert.Equal(3, line.Length);
        Assert.Equal(line[1].X - line[0].X, line[2].X - line[1].X, .01);
        Assert.Equal(line[0].Y - line[1].Y, line[1].Y - line[2].Y, .01);
        Assert.True(line[2].Y < line[0].Y);
    }

    [Fact]
    public void Logarithmic_axis_gives_equal_room_to_equal_factors_and_leaves_out_what_has_no_place()
    {
        SvgPicture svg = new(new Chart { X = new() { Logarithmic = true }, Y = new() { Logarithmic = true } }.Points("", [new(.01, 1, -1, 2), new(.1, 10, 5, 20), new(1, 100), new(0, 5)]));
        var line = svg.Lines(First).MaxBy(points => points.Length)!;
        Assert.Equal(line[1].X - line[0].X, line[2].X - line[1].X, .01);
        Assert.Equal(line[0].Y - line[1].Y, line[1].Y - line[2].Y, .01);
    }

    [Fact]
    public void Series_with_a_colour_of_its_own_takes_none_of_the_palettes()
    {
        SvgPicture svg = new(new Chart().Curve("", PlotPoint.Of([1, 2]), new() { Colour = "#010203" }).Curve("", PlotPoint.Of([2, 1])));
        Assert.Single(svg.Lines("#010203"));
        Assert.Single(svg.Lines(First));
    }

    [Fact]
    public void Series_of_one_colour_differ_by_their_stroke()
    {
        Chart chart = new();
        for (int i = 0; i < 8; i++)
            chart.Curve("", PlotPoint.Of([i, i + 1]));
        string[] lines = [.. chart.ToSvg().Split('\n').Where(line => line.Contains("<polyline", StringComparison.Ordinal) && line.Contains("stroke:rgb(0,114,178)", StringComparison.Ordinal))];
        Assert.Equal(2, lines.Length);
        Assert.DoesNotContain("dasharray", lines[0], StringComparison.Ordinal);
        Assert.Contains("dasharray", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Small_multiples_show_a_name_once()
    {
        SmallMultiples panels = new([new Chart { Title = "one" }.Curve("PC", PlotPoint.Of([1, 2])), new Chart { Title = "two" }.Curve("PC", PlotPoint.Of([2, 1]))]) { Title = "both" };
        string[] texts = new SvgPicture(panels).Texts;
        Assert.Single(texts, "PC");
        Assert.Superset(new HashSet<string> { "one", "two", "both" }, texts.ToHashSet());
        Assert.Throws<ArgumentException>(() => new SmallMultiples([]));
    }

    [Fact]
    public void Mean_and_range_of_runs_of_different_lengths()
        => Assert.Equal([new(1, 2, 1, 3), new(2, 5)], PlotPoint.MeanAndRange([[1, 5], [3]]));
}
