using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Hosting;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Memories;

/// <summary>The command line of <c>biolearn memory capacity</c>.</summary>
internal sealed class MemoryCapacitySettings : CommandSettings
{
    private const int MostPatterns = 100_000;

    [CommandOption("--rule <RULE>")]
    [Description("hebb, storkey, pseudo-inverse, modern: a Hopfield memory; plastic: the bundled plastic network, of 64 units")]
    [DefaultValue("hebb")]
    public string Rule { get; init; } = "hebb";

    [CommandOption("--size <N>")]
    [Description("Units of the memory: elements of a pattern")]
    [DefaultValue(64)]
    public int Size { get; init; } = 64;

    [CommandOption("--hide <SHARE>")]
    [Description("Share of the elements that are hidden when a pattern is asked for")]
    [DefaultValue(0.0)]
    public double Hide { get; init; }

    [CommandOption("--flip <SHARE>")]
    [Description("Share of the elements that are flipped")]
    [DefaultValue(.1)]
    public double Flip { get; init; } = .1;

    [CommandOption("--tolerance <SHARE>")]
    [Description("Share of the elements that may be wrong in a pattern that counts as come back; at Hebb's limit 1.6 % are")]
    [DefaultValue(.03)]
    public double Tolerance { get; init; } = .03;

    [CommandOption("--step <N>")]
    [Description("Patterns that are added from one row to the next")]
    [DefaultValue(1)]
    public int Step { get; init; } = 1;

    [CommandOption("--most <N>")]
    [Description("Most patterns; default: half as many as units")]
    public int? Most { get; init; }

    [CommandOption("--seed <N>")]
    [Description("Seed of patterns and damage")]
    [DefaultValue(0L)]
    public long Seed { get; init; }

    [CommandOption("-o|--out <CSV>")]
    [Description("File for the rows")]
    public string? Out { get; init; }

    public override ValidationResult Validate()
    {
        if (Size is < 2 or > 10_000)
            return ValidationResult.Error($"--size {Size}: must lie between 2 and 10000");
        if (!(Hide is >= 0 and <= 1))
            return ValidationResult.Error($"--hide {Hide}: must lie between 0 and 1");
        if (!(Flip >= 0 && Hide + Flip <= 1))
            return ValidationResult.Error($"--flip {Flip}: must be 0 or more, and with --hide at most 1");
        if (!(Tolerance is >= 0 and <= 1))
            return ValidationResult.Error($"--tolerance {Tolerance}: must lie between 0 and 1");
        if (Step is < 1 or > MostPatterns)
            return ValidationResult.Error($"--step {Step}: must lie between 1 and {MostPatterns}");
        return Most < Step || Most > MostPatterns ? ValidationResult.Error($"--most {Most}: must lie between --step, {Step}, and {MostPatterns}") : ValidationResult.Success();
    }
}

/// <summary><c>biolearn memory capacity</c>: how many random patterns a memory gives back, row by row until it is stopped or full.</summary>
internal sealed class MemoryCapacityCommand(IAnsiConsole console) : Command<MemoryCapacitySettings>
{
    private const double Good = .9;

    public override int Execute(CommandContext context, MemoryCapacitySettings settings, CancellationToken cancellation)
    {
        OutputFile.Check("--out", settings.Out);
        MemoryChoice memory = new(settings.Rule);
        if (memory.Size is { } size && size != settings.Size)
            throw new UsageException($"--size {settings.Size}: the bundled plastic network has {size} units");
        RecallCapacity capacity = new()
        {
            Size = settings.Size,
            Damage = new(settings.Hide, settings.Flip),
            Step = settings.Step,
            MaximumPatterns = settings.Most ?? Math.Max(settings.Step, settings.Size / 2),
            Tolerance = settings.Tolerance,
            Seed = settings.Seed,
        };
        var csv = new CsvText("patterns", "recalled", "share", "wrong_signs");
        int good = 0;
        console.WriteLine($"{"patterns",8} {"recalled",8} {"share",7} {"wrong signs",12}");
        foreach (var point in capacity.Measure(patterns => memory.Store(patterns, settings.Size), cancellation))
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{point.Patterns,8} {point.Recalled,8} {100 * point.Share,5:0.0} % {100 * point.WrongSigns,10:0.0} %"));
            csv.Row(point.Patterns, point.Recalled, point.Share, point.WrongSigns);
            good = point.Share >= Good ? point.Patterns : good;
        }
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"nine of ten came back, with no more than {100 * settings.Tolerance:0.##} % of their elements wrong, up to {good} patterns; Hebb's limit of many units, {RecallCapacity.ClassicalLimit} N, is {RecallCapacity.ClassicalLimit * settings.Size:0.#}"));
        if (settings.Out is { } file)
            SafeFile.WriteText(file, csv.ToString());
        return ExitCodes.Success;
    }
}
