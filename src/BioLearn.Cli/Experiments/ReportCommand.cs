using System.ComponentModel;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments.Reports;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Experiments;

/// <summary>The command line of <c>biolearn experiment report</c>.</summary>
internal sealed class ReportSettings : ExperimentSettings
{
    [CommandArgument(0, "<FOLDER>")]
    [Description("Folders of results; each may hold several grids")]
    public string[] Folders { get; init; } = [];

    [CommandOption("-g|--grid <NAME>")]
    [Description("Only this grid of each folder, such as deep-nets.best")]
    public string? Grid { get; init; }

    [CommandOption("-f|--file <GRID>")]
    [Description("Read select and report from this grid file, not from the copy in the folder: to draw anew after a change")]
    public string? File { get; init; }

    [CommandOption("-o|--out <FOLDER>")]
    [Description("Where report.html, figures and tables are written. Default: FOLDER/report, or report for several folders")]
    public string? Out { get; init; }

    public override ValidationResult Validate() => File is not null && Folders.Length > 1
        ? ValidationResult.Error("--file goes with one folder")
        : base.Validate();
}

/// <summary><c>biolearn experiment report</c>: claims beside our numbers, figures, tables, from the records; nothing is run.</summary>
internal sealed class ReportCommand(IAnsiConsole console) : Command<ReportSettings>
{
    public override int Execute(CommandContext context, ReportSettings settings, CancellationToken cancellation)
    {
        if (settings.File is { } named && string.IsNullOrWhiteSpace(named))
            throw new UsageException("--file: expected the name of a grid file");
        GridChoice[] choices = [.. settings.Folders.SelectMany(folder => settings.File is { } file ? [GridChoice.OfFile(file, folder, settings, "--file")] : GridChoice.OfFolder(folder, settings, settings.Grid))];
        new ReportOnTerminal(console, cancellation).Write(choices, settings.Out ?? (settings.Folders is [var one] ? Path.Combine(one, ReportOnTerminal.Folder) : ReportOnTerminal.Folder));
        return ExitCodes.Success;
    }
}
