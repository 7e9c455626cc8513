using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Benchmarks.Recurrent;

/// <summary>What the study of recurrent networks takes from the command line.</summary>
internal sealed class RecurrentSettings : CommandSettings
{
    [CommandOption("--data <FOLDER>")]
    [Description("Folder with train-images-idx3-ubyte.gz and its three kin: MNIST or Fashion-MNIST.")]
    public string Data { get; init; } = "";

    [CommandOption("--feedback <LIST>")]
    [Description("How units learn, separated by commas: random (RFLO), symmetric (the readout's weights carry the error), none (the readout alone learns).")]
    [DefaultValue("random,symmetric,none")]
    public string Feedback { get; init; } = "";

    [CommandOption("--units <COUNT>")]
    [Description("Recurrent units.")]
    [DefaultValue(100)]
    public int Units { get; init; }

    [CommandOption("--leak <ALPHA>")]
    [Description("Leak of the units, in (0, 1].")]
    [DefaultValue(0.2)]
    public double Leak { get; init; }

    [CommandOption("--learning-rate <RATE>")]
    [Description("Learning rate of Adam.")]
    [DefaultValue(0.001)]
    public double LearningRate { get; init; }

    [CommandOption("--batch <COUNT>")]
    [Description("Pictures a step.")]
    [DefaultValue(32)]
    public int Batch { get; init; }

    [CommandOption("--epochs <COUNT>")]
    [Description("Passes over the pictures.")]
    [DefaultValue(5)]
    public int Epochs { get; init; }

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
        foreach (string feedback in Feedback.Split(','))
        {
            if (feedback is not ("random" or "symmetric" or "none"))
                return ValidationResult.Error($"--feedback has '{feedback}', which is none of random, symmetric, none");
        }
        if (Units < 1 || Batch < 1 || Epochs < 1 || Seeds < 1 || Rows is < 1)
            return ValidationResult.Error("--units, --batch, --epochs, --rows and --seeds must be at least 1");
        return ValidationResult.Success();
    }
}
