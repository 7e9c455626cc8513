using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Models;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Models;

/// <summary><c>biolearn models info</c>: what a network is, its input, its levels, its classes.</summary>
internal sealed class ModelsInfoCommand(IAnsiConsole console) : Command<ModelSettings>
{
    public override int Execute(CommandContext context, ModelSettings settings, CancellationToken cancellation)
    {
        using var model = CnnModel.Load(settings.Model);
        var card = model.Card;
        var facts = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Add("name", card.Name);
        Add("network", card.Title);
        Add("file", model.File ?? "");
        Add("parameters", model.Parameters.ToString("N0", System.Globalization.CultureInfo.InvariantCulture));
        Add("input", $"{model.InputShape}, {PreprocessingText.Describe(card.Preprocessing)}{(card.IsRead ? "" : " (assumed: there is no card beside the file)")}");
        Add("licence", card.License);
        Add("source", card.Source);
        console.Write(facts);

        var levels = new Table().Border(TableBorder.Simple).AddColumn("level").AddColumn("shape").AddColumn("made by").AddColumn("tensor");
        foreach (var level in model.Levels)
            levels.AddRow(level.Name, level.Shape.ToString(), level.Kind.ToString(), Printable.Escape(level.TensorName));
        console.Write(levels);
        console.WriteLine(card.Classes.Count > 0 ? $"{model.Classes} classes: {string.Join(", ", card.Classes)}" : $"{model.Classes} classes without names");
        return 0;

        void Add(string what, string value)
        {
            if (value.Length > 0)
                facts.AddRow(new Text(what, Color.Grey), new Text(value));
        }
    }
}
