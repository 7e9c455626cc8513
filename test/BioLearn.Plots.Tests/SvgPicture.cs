using System.Globalization;
using System.Xml.Linq;

namespace BioLearn.Plots.Tests;

/// <summary>What an SVG shows, read from its elements.</summary>
internal sealed class SvgPicture(Picture picture)
{
    private readonly XElement _root = XElement.Parse(picture.ToSvg());

    public string[] Texts => [.. All("text").Select(text => text.Value)];

    /// <summary>Corners of each polyline, drawn in a colour.</summary>
    public (double X, double Y)[][] Lines(string colour) => [.. All("polyline").Where(line => Style(line).Contains($"stroke:{Rgb(colour)}", StringComparison.Ordinal)).Select(Points)];

    /// <summary>Filled polygons of a colour.</summary>
    public (double X, double Y)[][] Areas(string colour) => [.. All("polygon").Where(area => Style(area).Contains($"fill:{Rgb(colour)}", StringComparison.Ordinal)).Select(Points)];

    public (double X, double Y, double Width, double Height)[] Rectangles(string colour) =>
        [.. All("rect").Where(rect => Style(rect).Contains($"fill:{Rgb(colour)}", StringComparison.Ordinal)).Select(rect => (Number(rect, "x"), Number(rect, "y"), Number(rect, "width"), Number(rect, "height")))];

    /// <summary>Middles of circles, and whether they are filled with the colour of their rim.</summary>
    public (double X, double Y, bool Hollow)[] Circles(string colour) =>
        [.. All("ellipse").Concat(All("circle")).Where(circle => Style(circle).Contains(Rgb(colour), StringComparison.Ordinal)).Select(circle => (Number(circle, "cx"), Number(circle, "cy"), Style(circle).Contains("fill:rgb(255,255,255)", StringComparison.Ordinal)))];

    public string[] Ids => [.. _root.Descendants().Attributes("id").Select(id => id.Value)];

    private IEnumerable<XElement> All(string name) => _root.Descendants().Where(element => element.Name.LocalName == name);

    private static string Style(XElement element) => element.Attribute("style")?.Value ?? "";

    private static string Rgb(string hex) => hex == "#000000" ? "black" : $"rgb({Convert.ToByte(hex[1..3], 16)},{Convert.ToByte(hex[3..5], 16)},{Convert.ToByte(hex[5..7], 16)})";

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static (double, double)[] Points(XElement element) =>
        [.. element.Attribute("points")!.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(point => point.Split(',')).Select(xy => (double.Parse(xy[0], CultureInfo.InvariantCulture), double.Parse(xy[1], CultureInfo.InvariantCulture)))];
}
