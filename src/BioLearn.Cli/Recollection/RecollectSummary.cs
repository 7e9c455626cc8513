using System.Globalization;
using BioLearn.Cli.Terminal;
using Spectre.Console;

namespace BioLearn.Cli.Recollection;

/// <summary>What a run of recollections came to, on the terminal.</summary>
internal sealed class RecollectSummary(IAnsiConsole console)
{
    private const int MostFailed = 100;

    public void Tell(IReadOnlyList<ManifestPicture> done, ManifestHeader header, ManifestSummary summary)
    {
        ManifestPicture[] failed = [.. done.Where(picture => picture.Error != null)];
        if (failed.Length < done.Count)
        {
            var table = new Table().Border(TableBorder.Simple).AddColumn("recollection").AddColumn(new TableColumn("E").RightAligned()).AddColumn(new TableColumn("identified").RightAligned());
            foreach (var column in header.Columns)
            {
                ManifestRecollection[] all = [.. done.SelectMany(picture => picture.Recollections).Where(recollection => recollection.Column == column.Id)];
                table.AddRow(Printable.Escape($"{column.Title}, {column.Variant}"), all.Average(one => one.EdgeCorrelation).ToString("0.00", CultureInfo.InvariantCulture),
                    all.Any(one => one.Identified != null) ? $"{all.Count(one => one.Identified == true)} of {all.Length}" : "");
            }
            console.Write(table);
        }
        if (summary is { PicturesPerSecond: { } rate, MeanMilliseconds: { } each })
        {
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"[grey]{rate:0.0} pictures a second; a picture's milliseconds: decode {each.Decode:0}, network {each.Network:0}, "
                + $"controls {each.Controls:0}, measures {each.Measures:0}, encode {each.Encode:0}[/]"));
        }
        foreach (var picture in failed.Take(MostFailed))
            console.MarkupLine($"[red]skipped[/] {Printable.Escape(picture.Source)}: {Printable.Escape(picture.Error!)}");
        if (failed.Length > MostFailed)
            console.MarkupLine($"[red]skipped[/] {failed.Length - MostFailed} more; the manifest names them");
    }
}
