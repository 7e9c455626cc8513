using System.ComponentModel;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Hosting;
using BioLearn.Onnx.Models;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Learning.Data;

/// <summary>The command line of <c>biolearn data pull</c>.</summary>
internal sealed class DataPullSettings : CommandSettings
{
    [CommandArgument(0, "<NAME>")]
    [Description("mnist or fashion-mnist")]
    public string Name { get; init; } = "";

    [CommandOption("--from <URL>")]
    [Description("Address of a folder that holds the four files. Default: the set's own")]
    public string? From { get; init; }
}

/// <summary><c>biolearn data pull</c>: download a data set, check every file, keep it. What is here already is only checked.</summary>
internal sealed class DataPullCommand(IAnsiConsole console) : AsyncCommand<DataPullSettings>
{
    public override async Task<int> ExecuteAsync(CommandContext context, DataPullSettings settings, CancellationToken cancellation)
    {
        var set = KnownData.Find(settings.Name) ?? throw new UsageException($"{settings.Name}: expected {string.Join(" or ", KnownData.All.Select(k => k.Name))}");
        var origin = set.Origin;
        if (settings.From is { } from && (!Uri.TryCreate(from.TrimEnd('/') + "/", UriKind.Absolute, out origin) || origin.Scheme is not ("http" or "https")))
            throw new UsageException($"--from {from}: expected an address that begins with https:// or http://");
        using var folder = OutputFolder.Take(KnownData.FolderVariable, set.Folder);
        using var client = new HttpClient();
        foreach (var file in set.Files)
        {
            bool here = IdxFolder.Find(set.Folder, file.Name) is not null;
            if (!here)
                await PullAsync(client, new Uri(origin, file.Name + ".gz"), Path.Combine(set.Folder, file.Name + ".gz"), file, cancellation);
            else
                IdxFolder.Verify(IdxFolder.Find(set.Folder, file.Name)!, file);
            console.MarkupLine($"[green]ok[/] {Printable.Escape(file.Name)}{(here ? " (was here)" : "")}");
        }
        console.MarkupLine($"[grey]in {Printable.Escape(set.Folder)}; licence {Printable.Escape(set.Licence)}. biolearn train --data {set.Name}[/]");
        return ExitCodes.Success;
    }

    private static Task PullAsync(HttpClient client, Uri url, string target, KnownFile expected, CancellationToken cancellation) => SafeFile.WriteAsync(
        target,
        file => new ModelDownload(client) { MaxBytes = 1 << 28 }.ReceiveAsync(url, file, cancellationToken: cancellation),
        received => IdxFolder.Verify(received, expected));
}

/// <summary><c>biolearn data list</c>: the sets known by name, and whether they are here.</summary>
internal sealed class DataListCommand(IAnsiConsole console) : Command
{
    public override int Execute(CommandContext context, CancellationToken cancellation)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("--data", "what", "licence", "where");
        table.AddRow(DataSet.Sample, "2,000 and 500 pictures of Fashion-MNIST", "MIT", "bundled");
        foreach (var set in KnownData.All)
            table.AddRow(set.Name, set.Title, set.Licence, set.IsHere ? set.Folder : $"not here: biolearn data pull {set.Name}");
        console.Write(table);
        return ExitCodes.Success;
    }
}
