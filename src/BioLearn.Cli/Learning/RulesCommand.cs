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
        Write("Layered networks", "--rule", LearningRules.Table.Select(entry =>
        {
            string options = string.Join(", ", RuleChoice.OptionsOf(entry).Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.Name}={o.Default}")));
            return (RuleChoice.NameOf(entry), entry.Summary, entry.Reference, "options", options);
        }));
        console.MarkupLine("[grey]Options follow the name behind colons: biolearn train --rule equilibrium-propagation:Beta=0.5[/]");
        console.WriteLine();
        Write("Recurrent networks, called on an MLContext", "rule", Rows(CatalogRule.Recurrent));
        Write("Spikes, a class", "rule", Rows(CatalogRule.Spiking));
        Write("Without labels, called on an MLContext", "rule", Rows(CatalogRule.Unsupervised));
        return ExitCodes.Success;
    }

    private static IEnumerable<(string Name, string Summary, string Reference, string Label, string More)> Rows(IEnumerable<CatalogRule> rules) =>
        rules.Select(r => (r.Name, r.Summary, r.Reference, "call", r.Call));

    private void Write(string title, string nameColumn, IEnumerable<(string Name, string Summary, string Reference, string Label, string More)> rows)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn(nameColumn).NoWrap()).AddColumn("what it does");
        foreach (var (name, summary, reference, label, more) in rows)
        {
            string details = $"{Markup.Escape(summary)}\n[grey]{Markup.Escape(reference)}[/]";
            table.AddRow(Markup.Escape(name), more.Length > 0 ? $"{details}\n[grey]{label}:[/] {Markup.Escape(more)}" : details);
        }
        console.MarkupLine($"[bold]{Markup.Escape(title)}[/]");
        console.Write(table);
    }
}
