using System.ComponentModel;
using BioLearn.Cli.Plasticity;
using BioLearn.Cli.Terminal;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Memories;

/// <summary>The command line of <c>biolearn memory complete</c>.</summary>
internal sealed class MemoryCompleteSettings : CommandSettings
{
    [CommandArgument(0, "<PATTERNS>")]
    [Description("Text file of the patterns to store: blocks of lines of # and ., a blank line between patterns")]
    public string Patterns { get; init; } = "";

    [CommandArgument(1, "<DAMAGED>")]
    [Description("Text file of the patterns to complete, ? where an element is unknown")]
    public string Damaged { get; init; } = "";

    [CommandOption("--rule <RULE>")]
    [Description("hebb, storkey, pseudo-inverse, modern: a Hopfield memory; plastic: the bundled plastic network, for patterns of 64 elements")]
    [DefaultValue("pseudo-inverse")]
    public string Rule { get; init; } = "pseudo-inverse";

    [CommandOption("-o|--out <PNG>")]
    [Description("Also draw a picture")]
    public string? Out { get; init; }

    public override ValidationResult Validate()
        => Out is not null && PatternPicture.WrongName(Out) is { } wrong ? ValidationResult.Error(wrong) : ValidationResult.Success();
}

/// <summary><c>biolearn memory complete</c>: stores the patterns of a file and completes those of another.</summary>
internal sealed class MemoryCompleteCommand(IAnsiConsole console) : Command<MemoryCompleteSettings>
{
    public override int Execute(CommandContext context, MemoryCompleteSettings settings, CancellationToken cancellation)
    {
        foreach (string path in (string[])[settings.Patterns, settings.Damaged])
        {
            if (!File.Exists(path))
                throw new UsageException($"{path}: no such file");
        }
        OutputFile.Check("--out", settings.Out, settings.Patterns, settings.Damaged);
        MemoryChoice memory = new(settings.Rule);
        var patterns = PatternFile.Read(settings.Patterns, memory.Size, isWhole: true);
        int size = patterns[0].Length;
        var damaged = PatternFile.Read(settings.Damaged, size);
        var complete = memory.Store(patterns.SelectMany(pattern => pattern).ToArray(), size);
        List<float[]> completed = [];
        foreach (float[] pattern in damaged)
        {
            cancellation.ThrowIfCancellationRequested();
            completed.Add(complete(pattern));
            console.WriteLine(PatternPicture.Text(pattern, completed[^1]));
        }
        if (settings.Out is { } picture)
            PatternPicture.Save(picture, [], damaged, completed);
        return ExitCodes.Success;
    }
}
