using System.ComponentModel;
using BioLearn.Cli.Terminal;
using BioLearn.Studio;
using BioLearn.Studio.Gallery;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Studio;

/// <summary><c>biolearn studio export</c>: views of the page as a folder that opens without a server.</summary>
internal sealed class StudioExportCommand(IAnsiConsole console) : AsyncCommand<StudioExportCommand.Settings>
{
    internal sealed class Settings : CommandSettings
    {
        [CommandArgument(0, "<FOLDER>")]
        [Description("Where the gallery goes: index.html opens it, also from a stick")]
        public string Folder { get; init; } = "";

        [CommandOption("--view <LINK>")]
        [Description("A link that the page gives (\"recollect?picture=...\"), may be repeated, in this order. Default: views that tell the story")]
        public string[] Views { get; init; } = [];

        [CommandOption("--pictures <FOLDER>")]
        [Description("Folder of the pictures that the links are of. Default: bundled photographs")]
        public string? Pictures { get; init; }
    }

    public override async Task<int> ExecuteAsync(CommandContext context, Settings settings, CancellationToken cancellation)
    {
        if (settings.Pictures is { } from && !Directory.Exists(from))
            throw new UsageException($"--pictures {from}: no such folder");
        using var output = OutputFolder.Take("<FOLDER>", settings.Folder, GalleryExport.IndexFile);
        StudioOptions options = new();
        await using GalleryExport export = new(options with { Pictures = settings.Pictures ?? options.Pictures });
        IReadOnlyList<string> links = settings.Views is [] ? export.Story() : settings.Views;
        List<(string Link, string Problem)> skipped = [];
        ProgressView view = new(console, "making views", links.Count, 0);
        int made = 0;
        await view.RunAsync(async () => made = await export.WriteAsync(output.Path, links, (link, problem) =>
        {
            if (problem is not null)
                skipped.Add((link, problem));
            view.Step();
        }, cancellation));
        foreach (var (link, problem) in skipped)
            console.MarkupLine($"[yellow]left out[/]: --view {Printable.Escape(link)}: {Printable.Escape(problem)}");
        if (made == 0)
            throw new IOException(links.Count == 0 ? "there is no view to keep: no picture, or no network, is at hand" : "none of the views can be made: nothing is written");
        console.MarkupLine($"{made} view{(made == 1 ? "" : "s")}: [link]{Printable.Escape(Path.GetFullPath(output[GalleryExport.IndexFile]))}[/]");
        return skipped.Count > 0 ? ExitCodes.SomeFailed : ExitCodes.Success;
    }
}
