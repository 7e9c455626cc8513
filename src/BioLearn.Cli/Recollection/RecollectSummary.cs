using System.Globalization;
using BioLearn.Cli.Terminal;
using Spectre.Console;

namespace BioLearn.Cli.Recollection;

/// <summary>What a run of recollections came to, on the terminal.</summary>
internal sealed class RecollectSummary(IAnsiConsole console)
{
    private const int MostFailed = 100;

    public void Tell(RunFigures figures, ManifestHeader header, ManifestSummary summary)
    {
        if (figures.Done > 0)
        {
            var table = new Table().Border(TableBorder.Simple).AddColumn("recollection").AddColumn(new TableColumn("E").RightAligned()).AddColumn(new TableColumn("identified").RightAligned());
            foreach (var column in header.Columns)
            {
                ColumnFigures all = figures[column];
                table.AddRow(Printable.Escape($"{column.Title}, {column.Variant}"), string.Create(CultureInfo.InvariantCulture, $"{all.Edge.Value:0.00}"), all.Among is null ? "" : $"{all.Identified} of {all.Count}");
            }
            console.Write(table);
        }
        if (summary is { PicturesPerSecond: { } rate, MeanMilliseconds: { } each })
        {
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"[grey]{rate:0.0} pictures a second; a picture's milliseconds: decode {each.Decode:0}, network {each.Network:0}, "
                + $"controls {each.Controls:0}, measures {each.Measures:0}, encode {each.Encode:0}[/]"));
        }
        foreach (var picture in figures.FirstFailed.Take(MostFailed))
            console.MarkupLine($"[red]skipped[/] {Printable.Escape(picture.Source)}: {Printable.Escape(picture.Error!)}");
        if (figures.Failed > MostFailed)
            console.MarkupLine($"[red]skipped[/] {figures.Failed - MostFailed} more; the manifest names them");
    }
}
