using Spectre.Console.Cli;
using Spectre.Console.Cli.Help;
using Spectre.Console.Rendering;

namespace BioLearn.Cli.Terminal;

/// <summary>Help as the parser prints it; a branch that does something where no command follows shows the options of that, too.</summary>
internal sealed class HelpOfBranches(ICommandAppSettings settings) : HelpProvider(settings)
{
    public override IEnumerable<IRenderable> GetOptions(ICommandModel model, ICommandInfo? command) => base.GetOptions(model, command?.DefaultCommand ?? command);
}
