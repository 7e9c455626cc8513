using System.ComponentModel;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Plasticity;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Plasticity;

/// <summary>The command line of <c>biolearn plastic complete</c>.</summary>
internal sealed class CompleteSettings : CommandSettings
{
    [CommandArgument(0, "<NETWORK>")]
    [Description("A network of plastic train")]
    public string Network { get; init; } = "";

    [CommandArgument(1, "<PATTERNS>")]
    [Description("Text file of the patterns to memorize: blocks of lines of # and ., a blank line between patterns")]
    public string Patterns { get; init; } = "";

    [CommandArgument(2, "<DEGRADED>")]
    [Description("Text file of the patterns to complete, ? where an element is unknown")]
    public string Degraded { get; init; } = "";

    [CommandOption("-o|--out <PNG>")]
    [Description("Also draw a picture")]
    public string? Out { get; init; }

    public override ValidationResult Validate()
        => Out is not null && PatternPicture.WrongName(Out) is { } wrong ? ValidationResult.Error(wrong) : ValidationResult.Success();
}

/// <summary><c>biolearn plastic complete</c>: memorizes the patterns of a file in one episode and completes those of another.</summary>
internal sealed class CompleteCommand(IAnsiConsole console) : Command<CompleteSettings>
{
    public override int Execute(CommandContext context, CompleteSettings settings, CancellationToken cancellation)
    {
        foreach (string path in (string[])[settings.Network, settings.Patterns, settings.Degraded])
        {
            if (!File.Exists(path))
                throw new UsageException($"{path}: no such file");
        }

        OutputFile.Check("--out", settings.Out, settings.Network, settings.Patterns, settings.Degraded);
        var memory = AssociativeMemory.Load(settings.Network);
        var patterns = PatternFile.Read(settings.Patterns, memory.PatternSize, isWhole: true);
        var degraded = PatternFile.Read(settings.Degraded, memory.PatternSize);
        if (patterns.Count > memory.Task.Patterns)
            console.MarkupLine($"[yellow]{patterns.Count} patterns[/]: the network was trained with {memory.Task.Patterns} an episode");
        var completed = Complete(memory, patterns, degraded);
        for (int i = 0; i < degraded.Count; i++)
            console.WriteLine(PatternPicture.Text(degraded[i], completed[i]));
        if (settings.Out is { } picture)
            PatternPicture.Save(picture, [], degraded, completed);
        return ExitCodes.Success;
    }

    public static List<float[]> Complete(AssociativeMemory memory, List<float[]> patterns, List<float[]> degraded)
    {
        var stored = memory.Memorize(patterns.SelectMany(p => p).ToArray());
        return degraded.ConvertAll(pattern =>
        {
            float[] completed = new float[memory.PatternSize];
            stored.Complete(pattern, completed);
            return completed;
        });
    }
}
