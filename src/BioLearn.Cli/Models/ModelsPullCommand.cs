using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Models;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Models;

/// <summary>Options of <c>biolearn models pull</c>.</summary>
internal sealed class PullSettings : CommandSettings
{
    [CommandArgument(0, "<url>")]
    [Description("Address of an ONNX file, http or https")]
    public required string Url { get; init; }

    [CommandOption("--sha256 <DIGITS>", isRequired: true)]
    [Description("SHA-256 of the file; another file is not kept")]
    public required string Sha256 { get; init; }

    [CommandOption("--name <NAME>")]
    [Description("Name to ask for it by. Default: from the address")]
    public string? Name { get; init; }

    public override ValidationResult Validate()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return ValidationResult.Error($"<url> {Url}: expected an address that begins with https:// or http://");
        if (Sha256.Length != 64 || !Sha256.All(char.IsAsciiHexDigit))
            return ValidationResult.Error($"--sha256 {Sha256}: expected 64 hexadecimal digits");
        return ValidationResult.Success();
    }
}

/// <summary><c>biolearn models pull</c>: download, check, keep.</summary>
internal sealed class ModelsPullCommand(IAnsiConsole console) : AsyncCommand<PullSettings>
{
    public override async Task<int> ExecuteAsync(CommandContext context, PullSettings settings, CancellationToken cancellation)
    {
        using var folder = OutputFolder.Take("models folder", ModelCatalog.UserFolder);
        using var client = new HttpClient();
        var download = new ModelDownload(client);
        string path;
        try
        {
            path = await console.Status().StartAsync("connecting", status => download.PullAsync(
                new Uri(settings.Url), settings.Sha256, ModelCatalog.UserFolder, settings.Name, new StatusProgress(status), cancellation));
        }
        catch (ArgumentException problem)
        {
            throw new UsageException($"--name: {problem.Message}");
        }
        console.MarkupLine($"[green]ok[/] {Printable.Escape(path)}");
        console.MarkupLine($"[grey]biolearn recollect --model {Printable.Escape(Path.GetFileNameWithoutExtension(path))}[/]");
        return ExitCodes.Success;
    }

    private sealed class StatusProgress(StatusContext status) : IProgress<ModelDownload.Progress>
    {
        public void Report(ModelDownload.Progress value)
        {
            var total = value.BytesTotal is { } bytes ? string.Create(CultureInfo.InvariantCulture, $" of {bytes / 1e6:0.0}") : "";
            status.Status(string.Create(CultureInfo.InvariantCulture, $"{value.BytesReceived / 1e6:0.0}{total} MB"));
        }
    }
}
