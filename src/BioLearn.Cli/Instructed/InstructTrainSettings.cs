using System.ComponentModel;
using BioLearn.Cli.Instructed.Data;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Instructed;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Instructed;

/// <summary>The command line of <c>biolearn instruct train</c>.</summary>
internal sealed class InstructTrainSettings : CommandSettings
{
    public const string OutByDefault = "instructed";

    [CommandOption("-d|--data <DATA>")]
    [Description("Small pictures to compose pairs of: sample (bundled), mnist, fashion-mnist, or a folder of IDX files")]
    [DefaultValue(DataSet.Sample)]
    public string Data { get; init; } = DataSet.Sample;

    [CommandOption("--task <TASK>")]
    [Description("What pairs of pictures are asked: left-right (what is on the left?), or left-right-of (what stands left of the sneaker?)")]
    [DefaultValue("left-right")]
    public string Task { get; init; } = "left-right";

    [CommandOption("--celeba <FOLDER>")]
    [Description("In the place of --data: faces of img_align_celeba, asked for each attribute of list_attr_celeba.txt")]
    public string? CelebA { get; init; }

    [CommandOption("--size <PIXELS>")]
    [Description("With --celeba: rows and columns to which faces are resized")]
    [DefaultValue(64)]
    public int Size { get; init; } = 64;

    [CommandOption("--csv <FILE>")]
    [Description("In the place of --data: a CSV file of numbers, a column of instructions and one of answers")]
    public string? Csv { get; init; }

    [CommandOption("--instruction <COLUMN>")]
    [Description("With --csv: the column of instructions")]
    [DefaultValue("instruction")]
    public string Instruction { get; init; } = "instruction";

    [CommandOption("--label <COLUMN>")]
    [Description("With --csv: the column of answers. Default: label or class, else the last")]
    public string? Label { get; init; }

    [CommandOption("--header")]
    [Description("With --csv: the first line holds names, although it looks like a row")]
    public bool Header { get; init; }

    [CommandOption("--test <FILE>")]
    [Description("With --csv: file to test on. Default: --test-share of the rows are set aside")]
    public string? Test { get; init; }

    [CommandOption("--test-share <SHARE>")]
    [Description("With --csv: share of the rows to test on")]
    [DefaultValue(.2)]
    public double TestShare { get; init; } = .2;

    [CommandOption("--rows <N>")]
    [Description("Learn from the first N pictures or rows only")]
    public int? Rows { get; init; }

    [CommandOption("-n|--network <NAME>")]
    [Description("fc, simple, conv, tiny-resnet or resnet18. Default: simple for pairs of pictures, tiny-resnet for faces, fc for tables")]
    public string? Network { get; init; }

    [CommandOption("--hidden <UNITS>")]
    [Description("Units of the fully connected layers, such as 500 or 500-200. Default: 500 of fc, 50 of simple, 100 of conv")]
    public string? Hidden { get; init; }

    [CommandOption("--normalize")]
    [Description("Batch normalization, of the residual networks only; needs --rule backprop")]
    public bool Normalize { get; init; }

    [CommandOption("-r|--rule <NAME>")]
    [Description("How the error comes down: counter-hebb, through the top-down network, or backprop, through the bottom-up one. Default: counter-hebb, with --normalize backprop")]
    public string? Rule { get; init; }

    [CommandOption("-w|--weights <RELATION>")]
    [Description("The top-down network's weights beside the bottom-up one's: shared, separate, equal-start, noisy-start or feedback-alignment")]
    [DefaultValue("shared")]
    public string Weights { get; init; } = "shared";

    [CommandOption("--start-noise <DEVIATION>")]
    [Description("With --weights noisy-start: relative deviation of the top-down weights")]
    [DefaultValue(.05)]
    public double StartNoise { get; init; } = .05;

    [CommandOption("--update-noise <DEVIATION>")]
    [Description("Deviation of a random factor on the update of every weight tensor")]
    [DefaultValue(0.0)]
    public double UpdateNoise { get; init; }

    [CommandOption("--embedding <UNITS>")]
    [Description("Layers between the instruction and the top of the network, such as 50; 0 for none. Default: 50 for pictures, 200 for faces, none for tables")]
    public string? Embedding { get; init; }

    [CommandOption("--learn-task-head")]
    [Description("The layers between the instruction and the network learn too; in the original they stay as they were drawn")]
    public bool LearnTaskHead { get; init; }

    [CommandOption("--decoders <WHICH>")]
    [Description("one output layer for all instructions, or per-task")]
    [DefaultValue("one")]
    public string Decoders { get; init; } = "one";

    [CommandOption("--questions <HOW>")]
    [Description("What each picture is asked in an epoch: one question at random, or all")]
    [DefaultValue("one")]
    public string Questions { get; init; } = "one";

    [CommandOption("-e|--epochs <N>")]
    [Description("Passes over the pictures. Default: 30, over at most 5,000 pictures 20")]
    public int? Epochs { get; init; }

    [CommandOption("-b|--batch-size <N>")]
    [Description("Rows of a step. Default: 64, of at most 5,000 pictures or rows to learn from 16")]
    public int? BatchSize { get; init; }

    [CommandOption("--learning-rate <RATE>")]
    [Description("Learning rate of Adam. Default: .0005, with at most 5,000 pictures or rows to learn from .001")]
    public double? LearningRate { get; init; }

    [CommandOption("--learning-rate-decay <FACTOR>")]
    [Description("Factor on the learning rate after every epoch")]
    [DefaultValue(.95)]
    public double LearningRateDecay { get; init; } = .95;

    [CommandOption("--weight-decay <LAMBDA>")]
    [Description("L2 penalty of the weights")]
    [DefaultValue(0.0)]
    public double WeightDecay { get; init; }

    [CommandOption("--decay-all")]
    [Description("The penalty is one of biases and top-down weights too")]
    public bool DecayAll { get; init; }

    [CommandOption("--single-task <WHEN>")]
    [Description("Also teach a network of its own for each instruction, as a control: yes or no. Default: yes where there are two instructions")]
    public string? SingleTask { get; init; }

    [CommandOption("--test-questions <N>")]
    [Description("Ask at the end so many questions about test rows, drawn at random. Default: all, of the controls 10,000")]
    public int? TestQuestions { get; init; }

    [CommandOption("-s|--seed <N>")]
    [Description("Seed of weights, pairs, questions and the order of rows")]
    [DefaultValue(0)]
    public int Seed { get; init; }

    [CommandOption("-t|--threads <N>")]
    [Description("Default: all cores; changes speed, never the numbers")]
    public int? Threads { get; init; }

    [CommandOption("-o|--out <FOLDER>")]
    [Description("Where model, curve and report go")]
    [DefaultValue(OutByDefault)]
    public string Out { get; init; } = OutByDefault;

    [CommandOption("--resume")]
    [Description("Go on with the training in --out, to the same model as without the interruption; all other options must be given again, --epochs are those in all")]
    public bool Resume { get; init; }

    [CommandOption("--overwrite")]
    [Description("Begin anew although --out holds a model")]
    public bool Overwrite { get; init; }

    [CommandOption("--checkpoint-every <SECONDS>")]
    [Description("How often the training is saved, at the end of an epoch")]
    [DefaultValue(30.0)]
    public double CheckpointEvery { get; init; } = 30;

    public override ValidationResult Validate()
    {
        if (Csv is not null && CelebA is not null)
            return ValidationResult.Error("--csv and --celeba: expected one of them");
        if (!(TestShare is > 0 and < 1))
            return ValidationResult.Error($"--test-share {TestShare}: must lie between 0 and 1");
        if (Size is < 8 or > 512)
            return ValidationResult.Error($"--size {Size}: must lie between 8 and 512");
        if (Rows < 2)
            return ValidationResult.Error($"--rows {Rows}: must be at least 2");
        if (Epochs is < 1)
            return ValidationResult.Error($"--epochs {Epochs}: must be at least 1");
        if (BatchSize is < 1)
            return ValidationResult.Error($"--batch-size {BatchSize}: must be at least 1");
        if (LearningRate is <= 0)
            return ValidationResult.Error($"--learning-rate {LearningRate}: must be above 0");
        if (!(LearningRateDecay is > 0 and <= 1))
            return ValidationResult.Error($"--learning-rate-decay {LearningRateDecay}: must be above 0 and at most 1");
        if (WeightDecay < 0)
            return ValidationResult.Error($"--weight-decay {WeightDecay}: must be at least 0");
        if (StartNoise < 0)
            return ValidationResult.Error($"--start-noise {StartNoise}: must be at least 0");
        if (UpdateNoise < 0)
            return ValidationResult.Error($"--update-noise {UpdateNoise}: must be at least 0");
        if (TestQuestions < 1)
            return ValidationResult.Error($"--test-questions {TestQuestions}: must be at least 1");
        if (CheckpointEvery < 0)
            return ValidationResult.Error($"--checkpoint-every {CheckpointEvery}: must be at least 0");
        return Resume && Overwrite ? ValidationResult.Error("--resume and --overwrite: expected one of them") : ValidationResult.Success();
    }

    /// <summary>Opens the data, and refuses options that are for other data.</summary>
    /// <exception cref="UsageException">An option has no meaning here, or there is no such data.</exception>
    public InstructedData OpenData(GivenOptions given, Action<string> skipped, CancellationToken cancellation)
    {
        if (Csv is null)
            given.Refuse("is for tables; expected --csv FILE beside it", nameof(Instruction), nameof(Label), nameof(Header), nameof(Test), nameof(TestShare));
        if (CelebA is null)
            given.Refuse("is for faces; expected --celeba FOLDER beside it", nameof(Size));
        if (Csv is not null || CelebA is not null)
            given.Refuse($"is for pairs of pictures; {(Csv is null ? "--celeba" : "--csv")} names other data", nameof(Data), nameof(Task));
        if (Test is not null)
            given.Refuse("--test names the rows to test on already", nameof(TestShare));
        if (CelebA is not null)
            return Faces.Open(CelebA, Size, Rows, Threads ?? Environment.ProcessorCount, skipped, cancellation);
        if (Csv is not null)
            return File.Exists(Csv) ? AskedTable.Open(Csv, Instruction, Label, Test, TestShare, Rows, Header ? CsvHeader.Present : CsvHeader.Automatic) : throw new UsageException($"--csv {Csv}: no such file");
        bool named = Choice.Parse("--task", Task, TaskNames, name => name) == TaskNames[1];
        return DataSet.IdxPictures(Data) is var (folder, title)
            ? TwoPictures.Open(folder, title, named, Rows, Seed)
            : throw new UsageException($"--data {Data}: no such folder of pictures; expected {DataSet.Sample}, {string.Join(", ", KnownData.All.Select(k => k.Name))} or a folder of IDX files (a table is named by --csv)");
    }

    private static readonly string[] TaskNames = ["left-right", "left-right-of"];

    /// <summary>Reads every option that this data has a use for, before the work begins.</summary>
    /// <exception cref="UsageException">One has no such value, or does not fit another.</exception>
    public void CheckFor(InstructedData data)
    {
        _ = (AsksAll, TeachesSingles(data), TopDown, Credit, EmbeddingFor(data));
        if (PerTask && data.Vectors is not null)
            throw new UsageException($"--decoders {Decoders}: needs instructions that are tasks; those of --task {Task} are vectors");
        if (BatchSizeFor(data) == 1 && Normalize)
            throw new UsageException("--batch-size 1: batch normalization needs at least 2 rows, one has no variance");
    }

    /// <summary>Whether each row is asked all its questions in an epoch.</summary>
    public bool AsksAll => Choice.Parse("--questions", Questions, ["one", "all"], name => name) == "all";

    /// <summary>Whether networks of one instruction each are taught as a control.</summary>
    public bool TeachesSingles(InstructedData data) => SingleTask is null
        ? data.Instructions.Count == 2
        : Choice.Parse("--single-task", SingleTask, ["yes", "no"], name => name) == "yes";

    /// <summary>Few pictures or rows, as the bundled ones, need more steps and larger ones.</summary>
    private static bool IsSmall(InstructedData data) => data.Training.Count <= 5000;

    public int EpochsFor(InstructedData data) => Epochs ?? (IsSmall(data) && data.Input.IsPicture ? 20 : 30);

    public int BatchSizeFor(InstructedData data) => Math.Min(BatchSize ?? (IsSmall(data) ? 16 : 64), Math.Max(1, AsksAll ? int.MaxValue : data.Training.Count));

    public double LearningRateFor(InstructedData data) => LearningRate ?? (IsSmall(data) ? .001 : .0005);

    public TopDownWeights TopDown => Choice.Parse<TopDownWeights>("--weights", Weights);

    /// <summary>What carries the error down.</summary>
    public TopDownCredit Credit => (Rule ?? (Normalize ? "backprop" : "counter-hebb")) switch
    {
        "backprop" => TopDownCredit.Backpropagation,
        "counter-hebb" when Normalize => throw new UsageException("--normalize: Counter-Hebb learning cannot pass batch normalization, what comes down is not the gradient; expected --rule backprop beside it"),
        "counter-hebb" => TopDownCredit.CounterHebb,
        var other => throw new UsageException($"--rule {other}: expected counter-hebb or backprop"),
    };

    public bool PerTask => Choice.Parse("--decoders", Decoders, ["one", "per-task"], name => name) == "per-task";

    /// <summary>Layers between the instruction and the network.</summary>
    public IReadOnlyList<int> EmbeddingFor(InstructedData data) => Embedding == "0" || (Embedding is null && !data.Input.IsPicture)
        ? []
        : NetworkChoice.Units(Embedding, data.Input.Shape.Channels == 1 ? 50 : 200, "--embedding");
}
