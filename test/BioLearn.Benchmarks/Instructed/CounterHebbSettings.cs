using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Benchmarks.Instructed;

/// <summary>What the accuracy study of counter-Hebb learning takes from the command line.</summary>
internal sealed class CounterHebbSettings : CommandSettings
{
    [CommandOption("--data <FOLDER>")]
    [Description("Folder with IDX files as MNIST has them, or with cifar10_jpeg_train.tar.gz and cifar10_jpeg_test.tar.gz.")]
    public string Data { get; init; } = "";

    [CommandOption("--pairs")]
    [Description("Compose pictures of two (Multi-MNIST): the simple net is asked for the left or the right one.")]
    public bool Pairs { get; init; }

    [CommandOption("--weights <LIST>")]
    [Description("shared, separate, equal-start, noisy-start, feedback-alignment, backpropagation, separated by commas.")]
    [DefaultValue("shared,separate,feedback-alignment")]
    public string Weights { get; init; } = "";

    [CommandOption("--hidden <UNITS>")]
    [Description("Units of the hidden layer of the fully connected network.")]
    [DefaultValue(500)]
    public int Hidden { get; init; }

    [CommandOption("--epochs <COUNT>")]
    [Description("Passes over the pictures; the learning rate falls by 5 % after each.")]
    [DefaultValue(50)]
    public int Epochs { get; init; }

    [CommandOption("--batch <COUNT>")]
    [Description("Pictures a step. Default: 20, with --pairs 64")]
    public int? Batch { get; init; }

    [CommandOption("--learning-rate <RATE>")]
    [Description("Learning rate of Adam. Default: 1e-4, with --pairs 5e-4")]
    public double? LearningRate { get; init; }

    [CommandOption("--seed <SEED>")]
    [Description("The first seed.")]
    [DefaultValue(0)]
    public int Seed { get; init; }

    [CommandOption("--seeds <COUNT>")]
    [Description("How many seeds.")]
    [DefaultValue(1)]
    public int Seeds { get; init; }

    public override ValidationResult Validate()
    {
        if (!Directory.Exists(Data))
            return ValidationResult.Error($"--data is '{Data}', must be a folder");
        if (Hidden < 1 || Epochs < 1 || Batch < 1 || Seeds < 1 || LearningRate <= 0)
            return ValidationResult.Error("--hidden, --epochs, --batch and --seeds must be at least 1, --learning-rate above 0");
        return ValidationResult.Success();
    }
}
