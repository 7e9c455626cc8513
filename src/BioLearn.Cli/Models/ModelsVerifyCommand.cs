using System.Security.Cryptography;
using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Models;

/// <summary><c>biolearn models verify</c>: is the file whole, can it be read, run and reversed?</summary>
internal sealed class ModelsVerifyCommand(IAnsiConsole console) : Command<ModelSettings>
{
    public override int Execute(CommandContext context, ModelSettings settings, CancellationToken cancellation)
    {
        var found = ModelCatalog.Find(settings.Model);
        var sha256 = Sha256(found.Path);
        if (found.Card?.Sha256 is not { } expected)
        {
            Line("checksum", $"{sha256} (no card beside the file says which it should be)");
        }
        else if (expected.Equals(sha256, StringComparison.OrdinalIgnoreCase))
        {
            Line("checksum", $"{sha256}, as its card says");
        }
        else
        {
            console.MarkupLine($"[red]error:[/] {Printable.Escape(found.Path)}: SHA-256 is {sha256}, its card says {expected}: the file was changed or damaged");
            return ExitCodes.Failure;
        }

        using var model = CnnModel.Load(found.Path);
        Line("graph", $"{model.OperatorCount} operators, {model.Levels.Count} levels");
        using var recollector = new Recollector(model, Cue.OutputLayer);
        var image = recollector.Recollect(new float[model.InputShape.Count], count: 1, cancellation: cancellation)[0];
        Line("way back", $"{model.Levels[0].Shape} to {image.Shape}");
        return ExitCodes.Success;

        void Line(string what, string result) => console.MarkupLine($"[green]ok[/] {what}: {Printable.Escape(result)}");
    }

    internal static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
