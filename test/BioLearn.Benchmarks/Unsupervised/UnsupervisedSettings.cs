using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Benchmarks.Unsupervised;

/// <summary>What the study of unsupervised features takes from the command line.</summary>
internal sealed class UnsupervisedSettings : CommandSettings
{
    [CommandOption("--data <FOLDER>")]
    [Description("Folder with train-images-idx3-ubyte.gz and its three kin: MNIST or Fashion-MNIST.")]
    public string Data { get; init; } = "";

    [CommandOption("--features <LIST>")]
    [Description("Which features, separated by commas: pixels, random, softhebb, krotov-hopfield, sanger, rbm, dbn, helmholtz.")]
    [DefaultValue("pixels,random,softhebb,krotov-hopfield")]
    public string Features { get; init; } = "";

    [CommandOption("--units <COUNT>")]
    [Description("Width of every layer.")]
    [DefaultValue(1000)]
    public int Units { get; init; }

    [CommandOption("--epochs <COUNT>")]
    [Description("Passes over the pictures of what learns features.")]
    [DefaultValue(15)]
    public int Epochs { get; init; }

    [CommandOption("--readout-epochs <COUNT>")]
    [Description("Passes over the pictures of the linear readout, the same for all features.")]
    [DefaultValue(15)]
    public int ReadoutEpochs { get; init; }

    [CommandOption("--powers <LIST>")]
    [Description("Powers of the rectified activation, separated by commas; each is a row of its own, for the control too.")]
    [DefaultValue("1,3")]
    public string Powers { get; init; } = "";

    [CommandOption("--whiten <RANK>")]
    [Description("Give the competing units, and their control, this many Hebbian components of unit variance instead of pixels.")]
    public int? Whiten { get; init; }

    [CommandOption("--rows <COUNT>")]
    [Description("Only the first training pictures.")]
    public int? Rows { get; init; }

    [CommandOption("--seeds <COUNT>")]
    [Description("Seeds 0, 1, ...")]
    [DefaultValue(3)]
    public int Seeds { get; init; }

    public override ValidationResult Validate()
    {
        if (!Directory.Exists(Data))
            return ValidationResult.Error($"--data is '{Data}', must be a folder");
        if (Units < 2 || Epochs < 1 || ReadoutEpochs < 1 || Seeds < 1 || Rows is < 1 || Whiten is < 1)
            return ValidationResult.Error("--units must be at least 2; --epochs, --readout-epochs, --rows, --whiten and --seeds at least 1");
        return ValidationResult.Success();
    }
}
