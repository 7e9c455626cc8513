using System.ComponentModel;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.Experiments.Grids;
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
        GridChoice[] choices = GridChoice.Checked([.. settings.Folders.SelectMany(folder => settings.File is { } file ? [Other(file, folder, settings)] : GridChoice.OfFolder(folder, settings, settings.Grid))], settings);
        new ReportOnTerminal(console, cancellation).Write(choices, settings.Out ?? (settings.Folders is [var one] ? Path.Combine(one, ReportOnTerminal.Folder) : ReportOnTerminal.Folder));
        return ExitCodes.Success;
    }

    /// <summary>Another grid file of a folder's experiment: one of another experiment has none of its trials, and an empty report would take the place of the right one.</summary>
    private static GridChoice Other(string file, string folder, ReportSettings settings)
    {
        GridChoice choice = GridChoice.OfFile(file, folder, settings, "--file");
        GridCopies grids = choice.Folder.Grids;
        string[] names = [.. grids.Names().Select(name => GridFile.Read(grids.FileOf(name)).Name).Distinct()];
        return names.Contains(choice.Experiment.Grid.Name) ? choice
            : throw new UsageException($"--file {file}: is of the experiment '{choice.Experiment.Grid.Name}'; {folder} holds {(names.Length == 0 ? "no grid" : $"results of {string.Join(", ", names.Select(name => $"'{name}'"))}")}");
    }
}
