using System.Xml.Linq;
using BioLearn.Cli.Terminal;

namespace BioLearn.Cli.Tests.Terminal;

/// <summary>An option of a command, as the parser knows it.</summary>
/// <param name="Name">Its long name with hyphens, or the name of an argument.</param>
/// <param name="Type">The CLR type of its value: System.Int32, ...</param>
/// <param name="Kind">scalar, vector or flag.</param>
/// <param name="IsRequired">Whether the command needs it.</param>
/// <param name="IsArgument">Whether it has no name on the command line.</param>
internal sealed record ModelOption(string Name, string Type, string Kind, bool IsRequired, bool IsArgument);

/// <summary>A command and its options.</summary>
internal sealed record ModelCommand(string[] Words, ModelOption[] Options)
{
    public override string ToString() => string.Join(' ', Words);

    /// <summary>Every command of the tool, from the model that the parser prints of itself: a new one is there without being named.</summary>
    public static async Task<ModelCommand[]> AllAsync()
    {
        using var stop = new StopSignals();
        using var console = new Spectre.Console.Testing.TestConsole();
        console.Profile.Width = 100_000;
        await BiolearnApp.RunAsync(["cli", "xmldoc"], console, console, stop);
        return [.. Leaves(XElement.Parse(console.Output[console.Output.IndexOf("<Model", StringComparison.Ordinal)..]), [])];
    }

    private static IEnumerable<ModelCommand> Leaves(XElement at, string[] words)
    {
        foreach (var command in at.Elements("Command"))
        {
            // What a branch does where no command follows goes by the branch's words.
            string[] own = command.Attribute("Name")!.Value is var name && name == "__default_command" ? words : [.. words, name];
            if (command.Attribute("IsBranch")!.Value == "true")
            {
                foreach (var leaf in Leaves(command, own))
                    yield return leaf;
                continue;
            }
            yield return new(own, [.. command.Elements("Parameters").Elements().Select(Option)]);
        }
    }

    private static ModelOption Option(XElement element)
    {
        bool argument = element.Name == "Argument";
        string name = argument ? element.Attribute("Name")!.Value : element.Attribute("Long")!.Value is { Length: > 0 } word ? $"--{word}" : $"-{element.Attribute("Short")!.Value}";
        return new(name, element.Attribute("ClrType")!.Value, element.Attribute("Kind")!.Value, element.Attribute("Required")!.Value == "true", argument);
    }
}
