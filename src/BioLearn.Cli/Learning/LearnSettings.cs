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
    [Description("sample (bundled), mnist, fashion-mnist, a folder of pictures with one folder a class, a folder of IDX or CIFAR files, or a CSV file")]
    [DefaultValue(DataSet.Sample)]
    public string Data { get; init; } = DataSet.Sample;

    [CommandOption("--label <COLUMN>")]
    [Description("Column of a CSV file that is to be predicted. Default: label or class, else the last")]
    public string? Label { get; init; }

    [CommandOption("--task <TASK>")]
    [Description("classification, binary (the label is true or false) or regression. Default: numbers of more than 20 values are predicted as numbers, all else as classes")]
    public string? Task { get; init; }

    [CommandOption("--shape <SHAPE>")]
    [Description("The columns of a CSV file are the pixels of pictures of CxHxW, such as 1x28x28")]
    public string? Shape { get; init; }

    [CommandOption("--size <SIZE>")]
    [Description("Size that the pictures of a folder are brought to, such as 32x32. Default: theirs if all are alike and at most 64x64, else 32x32")]
    public string? Size { get; init; }

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
    [Description("Share to test on, of a CSV file's rows or a folder's pictures")]
    [DefaultValue(TableData.UsualTestShare)]
    public double TestShare { get; init; } = TableData.UsualTestShare;

    [CommandOption("--validation-share <SHARE>")]
    [Description("Share of the rows to learn from that is set aside to choose the best epoch by: the one with the lowest loss on them. Default: 0, the last epoch counts")]
    public double ValidationShare { get; init; }

    [CommandOption("--patience <EPOCHS>")]
    [Description("Stop when the loss on the rows of --validation-share has not fallen for so many epochs. Default: never")]
    public int? Patience { get; init; }

    [CommandOption("--rows <N>")]
    [Description("Learn from the first N rows only")]
    public int? Rows { get; init; }

    [CommandOption("-l|--layers <SIZES>")]
    [Description("Units from input to output, such as 784-256-10, or of the hidden layers alone, such as 256. Default: 256")]
    [DefaultValue("256")]
    public string Layers { get; init; } = "256";

    [CommandOption("--network <NETWORK>")]
    [Description("In the place of --layers: lenet, vgg11, vgg16, resnet18, resnet20, or a YAML file with the key layers: [[{kind: convolution-2d, channels: 6, kernel-size: 5}, {kind: dense, units: 84}]]")]
    public string? Network { get; init; }

    [CommandOption("--channels <N>")]
    [Description("Channels of the first stage of a vgg or resnet. Default: the paper's")]
    public int Channels { get; init; }

    [CommandOption("--shift <PIXELS>")]
    [Description("Move each picture by up to so many pixels, anew in every epoch")]
    public int Shift { get; init; }

    [CommandOption("--mirror")]
    [Description("Mirror half of the pictures left to right, anew in every epoch")]
    public bool Mirror { get; init; }

    [CommandOption("--omit <SHARE>")]
    [Description("Set this share of the features to 0, anew in every epoch")]
    public double Omit { get; init; }

    [CommandOption("--activation <NAME>")]
    [Description("linear, relu, leaky-relu, tanh, sigmoid, hard-sigmoid, shifted-sigmoid, wide-hard-sigmoid. Default: what suits the rule")]
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

    [CommandOption("--learning-rate-annealing <EPOCHS>")]
    [Description("Epochs in which the learning rate falls to 0 along half a cosine; it rises again after them. Default: it does not")]
    public int LearningRateAnnealing { get; init; }

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
        if (!(ValidationShare is >= 0 and < 1))
            return ValidationResult.Error($"--validation-share {ValidationShare}: must be at least 0 and less than 1");
        if (Patience is { } patience && (patience < 1 || ValidationShare == 0))
            return ValidationResult.Error(patience < 1 ? $"--patience {patience}: must be at least 1" : $"--patience {patience}: needs rows to look at; expected --validation-share beside it, such as 0.1");
        if (Shift < 0)
            return ValidationResult.Error($"--shift {Shift}: must be at least 0");
        if (!(Omit is >= 0 and < 1))
            return ValidationResult.Error($"--omit {Omit}: must be at least 0 and less than 1");
        if (Channels < 0)
            return ValidationResult.Error($"--channels {Channels}: must be at least 1");
        if (Channels > 0 && Network is null)
            return ValidationResult.Error($"--channels {Channels}: is for --network vgg11, vgg16, resnet18 or resnet20");
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

    /// <summary>The option that names rules, for messages.</summary>
    public virtual string RuleOption => "--rule";

    /// <summary>What <c>--header</c> and <c>--no-header</c> say.</summary>
    public CsvHeader CsvHeader => Header ? CsvHeader.Present : NoHeader ? CsvHeader.Absent : CsvHeader.Automatic;

    /// <summary>The data, and what is said of it.</summary>
    /// <exception cref="UsageException">An option has no such value.</exception>
    public DataChoice Choice => new(Data)
    {
        Label = Label,
        Header = CsvHeader,
        Test = Test,
        TestShare = TestShare,
        Task = Task is null ? null : Terminal.Choice.Parse<LearningTask>("--task", Task),
        Shape = Shape is null ? null : ShapeOf(Shape),
        Size = Size is null ? null : PictureSize.Parse(Size) ?? throw new UsageException($"--size {Size}: expected width and height in pixels such as 32x32"),
    };

    /// <summary>How pictures are changed in every epoch; null for not at all.</summary>
    public PictureAugmentation? Augmentation => Shift == 0 && !Mirror && Omit == 0 ? null : new(Shift, Mirror, Omit);

    /// <summary>Refuses options that the data, or another option, has no use for.</summary>
    /// <exception cref="UsageException">One was given.</exception>
    public void CheckData(GivenOptions given, LearningRun run)
    {
        if (run.ArePictures)
        {
            given.Refuse($"is for CSV files; {Data} holds pictures", nameof(Label), nameof(Header), nameof(NoHeader), nameof(Test), nameof(Shape), nameof(Task));
            if (DataSet.IdxPictures(Data) is not null && !PictureFolder.Is(Data))
                given.Refuse($"is for CSV files and folders of pictures; {Data} has pictures to learn from and others to test on, all of one size", nameof(TestShare), nameof(Size));
        }
        else
        {
            given.Refuse($"is for folders of pictures; {Data} is a table", nameof(Size));
        }
        if (run.Shape is null)
            given.Refuse($"is for pictures; {Data} is a table (--shape says that its columns are pixels)", nameof(Shift), nameof(Mirror));
        if (Test is not null)
            given.Refuse("--test names the rows to test on already", nameof(TestShare));
        if (Network is not null)
            given.Refuse("--network describes the hidden layers already", nameof(Layers), nameof(Activation));
    }

    /// <summary>The options of the trainer; columns, seed and progress are the caller's.</summary>
    /// <param name="run">The data.</param>
    /// <exception cref="UsageException">An option has no such value.</exception>
    public NetworkOptions ToOptions(LearningRun run) => new()
    {
        Layers = Network is null ? null : NetworkChoice.Layers(Network, Channels, run.Shape ?? new TensorShape(run.Features), run.Outputs),
        InputShape = run.Shape,
        Augmentation = Augmentation,
        HiddenUnits = HiddenUnits(run.Features, run.Outputs),
        Activation = Activation is null ? null : Terminal.Choice.Parse("--activation", Activation, BioLearn.ML.Networks.Activation.All, a => Terminal.Choice.Word(a.Name)),
        Head = Head is null ? null : Terminal.Choice.Parse("--head", Head, OutputHead.All, h => Terminal.Choice.Word(h.Name)),
        Initializer = InitializerNamed(Initializer),
        Optimizer = OptimizerGiven(),
        LearningRateDecay = LearningRateDecay,
        LearningRateSteps = Numbers<int>("--learning-rate-steps", LearningRateSteps, "epochs such as 60,90"),
        LearningRateAnnealing = LearningRateAnnealing,
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
        : new OptimizerSettings(Optimizer is null ? OptimizerKind.Adam : Terminal.Choice.Parse<OptimizerKind>("--optimizer", Optimizer), LearningRate ?? .001) { WeightDecay = WeightDecay ?? 0 };

    private static TensorShape ShapeOf(string text)
    {
        int[] sides = [.. text.Split('x').Select(side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size is > 0 and <= 100_000 ? size : 0)];
        return sides.Length == 3 && !sides.Contains(0) ? new(sides[0], sides[1], sides[2]) : throw new UsageException($"--shape {text}: expected channels, height and width such as 1x28x28");
    }

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

    private int[] HiddenUnits(int features, int outputs)
    {
        int[] sizes = [.. Layers.Split('-').Select(size => int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int units) && units > 0
            ? units
            : throw new UsageException($"--layers {Layers}: expected numbers of units such as 784-256-10 or 256"))];
        // Two numbers or more that begin and end as the data does are the whole network.
        bool whole = sizes.Length >= 2 && sizes[0] == features && sizes[^1] == outputs;
        if (!whole && sizes.Length > 2 && (sizes[0] == features || sizes[^1] == outputs))
            throw new UsageException($"--layers {Layers}: the data has {features} features and {(outputs == 1 ? "one output" : $"{outputs} classes")}");
        int[] hidden = whole ? sizes[1..^1] : sizes, all = [features, .. hidden, outputs];
        for (int l = 1; l < all.Length; l++)
        {
            if ((long)all[l - 1] * all[l] > Array.MaxLength)
                throw new UsageException($"--layers {Layers}: {all[l - 1]} x {all[l]} = {(long)all[l - 1] * all[l]} weights between two layers; at most {Array.MaxLength} are possible");
        }
        return hidden;
    }
}
