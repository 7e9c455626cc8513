using System.ComponentModel;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments.Reports;
using BioLearn.ML.Hosting;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Experiments;

/// <summary>The command line of <c>biolearn experiment print</c>.</summary>
internal sealed class PrintSettings : ExperimentSettings
{
    [CommandArgument(0, "<PAGE>")]
    [Description("A page of Markdown. What stands between <!-- records: GRID --> and <!-- end --> is printed anew")]
    public string Page { get; init; } = "";

    [CommandOption("-r|--records <FOLDER>")]
    [Description("Where records lie, as experiment export --records wrote them. Default: records beside the page")]
    public string? Records { get; init; }

    [CommandOption("-g|--grids <FOLDER>")]
    [Description("Where grid files lie, GRID.yaml each. Default: those that the tool brings")]
    public string? Grids { get; init; }

    [CommandOption("--check")]
    [Description("Write nothing; end with 1 where the page would change")]
    public bool Check { get; init; }
}

/// <summary><c>biolearn experiment print</c>: the tables of a page, from records.</summary>
internal sealed class PrintCommand(IAnsiConsole console) : Command<PrintSettings>
{
    public override int Execute(CommandContext context, PrintSettings settings, CancellationToken cancellation)
    {
        if (!File.Exists(settings.Page))
            throw new UsageException($"<PAGE> {settings.Page}: there is no such file");
        if (settings.Grids is { } grids && !Directory.Exists(grids))
            throw new UsageException($"--grids {grids}: there is no such folder");
        if (settings.Records is { } given && !Directory.Exists(given))
            throw new UsageException($"--records {given}: there is no such folder");
        RecordsFolder records = new(settings.Records ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(settings.Page))!, "records"), settings.Grids, GridChoice.Catalog(settings));
        string before = File.ReadAllText(settings.Page), after;
        IReadOnlyList<string> shown;
        try
        {
            shown = ResultsPage.Grids(before);
            after = ResultsPage.Print(before, records.Report);
        }
        catch (InvalidDataException problem) when (problem.Message.StartsWith("line ", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{settings.Page}, {problem.Message}", problem);
        }
        bool changes = before != after;
        if (changes && !settings.Check)
            SafeFile.WriteText(settings.Page, after);
        console.MarkupLine($"{shown.Count} grids; the page {(!changes ? "is as the records have it" : settings.Check ? "[red]differs from the records[/]" : "was printed anew")}");
        return changes && settings.Check ? ExitCodes.Failure : ExitCodes.Success;
    }
}
