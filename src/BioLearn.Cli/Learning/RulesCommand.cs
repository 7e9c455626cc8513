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
        Write("Layered networks", "--rule", RuleTable.Rows.Where(r => r.IsLearningRule), "options", row =>
            string.Join(", ", RuleChoice.OptionsOf(row).Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.Name}={o.Default}"))));
        console.MarkupLine("[grey]Options follow the name behind colons: biolearn train --rule equilibrium-propagation:Beta=0.5[/]");
        console.MarkupLine("[grey]With an instruction, counter-hebb makes a network that answers the question it is asked: biolearn instruct train[/]");
        console.WriteLine();
        foreach (var (title, rows) in new (string, Func<RuleRow, bool>)[]
        {
            ("Recurrent networks, called on an MLContext", r => r.Family == RuleFamily.Recurrent),
            ("Spikes and one-shot learning, called on an MLContext, or a class", r => r.Family is RuleFamily.Spiking or RuleFamily.Local),
            ("Without labels, called on an MLContext", r => r.Family == RuleFamily.Unsupervised),
        })
            Write(title, "rule", RuleTable.Rows.Where(r => !r.IsLearningRule).Where(rows), "call", row => row.Call);
        return ExitCodes.Success;
    }

    private void Write(string title, string nameColumn, IEnumerable<RuleRow> rows, string label, Func<RuleRow, string> more)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn(nameColumn).NoWrap()).AddColumn("what it does");
        foreach (var row in rows)
        {
            string details = $"{Printable.Escape(row.Summary)}\n[grey]{Printable.Escape(row.Reference)}[/]";
            table.AddRow(Printable.Escape(row.Name), more(row) is { Length: > 0 } text ? $"{details}\n[grey]{label}:[/] {Printable.Escape(text)}" : details);
        }
        console.MarkupLine($"[bold]{Printable.Escape(title)}[/]");
        console.Write(table);
    }
}
