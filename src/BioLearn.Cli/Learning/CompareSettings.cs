using System.ComponentModel;
using BioLearn.Cli.Terminal;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Learning;

/// <summary>The command line of <c>biolearn compare</c>.</summary>
internal sealed class CompareSettings : LearnSettings
{
    public const string RulesByDefault = "backpropagation,feedback-alignment,direct-feedback-alignment,sign-symmetry,kolen-pollack";

    [CommandArgument(0, "[files]")]
    [Description("With --baselines: CSV files, in the place of --data")]
    public string[] Files { get; init; } = [];

    [CommandOption("-r|--rules <NAMES>")]
    [Description("Rules with a comma between them, options behind colons (biolearn rules)")]
    [DefaultValue(RulesByDefault)]
    public string Rules { get; init; } = RulesByDefault;

    [CommandOption("-s|--seeds <N>")]
    [Description("Runs of each rule, with seeds from 0")]
    [DefaultValue(3)]
    public int Seeds { get; init; } = 3;

    [CommandOption("-o|--out <FOLDER>")]
    [Description("Where curves, table, plot and every run go; runs that lie there are not done again")]
    [DefaultValue("compared")]
    public string Out { get; init; } = "compared";

    [CommandOption("--baselines")]
    [Description("Cross-validate LightGBM, FastTree and SDCA beside the rules, on CSV files of any columns, all with their defaults; the rules are then feedback-alignment, backpropagation, predictive-coding and equilibrium-propagation unless named, the seed 0 alone")]
    public bool Baselines { get; init; }

    [CommandOption("--folds <N>")]
    [Description("With --baselines: folds of the cross-validation")]
    [DefaultValue(5)]
    public int Folds { get; init; } = 5;

    [CommandOption("--classification")]
    [Description("With --baselines: the label names classes. Default: numbers of more than 20 values are to be predicted as numbers, all else as classes")]
    public bool Classification { get; init; }

    [CommandOption("--regression")]
    [Description("With --baselines: the label is a number to predict")]
    public bool Regression { get; init; }

    [CommandOption("--normalize")]
    [Description("With --baselines: bring features to mean 0 and deviation 1 before the rules, as before SDCA. Default: their trainers do so themselves")]
    public bool Normalize { get; init; }

    [CommandOption("--csv <FILE>")]
    [Description("With --baselines: also write the score of every fold")]
    public string? Csv { get; init; }

    public override string RuleOption => "--rules";

    public override ValidationResult Validate()
    {
        if (Seeds is < 1 or > 1000)
            return ValidationResult.Error($"--seeds {Seeds}: must lie between 1 and 1000");
        if (Folds is < 2 or > 100)
            return ValidationResult.Error($"--folds {Folds}: must lie between 2 and 100");
        return Classification && Regression ? ValidationResult.Error("--classification and --regression: expected one of them") : base.Validate();
    }

    /// <summary>Refuses options that belong to the other kind of comparison.</summary>
    /// <exception cref="UsageException">One was given.</exception>
    public void CheckMode(GivenOptions given)
    {
        if (Baselines)
        {
            given.RefuseAllBut("has no meaning with --baselines, where all take part with their defaults", nameof(Baselines), nameof(Data), nameof(Label), nameof(Header), nameof(NoHeader), nameof(Rows),
                nameof(Rules), nameof(Seeds), nameof(Folds), nameof(Classification), nameof(Regression), nameof(Normalize), nameof(Csv), nameof(Threads));
            if (Files.Length > 0)
                given.Refuse("files are named already; expected one or the other", nameof(Data));
            if (Files.Length == 0 && !given.Has(nameof(Data)))
                throw new UsageException("--baselines: expected --data FILE.csv, or several files");
            return;
        }
        given.Refuse("needs --baselines", nameof(Folds), nameof(Classification), nameof(Regression), nameof(Normalize), nameof(Csv));
        if (Files.Length > 0)
            throw new UsageException($"{Files[0]}: files need --baselines; --data names what the rules learn from");
    }
}
