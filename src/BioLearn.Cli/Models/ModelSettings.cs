using System.ComponentModel;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Models;

/// <summary>Commands about one network.</summary>
internal sealed class ModelSettings : CommandSettings
{
    [CommandArgument(0, "<model>")]
    [Description("A name of biolearn models list, or an ONNX file")]
    public required string Model { get; init; }
}
