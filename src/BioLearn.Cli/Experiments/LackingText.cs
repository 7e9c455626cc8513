using System.Globalization;
using BioLearn.Cli.Terminal;
using Spectre.Console;

namespace BioLearn.Cli.Experiments;

/// <summary>Which trials a table or a report lacks, in words: what is left out looks like what was never asked for.</summary>
internal static class LackingText
{
    private const int MostFiles = 10;

    public static void Tell(IAnsiConsole console, string grid, int missing, int trials, IReadOnlyList<string> damaged)
    {
        if (missing == 0)
            return;
        console.MarkupLine($"[yellow]{Printable.Escape(string.Create(CultureInfo.InvariantCulture, $"{grid}: {missing} of {trials} trials {(missing == 1 ? "is" : "are")} not done and left out"))}[/]");
        foreach (string file in damaged.Take(MostFiles))
            console.MarkupLine($"[red]{Printable.Escape(file)}[/] is damaged: its bytes are not those that were written");
        if (damaged.Count > MostFiles)
            console.MarkupLine($"[red]{damaged.Count - MostFiles} more files are damaged[/]");
    }
}
