using System.ComponentModel;
using BioLearn.Cli.Terminal;
using BioLearn.Kernels.Random;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Plasticity;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Plasticity;

/// <summary>The command line of <c>biolearn plastic demo</c>.</summary>
internal sealed class DemoSettings : CommandSettings
{
    [CommandOption("--patterns <FILE>")]
    [Description("Your own patterns of 8 x 8 elements, as plastic complete reads them")]
    public string? Patterns { get; init; }

    [CommandOption("--hide <SHARE>")]
    [Description("Share of the elements to hide, above 0 and below 1")]
    [DefaultValue(.5)]
    public double Hide { get; init; } = .5;

    [CommandOption("--seed <N>")]
    [Description("Which elements are hidden")]
    [DefaultValue(0L)]
    public long Seed { get; init; }

    [CommandOption("-o|--out <PNG>")]
    [Description("Where the picture goes")]
    [DefaultValue("plastic-demo.png")]
    public string Out { get; init; } = "plastic-demo.png";

    public override ValidationResult Validate()
    {
        if (Hide is not (> 0 and < 1))
            return ValidationResult.Error($"--hide {Hide}: must lie between 0 and 1");
        return PatternPicture.WrongName(Out) is { } wrong ? ValidationResult.Error(wrong) : ValidationResult.Success();
    }
}

/// <summary><c>biolearn plastic demo</c>: a bundled network memorizes three small pictures in one episode and completes them.</summary>
internal sealed class DemoCommand(IAnsiConsole console) : Command<DemoSettings>
{
    private const string Pictures = """
        .##..##.
        ########
        ########
        ########
        .######.
        ..####..
        ...##...
        ........

        #......#
        ##....##
        .##..##.
        ..####..
        ..####..
        .##..##.
        ##....##
        #......#

        ...##...
        ...##...
        ...##...
        ########
        ########
        ...##...
        ...##...
        ...##...
        """;

    public override int Execute(CommandContext context, DemoSettings settings, CancellationToken cancellation)
    {
        OutputFile.Check("--out", settings.Out, settings.Patterns);
        var memory = AssociativeMemory.Load(Path.Combine(AppContext.BaseDirectory, "models", "memory-8x8.blpn"));
        if (settings.Patterns is { } file && !File.Exists(file))
            throw new UsageException($"--patterns {file}: no such file");
        var patterns = settings.Patterns is null
            ? PatternFile.Parse(Pictures.Split('\n'), "demo", memory.PatternSize)
            : PatternFile.Read(settings.Patterns, memory.PatternSize, isWhole: true);
        var degraded = patterns.Select((pattern, index) => Degrade(pattern, settings, index)).ToList();
        var completed = CompleteCommand.Complete(memory, patterns, degraded);
        console.WriteLine("before, degraded, after:");
        for (int i = 0; i < patterns.Count; i++)
        {
            console.WriteLine();
            console.WriteLine(PatternPicture.Text(patterns[i], degraded[i], completed[i]));
            console.WriteLine($"{PatternPicture.Wrong(patterns[i], completed[i])} of {memory.PatternSize} elements wrong");
        }

        PatternPicture.Save(settings.Out, patterns, degraded, completed);
        console.MarkupLine($"picture: [link]{Printable.Escape(Path.GetFullPath(settings.Out))}[/]");
        return ExitCodes.Success;
    }

    private static float[] Degrade(float[] pattern, DemoSettings settings, int index)
        => new PatternDamage(settings.Hide).Apply(pattern, new RandomStream(settings.Seed, $"hidden/{index}"));
}
