using System.ComponentModel;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Experiments;

/// <summary>What the commands of <c>biolearn experiment</c> have in common: data, own classes of trials.</summary>
internal abstract class ExperimentSettings : CommandSettings
{
    [CommandOption("-d|--data <NAME=FOLDER>")]
    [Description("Where a data source lies, such as fashion-mnist=FOLDER, or table=FILE.csv; may stand several times. Default: the environment variable BIOLEARN_FASHION_MNIST, then the bundled part")]
    public string[] Data { get; init; } = [];

    [CommandOption("--trials <ASSEMBLY>")]
    [Description("An assembly with trials of your own: public classes that implement ITrial")]
    public string? Trials { get; init; }
}

/// <summary>The commands that take a grid file, or a folder of results.</summary>
internal abstract class GridSettings : ExperimentSettings
{
    [CommandOption("-o|--out <FOLDER>")]
    [Description("The folder of results. Default: results/NAME, with the experiment's name")]
    public string? Out { get; init; }
}

/// <summary>The commands that need one.</summary>
internal class NamedGridSettings : GridSettings
{
    [CommandArgument(0, "<FILE>")]
    [Description("A grid file, one of the bundled (prospective/NAME.quick), or a folder of results")]
    public string File { get; init; } = "";
}
