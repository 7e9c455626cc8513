using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Benchmarks.Residual;

/// <summary>What the study of residual networks takes from the command line.</summary>
internal sealed class ResidualSettings : CommandSettings
{
    [CommandOption("--data <FOLDER>")]
    [Description("Folder with cifar10_jpeg_train.tar.gz and cifar10_jpeg_test.tar.gz: pictures named NUMBER_CLASS.jpg.")]
    public string Data { get; init; } = "";

    [CommandOption("--rules <LIST>")]
    [Description("Rules by their names in `biolearn rules`, separated by commas.")]
    [DefaultValue("backpropagation,feedback-alignment,sign-symmetry,direct-feedback-alignment,kolen-pollack,weight-mirror")]
    public string Rules { get; init; } = "";

    [CommandOption("--width <CHANNELS>")]
    [Description("Channels of the first stage; the paper's ResNet-20 has 16.")]
    [DefaultValue(8)]
    public int Width { get; init; }

    [CommandOption("--epochs <COUNT>")]
    [Description("Passes over the pictures; the learning rate falls to a tenth after 60 % of them and to a hundredth after 85 %.")]
    [DefaultValue(20)]
    public int Epochs { get; init; }

    [CommandOption("--rows <COUNT>")]
    [Description("Only the first training pictures.")]
    public int? Rows { get; init; }

    [CommandOption("--batch <COUNT>")]
    [Description("Pictures a step.")]
    [DefaultValue(128)]
    public int Batch { get; init; }

    [CommandOption("--learning-rate <RATE>")]
    [Description("Learning rate of Nesterov momentum .9.")]
    [DefaultValue(0.1)]
    public double LearningRate { get; init; }

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
        if (!File.Exists(Path.Combine(Data, "cifar10_jpeg_train.tar.gz")) || !File.Exists(Path.Combine(Data, "cifar10_jpeg_test.tar.gz")))
            return ValidationResult.Error($"--data is '{Data}', must be a folder with cifar10_jpeg_train.tar.gz and cifar10_jpeg_test.tar.gz");
        if (Width < 1 || Epochs < 1 || Batch < 1 || Seeds < 1 || Rows is < 1 || !(LearningRate > 0))
            return ValidationResult.Error("--width, --epochs, --batch, --rows and --seeds must be at least 1, --learning-rate above 0");
        return ValidationResult.Success();
    }
}
