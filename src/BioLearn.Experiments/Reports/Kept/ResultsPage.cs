using System.Text;
using System.Text.RegularExpressions;

namespace BioLearn.Experiments.Reports;

/// <summary>
/// A page of Markdown whose tables are printed from records: what stands between <c>&lt;!-- records: GRID --&gt;</c> and <c>&lt;!-- end --&gt;</c> is the
/// program's, all else its author's.
/// </summary>
public static partial class ResultsPage
{
    private const string Begin = "<!-- records: ", Close = " -->", End = "<!-- end -->";

    /// <summary>The grids that a page shows.</summary>
    /// <param name="page">Its text.</param>
    /// <returns>Names, such as <c>credit/rules.full</c>, in the page's order.</returns>
    /// <exception cref="InvalidDataException">A mark has no end, or stands within another; the message has the line.</exception>
    public static IReadOnlyList<string> Grids(string page)
    {
        ArgumentNullException.ThrowIfNull(page);
        List<string> grids = [];
        _ = Print(page, name =>
        {
            grids.Add(name);
            return "";
        });
        return grids;
    }

    /// <summary>Prints a page anew.</summary>
    /// <param name="page">Its text.</param>
    /// <param name="report">The report of a grid, by its name.</param>
    /// <returns>The text, with every table as the records have it today.</returns>
    /// <exception cref="InvalidDataException">A mark has no end, or stands within another; the message has the line.</exception>
    public static string Print(string page, Func<string, ExperimentReport> report)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(report);
        return Print(page, name => ResultsBlock.Of(report(name)));
    }

    private static string Print(string page, Func<string, string> block)
    {
        StringBuilder text = new();
        (string Name, int Line)? open = null;
        // Lines keep the ends that they have: a page of CRLF stays one.
        string[] lines = page.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r');
            Match begin = BeginMark().Match(line);
            bool begins = begin.Success, ends = EndMark().IsMatch(line);
            if (begins && open is { } other)
                throw new InvalidDataException($"line {i + 1}: '{line}' within the records of {other.Name}, which begin at line {other.Line} and have no '{End}'");
            if (ends && open is null)
                throw new InvalidDataException($"line {i + 1}: '{End}' without a '{Begin}NAME{Close}' before it");
            if (ends)
                text.Append(block(open!.Value.Name).ReplaceLineEndings(lines[open.Value.Line - 1].EndsWith('\r') ? "\r\n" : "\n"));
            if (open is null || ends)
                text.Append(lines[i]).Append(i < lines.Length - 1 ? "\n" : "");
            open = begins ? (begin.Groups[1].Value, i + 1) : ends ? null : open;
        }
        return open is null ? text.ToString() : throw new InvalidDataException($"line {open.Value.Line}: the records of {open.Value.Name} have no '{End}'");
    }

    [GeneratedRegex(@"^<!--\s*records:\s*(.+?)\s*-->\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex BeginMark();

    [GeneratedRegex(@"^<!--\s*end\s*-->\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex EndMark();
}
