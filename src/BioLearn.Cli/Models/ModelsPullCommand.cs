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
    [Description("Address of an ONNX file, http or https; or resnet18-imagenet, which comes from a NuGet package")]
    public required string Url { get; init; }

    [CommandOption("--sha256 <DIGITS>")]
    [Description("SHA-256 of the file, needed with an address; another file is not kept")]
    public string? Sha256 { get; init; }

    [CommandOption("--name <NAME>")]
    [Description("Name to ask for it by. Default: from the address")]
    public string? Name { get; init; }

    /// <summary>The packaged network of this name, or null.</summary>
    public PackagedModel? Packaged => PackagedModel.All.FirstOrDefault(model => model.Name.Equals(Url, StringComparison.OrdinalIgnoreCase));

    public override ValidationResult Validate()
    {
        if (Packaged is not null)
            return Sha256 is null && Name is null ? ValidationResult.Success() : ValidationResult.Error("--sha256 and --name: only with an address; what comes from a package has its own");
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return ValidationResult.Error($"<url> {Url}: expected an address that begins with https:// or http://, or {string.Join(" or ", PackagedModel.All.Select(model => model.Name))}");
        if (Sha256 is null)
            return ValidationResult.Error("--sha256: expected the SHA-256 of the file, so that no other is kept");
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
            path = await console.Status().StartAsync("connecting", status => settings.Packaged is { } packaged
                ? packaged.PullAsync(ModelCatalog.UserFolder, client, new StatusProgress(status), cancellation)
                : download.PullAsync(new Uri(settings.Url), settings.Sha256!, ModelCatalog.UserFolder, settings.Name, new StatusProgress(status), cancellation));
        }
        catch (ArgumentException problem)
        {
            throw new UsageException($"--name: {GivenOptions.Plain(problem)}");
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
