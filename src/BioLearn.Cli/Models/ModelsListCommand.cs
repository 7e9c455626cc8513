using System.Globalization;
using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Models;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Models;

/// <summary><c>biolearn models list</c>: the networks at hand.</summary>
internal sealed class ModelsListCommand(IAnsiConsole console) : Command
{
    public override int Execute(CommandContext context, CancellationToken cancellation)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("name").AddColumn("network").AddColumn(new TableColumn("top-1").RightAligned()).AddColumn(new TableColumn("MB").RightAligned()).AddColumn("licence").AddColumn("");
        foreach (var model in ModelCatalog.List())
        {
            table.AddRow(
                Printable.Escape(model.Name),
                Printable.Escape(model.Card?.Title ?? ""),
                model.Card?.Top1Accuracy is { } accuracy ? string.Create(CultureInfo.InvariantCulture, $"{100 * accuracy:0.0} %") : "",
                string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(model.Path).Length / 1e6:0.0}"),
                Printable.Escape(model.Card?.License ?? ""),
                model.IsBundled ? "bundled" : "pulled");
        }
        console.Write(table);
        console.MarkupLine($"[grey]pulled models: {Printable.Escape(ModelCatalog.UserFolder)}[/]");
        return 0;
    }
}
