using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Networks;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Learning;

/// <summary>What <c>biolearn train</c> and <c>biolearn compare</c> have in common: data, network, optimizer, length of the training.</summary>
internal class LearnSettings : CommandSettings
{
    [CommandOption("--config <FILE>")]
    [Description("A YAML file with options as keys, such as learning-rate: 0.01; what the command line says wins")]
    public string? Config { get; init; }

    [CommandOption("-d|--data <DATA>")]
    [Description("sample (bundled), mnist, fashion-mnist, a folder of IDX files, or a CSV file")]
    [DefaultValue(DataSet.Sample)]
    public string Data { get; init; } = DataSet.Sample;

    [CommandOption("--label <COLUMN>")]
    [Description("Column of classes in a CSV file. Default: label or class, else the last")]
    public string? Label { get; init; }

    [CommandOption("--header")]
    [Description("The first line of a CSV file holds names, although it looks like a row. Default: seen from the file, and said")]
    public bool Header { get; init; }

    [CommandOption("--no-header")]
    [Description("The first line of a CSV file is a row; columns are then c1, c2, ...")]
    public bool NoHeader { get; init; }

    [CommandOption("--test <FILE>")]
    [Description("CSV file to test on. Default: --test-share of the rows are set aside")]
    public string? Test { get; init; }

    [CommandOption("--test-share <SHARE>")]
    [Description("Share of a CSV file's rows to test on")]
    [DefaultValue(TableSplit.UsualTestShare)]
    public double TestShare { get; init; } = TableSplit.UsualTestShare;

    [CommandOption("--rows <N>")]
    [Description("Learn from the first N rows only")]
    public int? Rows { get; init; }

    [CommandOption("-l|--layers <SIZES>")]
    [Description("Units from input to output, such as 784-256-10, or of the hidden layers alone, such as 256. Default: 256")]
    [DefaultValue("256")]
    public string Layers { get; init; } = "256";

    [CommandOption("--activation <NAME>")]
    [Description("linear, relu, leaky-relu, tanh, sigmoid, hard-sigmoid, shifted-sigmoid. Default: what suits the rule")]
    public string? Activation { get; init; }

    [CommandOption("--head <NAME>")]
    [Description("softmax-cross-entropy, sigmoid-cross-entropy, sigmoid-squared-error, linear-squared-error. Default: what suits the rule")]
    public string? Head { get; init; }

    [CommandOption("--optimizer <NAME>")]
    [Description("sgd, momentum, nesterov, rms-prop, adam, adamw. Default: what suits the rule, mostly adam")]
    public string? Optimizer { get; init; }

    [CommandOption("--learning-rate <RATE>")]
    [Description("Learning rate. Default: what suits the rule, mostly .001")]
    public double? LearningRate { get; init; }

    [CommandOption("--learning-rate-decay <FACTOR>")]
    [Description("Factor on the learning rate after every epoch")]
    [DefaultValue(1.0)]
    public double LearningRateDecay { get; init; } = 1;

    [CommandOption("--learning-rate-steps <EPOCHS>")]
    [Description("Epochs, with commas between them, after which the learning rate falls to a tenth, such as 60,90")]
    public string? LearningRateSteps { get; init; }

    [CommandOption("--learning-rate-scales <FACTORS>")]
    [Description("Factors on the learning rate of the layers, first to output, with commas between them, such as 1,0.1")]
    public string? LearningRateScales { get; init; }

    [CommandOption("--initializer <NAME>")]
    [Description("How weights start: glorot-uniform, glorot-normal, he-uniform, uniform-by-fan-in, orthogonal")]
    [DefaultValue("glorot-uniform")]
    public string Initializer { get; init; } = "glorot-uniform";

    [CommandOption("--weight-decay <LAMBDA>")]
    [Description("L2 penalty of the weights. Default: what suits the rule, mostly none")]
    public double? WeightDecay { get; init; }

    [CommandOption("--no-biases")]
    [Description("Biases stay at 0")]
    public bool NoBiases { get; init; }

    [CommandOption("-b|--batch <N>")]
    [Description("Rows of a step")]
    [DefaultValue(32)]
    public int Batch { get; init; } = 32;

    [CommandOption("-e|--epochs <N>")]
    [Description("Passes over the data. Default: 20, more where they make fewer than 2,000 steps, fewer where more than 20,000")]
    public int? Epochs { get; init; }

    [CommandOption("--steps-per-epoch <N>")]
    [Description("End an epoch after N steps. Default: all rows")]
    [DefaultValue(0)]
    public int StepsPerEpoch { get; init; }

    [CommandOption("-t|--threads <N>")]
    [Description("Threads of a run. Default: all cores; changes speed, never the numbers")]
    public int? Threads { get; init; }

    public override ValidationResult Validate()
    {
        if (!(TestShare is > 0 and < 1))
            return ValidationResult.Error($"--test-share {TestShare}: must lie between 0 and 1");
        if (Header && NoHeader)
            return ValidationResult.Error("--header and --no-header: expected one of them");
        if (Rows < 1)
            return ValidationResult.Error($"--rows {Rows}: must be at least 1");
        if (Epochs < 1)
            return ValidationResult.Error($"--epochs {Epochs}: must be at least 1");
        if (Batch < 1)
            return ValidationResult.Error($"--batch {Batch}: must be at least 1");
        if (Threads < 1)
            return ValidationResult.Error($"--threads {Threads}: must be at least 1");
        return ValidationResult.Success();
    }

    /// <summary>What <c>--header</c> and <c>--no-header</c> say.</summary>
    public CsvHeader CsvHeader => Header ? CsvHeader.Present : NoHeader ? CsvHeader.Absent : CsvHeader.Automatic;

    /// <summary>Refuses options that the data has no use for.</summary>
    /// <exception cref="UsageException">One was given.</exception>
    public void CheckData(GivenOptions given, bool arePictures)
    {
        if (arePictures)
            given.Refuse($"is for CSV files; {Data} holds pictures, some to learn from and some to test on", nameof(Label), nameof(Header), nameof(NoHeader), nameof(Test), nameof(TestShare));
        if (Test is not null)
            given.Refuse("--test names the rows to test on already", nameof(TestShare));
    }

    /// <summary>The options of the trainer; columns, seed and progress are the caller's.</summary>
    /// <param name="features">Features of a row.</param>
    /// <param name="classes">Classes.</param>
    /// <exception cref="UsageException">An option has no such value.</exception>
    public NetworkOptions ToOptions(int features, int classes) => new()
    {
        HiddenUnits = HiddenUnits(features, classes),
        Activation = Activation is null ? null : Choice.Parse("--activation", Activation, BioLearn.ML.Networks.Activation.All, a => Choice.Word(a.Name)),
        Head = Head is null ? null : Choice.Parse("--head", Head, OutputHead.All, h => Choice.Word(h.Name)),
        Initializer = InitializerNamed(Initializer),
        Optimizer = OptimizerGiven(),
        LearningRateDecay = LearningRateDecay,
        LearningRateSteps = Numbers<int>("--learning-rate-steps", LearningRateSteps, "epochs such as 60,90"),
        LearningRateScales = Numbers<double>("--learning-rate-scales", LearningRateScales, "factors such as 1,0.1"),
        LearnBiases = !NoBiases,
        BatchSize = Batch,
        NumberOfEpochs = Epochs,
        StepsPerEpoch = StepsPerEpoch,
        NumberOfThreads = Threads,
    };

    // One of the three that is given takes the others from Adam at .001, not from what a rule prefers.
    private OptimizerSettings? OptimizerGiven() => Optimizer is null && LearningRate is null && WeightDecay is null
        ? null
        : new OptimizerSettings(Optimizer is null ? OptimizerKind.Adam : Choice.Parse<OptimizerKind>("--optimizer", Optimizer), LearningRate ?? .001) { WeightDecay = WeightDecay ?? 0 };

    private static Initializer InitializerNamed(string name)
    {
        Initializer[] known = [ML.Networks.Initializer.GlorotUniform, ML.Networks.Initializer.GlorotNormal, ML.Networks.Initializer.HeUniform, ML.Networks.Initializer.UniformByFanIn, ML.Networks.Initializer.Orthogonal];
        return Array.Find(known, i => Word(i) == name)
            ?? throw new UsageException($"--initializer {name}: expected {string.Join(", ", known.Select(Word))}");

        static string Word(Initializer initializer) => initializer.Name.Replace(' ', '-').ToLowerInvariant();
    }

    private static T[] Numbers<T>(string option, string? list, string expected)
        where T : IParsable<T> => list is null ? [] : [.. list.Split(',').Select(number => T.TryParse(number, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new UsageException($"{option} {list}: expected {expected}"))];

    private int[] HiddenUnits(int features, int classes)
    {
        int[] sizes = [.. Layers.Split('-').Select(size => int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int units) && units > 0
            ? units
            : throw new UsageException($"--layers {Layers}: expected numbers of units such as 784-256-10 or 256"))];
        // Two numbers or more that begin and end as the data does are the whole network.
        bool whole = sizes.Length >= 2 && sizes[0] == features && sizes[^1] == classes;
        if (!whole && sizes.Length > 2 && (sizes[0] == features || sizes[^1] == classes))
            throw new UsageException($"--layers {Layers}: the data has {features} features and {classes} classes");
        int[] hidden = whole ? sizes[1..^1] : sizes, all = [features, .. hidden, classes];
        for (int l = 1; l < all.Length; l++)
        {
            if ((long)all[l - 1] * all[l] > Array.MaxLength)
                throw new UsageException($"--layers {Layers}: {all[l - 1]} x {all[l]} = {(long)all[l - 1] * all[l]} weights between two layers; at most {Array.MaxLength} are possible");
        }
        return hidden;
    }
}
