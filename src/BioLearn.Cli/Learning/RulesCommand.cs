using System.Globalization;
using BioLearn.Cli.Terminal;
using BioLearn.ML;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Learning;

/// <summary><c>biolearn rules</c>: every learning rule of the library, one line and a reference each.</summary>
internal sealed class RulesCommand(IAnsiConsole console) : Command
{
    public override int Execute(CommandContext context, CancellationToken cancellation)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("--rule").NoWrap()).AddColumn("what it does");
        foreach (var entry in LearningRules.Table)
        {
            string options = string.Join(", ", RuleChoice.OptionsOf(entry).Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.Name}={o.Default}")));
            string details = $"{Markup.Escape(entry.Summary)}\n[grey]{Markup.Escape(entry.Reference)}[/]";
            table.AddRow(Markup.Escape(RuleChoice.NameOf(entry)), options.Length > 0 ? $"{details}\n[grey]options:[/] {Markup.Escape(options)}" : details);
        }
        console.Write(table);
        console.MarkupLine("[grey]Options follow the name behind colons: biolearn train --rule equilibrium-propagation:Beta=0.5[/]");
        return ExitCodes.Success;
    }
}
