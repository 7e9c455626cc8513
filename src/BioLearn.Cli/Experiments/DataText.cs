using System.Globalization;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using Spectre.Console;

namespace BioLearn.Cli.Experiments;

/// <summary>What trials learn from, in words: a grid that runs on another set than was meant looks like any other.</summary>
internal static class DataText
{
    public static void Tell(IAnsiConsole console, Experiment experiment)
    {
        foreach (DataSource source in experiment.Sources)
        {
            string part = source.IsBundled ? ", the bundled part" : "";
            console.MarkupLine($"[grey]{Printable.Escape(string.Create(CultureInfo.InvariantCulture, $"{source.Name}{part}: {source.Training.Count} rows to learn from, {source.Test.Count} to test on, in {source.Folder}"))}[/]");
        }
    }
}
