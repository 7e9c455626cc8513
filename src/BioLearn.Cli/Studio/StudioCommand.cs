using System.ComponentModel;
using System.Net;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Terminal;
using BioLearn.Studio;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Studio;

/// <summary><c>biolearn studio</c>: serves the page until it is stopped.</summary>
internal sealed class StudioCommand(IAnsiConsole console) : AsyncCommand<StudioCommand.Settings>
{
    internal sealed class Settings : CommandSettings
    {
        [CommandOption("--port")]
        [Description("The port; 0 takes one that is free.")]
        [DefaultValue(5080)]
        public int Port { get; init; }

        [CommandOption("--address")]
        [Description("The address to listen on. The usual one is heard by this machine alone; 0.0.0.0 by every machine that reaches this one, and anybody there may use the page.")]
        [DefaultValue("127.0.0.1")]
        public string Address { get; init; } = "127.0.0.1";

        [CommandOption("--pictures")]
        [Description("Folder of pictures to choose from. Default: bundled photographs.")]
        public string? Pictures { get; init; }

        [CommandOption("--parallel")]
        [Description("Pieces of work at once, for all who look. Default: the number of cores.")]
        public int? Parallel { get; init; }
    }

    public override async Task<int> ExecuteAsync(CommandContext context, Settings settings, CancellationToken cancellation)
    {
        if (!IPAddress.TryParse(settings.Address, out var address))
            throw new UsageException($"--address {settings.Address}: expected an IP address, such as 127.0.0.1 or 0.0.0.0");
        if (settings.Port is < 0 or > IPEndPoint.MaxPort)
            throw new UsageException($"--port {settings.Port}: must be from 0 to {IPEndPoint.MaxPort}");
        if (settings.Parallel < 1)
            throw new UsageException($"--parallel {settings.Parallel}: must be at least 1");
        if (settings.Pictures is { } folder && !Directory.Exists(folder))
            throw new UsageException($"--pictures {folder}: no such folder");
        StudioOptions options = new() { Address = address, Port = settings.Port, ReadTable = TableData.Source };
        options = options with { Pictures = settings.Pictures ?? options.Pictures, ParallelWork = settings.Parallel ?? options.ParallelWork };
        await using var server = await StudioServer.StartAsync(options, cancellation);
        console.MarkupLine($"The page is at [link]{Printable.Escape(server.Address.ToString())}[/]; Ctrl-C ends it.");
        if (!IPAddress.IsLoopback(address))
            console.MarkupLine("[yellow]note:[/] other machines can open it, too; it asks nobody for a password");
        await server.RunAsync(cancellation);
        console.MarkupLine("[grey]ended[/]");
        return ExitCodes.Success;
    }
}
