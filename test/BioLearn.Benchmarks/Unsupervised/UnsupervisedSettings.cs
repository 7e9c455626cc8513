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
    [Description("Which features, separated by commas: pixels, random, softhebb, softhebb-anti (losers turn away), krotov-hopfield, sanger, rbm, dbn, helmholtz.")]
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
    [Description("Powers of the activation, separated by commas; each is a row of its own, for the control too.")]
    [DefaultValue("1,3")]
    public string Powers { get; init; } = "";

    [CommandOption("--activations <LIST>")]
    [Description("Activations, separated by commas: rectified, triangle, linear; each is a row of its own, for the control too.")]
    [DefaultValue("rectified")]
    public string Activations { get; init; } = "";

    [CommandOption("--temperatures <LIST>")]
    [Description("Inverse temperatures of SoftHebb, separated by commas; each is a row of its own.")]
    [DefaultValue("20")]
    public string Temperatures { get; init; } = "";

    [CommandOption("--learning-rate <RATE>")]
    [Description("Largest change of a competing unit's weight in a step at the start.")]
    [DefaultValue(0.1)]
    public double LearningRate { get; init; }

    [CommandOption("--initial-length <LENGTH>")]
    [Description("Length of competing units' weights at the start.")]
    [DefaultValue(3.0)]
    public double InitialLength { get; init; }

    [CommandOption("--radius-power <POWER>")]
    [Description("SoftHebb's rate of a unit falls as this power of its distance from length 1; 0 gives all the same.")]
    [DefaultValue(0.0)]
    public double RadiusPower { get; init; }

    [CommandOption("--ridge <FRACTION>")]
    [Description("Competing units, and their control, whiten what they see, pixels or patches, with this ridge.")]
    public double? Ridge { get; init; }

    [CommandOption("--patch <SIZE>")]
    [Description("Competing units, and their control, see square patches of this side, the same units at every place of a picture.")]
    public int? Patch { get; init; }

    [CommandOption("--patches <COUNT>")]
    [Description("Patches that are drawn to learn from.")]
    [DefaultValue(200_000)]
    public int Patches { get; init; }

    [CommandOption("--poolings <LIST>")]
    [Description("With --patch, how activations of neighbouring places become one, separated by commas: average, max; each is a row of its own, for the control too.")]
    [DefaultValue("average")]
    public string Poolings { get; init; } = "";

    [CommandOption("--pooling-size <SIZE>")]
    [Description("With --patch, side of the windows of places that are pooled; they do not overlap.")]
    [DefaultValue(4)]
    public int PoolingSize { get; init; }

    [CommandOption("--validation")]
    [Description("Measure on the last 10,000 training pictures, which nobody learns from then, rather than on the test pictures: the way to choose settings.")]
    public bool Validation { get; init; }

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
        if (Patch is not null && Whiten is not null)
            return ValidationResult.Error("--patch looks at pictures, --whiten makes components of them: give one of the two");
        return ValidationResult.Success();
    }
}
