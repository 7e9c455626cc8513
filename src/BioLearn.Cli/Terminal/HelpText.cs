using System.Globalization;
using Spectre.Console;
using Spectre.Console.Cli;
using Spectre.Console.Cli.Help;
using Spectre.Console.Rendering;

namespace BioLearn.Cli.Terminal;

/// <summary>
/// Help as the parser prints it, but for options: their names stand in a column of one width, what they do beside it with the default at its end, so that a
/// terminal of 80 columns has room for sentences. A branch that does something where no command follows shows the options of that, too.
/// </summary>
internal sealed class HelpText(ICommandAppSettings settings) : HelpProvider(settings)
{
    private const int NameWidth = 31, Indent = 4;
    private const string Default = "Default:";

    public override IEnumerable<IRenderable> GetOptions(ICommandModel model, ICommandInfo? command)
    {
        ICommandInfo? shown = command?.DefaultCommand ?? command;
        Grid grid = new();
        grid.AddColumn(new GridColumn { Width = NameWidth, Padding = new(Indent, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new(0, 0) });
        grid.AddRow(new Text("-h, --help"), new Text("Print this help"));
        if (command is null)
            grid.AddRow(new Text("-v, --version"), new Text("Print the version"));
        foreach (ICommandOption option in shown?.Parameters.OfType<ICommandOption>().Where(option => !option.IsHidden) ?? [])
            grid.AddRow(new Text(Name(option)), new Markup(Said(option)));
        return [Text.NewLine, new Text("OPTIONS:"), Text.NewLine, grid];
    }

    private static string Name(ICommandOption option)
    {
        string shortName = option.ShortNames.Count > 0 ? $"-{option.ShortNames[0]}" : "", longName = option.LongNames.Count > 0 ? $"--{option.LongNames[0]}" : "";
        string value = option.ValueName is { Length: > 0 } name && !option.IsFlag ? option.ValueIsOptional ? $" [{name}]" : $" <{name}>" : "";
        return (shortName, longName) switch
        {
            ("", _) => $"    {longName}{value}",
            (_, "") => $"{shortName}{value}",
            _ => $"{shortName}, {longName}{value}",
        };
    }

    private static string Said(ICommandOption option)
    {
        string text = option.Description ?? "";
        return option.DefaultValue?.Value is { } value && !option.IsFlag && !text.Contains(Default, StringComparison.Ordinal) ? $"{text}. {Default} {Markup.Escape(Value(value))}" : text;
    }

    private static string Value(object value) => value is System.Collections.IEnumerable list and not string
        ? string.Join(", ", list.Cast<object?>().Select(one => Convert.ToString(one, CultureInfo.InvariantCulture))) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
