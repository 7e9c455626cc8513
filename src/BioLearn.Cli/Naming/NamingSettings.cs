using System.ComponentModel;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Naming;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Naming;

/// <summary>What all commands of <c>biolearn naming</c> have in common.</summary>
internal class NamingSettings : CommandSettings
{
    [CommandOption("-d|--data <FOLDER>")]
    [Description("Named pictures: one folder a name; TrainingSet and TestingSet with such folders; lists and an archive (Face/Motor); IDX files; Omniglot. Default: bundled pictures of clothes")]
    [DefaultValue(Pictures.PictureSource.Sample)]
    public string Data { get; init; } = Pictures.PictureSource.Sample;

    [CommandOption("--test-share <SHARE>")]
    [Description("Share of the pictures of each name that is set aside to be named, where nothing else says which")]
    [DefaultValue(.5)]
    public double TestShare { get; init; } = .5;

    [CommandOption("--network <FILE>")]
    [Description("A trained spiking network (.blsn); without, one learns its features from the pictures, without their names")]
    public string? Network { get; init; }

    [CommandOption("--thresholds <LIST>")]
    [Description("Firing thresholds of the network's convolutions while naming, such as 10,50,1e5; default: the network's own")]
    public string? Thresholds { get; init; }

    [CommandOption("--active-from <POTENTIAL>")]
    [Description("Potential from which a neuron of the last layer counts as active")]
    [DefaultValue(10f)]
    public float ActiveFrom { get; init; } = 10;

    [CommandOption("--rule <RULE>")]
    [Description("as-coded weakens the taught name's own connections, as-intended those of the other names. Default: as-coded for two names, as-intended for more")]
    public string? Rule { get; init; }

    [CommandOption("--novelty <LAMBDA>")]
    [Description("How much faster novel examples are learned")]
    [DefaultValue(65.0)]
    public double Novelty { get; init; } = 65;

    [CommandOption("--novel-examples <N>")]
    [Description("The first so many examples are novel")]
    [DefaultValue(5)]
    public int NovelExamples { get; init; } = 5;

    [CommandOption("--depression <RATE>")]
    [Description("How fast connections are weakened by examples, before novelty; 0 leaves strengthening alone, which dense features of a pretrained network want")]
    [DefaultValue(.003)]
    public double DepressionRate { get; init; } = .003;

    [CommandOption("--seed <N>")]
    [Description("Seed of the network, of the drawing, and of the cells")]
    [DefaultValue(1L)]
    public long Seed { get; init; } = 1;

    [CommandOption("-t|--threads <N>")]
    [Description("Default: all cores; changes speed, never the numbers")]
    public int? Threads { get; init; }

    [CommandOption("-o|--out <FOLDER>")]
    [Description("Where results go")]
    [DefaultValue("naming")]
    public string Out { get; init; } = "naming";

    public override ValidationResult Validate()
    {
        if (!(TestShare is > 0 and < 1))
            return ValidationResult.Error($"--test-share {TestShare}: must lie between 0 and 1");
        if (Threads < 1)
            return ValidationResult.Error($"--threads {Threads}: must be at least 1");
        if (!(ActiveFrom > 0))
            return ValidationResult.Error($"--active-from {ActiveFrom}: must be above 0");
        return Seed is < int.MinValue or > int.MaxValue
            ? ValidationResult.Error($"--seed {Seed}: must be between {int.MinValue} and {int.MaxValue}")
            : ValidationResult.Success();
    }

    public int ThreadCount => Threads ?? Environment.ProcessorCount;

    /// <summary>Options of the cells for so many names.</summary>
    /// <exception cref="UsageException">An option is out of range.</exception>
    public OneShotNamingOptions NamingOptions(int names)
    {
        var options = new OneShotNamingOptions
        {
            Rule = Rule is { } word ? Choice.Parse<NamingRule>("--rule", word) : names == 2 ? NamingRule.AsCoded : NamingRule.AsIntended,
            NoveltyFactor = Novelty,
            NovelExampleCount = NovelExamples,
            DepressionRate = DepressionRate,
            Seed = (int)Seed,
        };
        try
        {
            options.Validate();
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw GivenOptions.Refusal(error, this);
        }

        return options;
    }

    /// <summary>Numbers of an option that takes a list.</summary>
    /// <exception cref="UsageException">One is no number.</exception>
    public static T[] List<T>(string option, string value)
        where T : struct, ISpanParsable<T>
        => [.. value.Split(',').Select(part => T.TryParse(part.AsSpan().Trim(), System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UsageException($"{option} {value}: '{part}' is no number"))];
}
