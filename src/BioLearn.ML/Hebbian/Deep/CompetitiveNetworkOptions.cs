using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Hebbian;

/// <summary>Options of <c>mlContext.Transforms.CompetitiveNetwork</c>: deep SoftHebb, and stacks of any other competing units.</summary>
public sealed class CompetitiveNetworkOptions : UnsupervisedOptions
{
    /// <summary>Channels, height and width of a row, laid out channel by channel, row by row. Must be given.</summary>
    public TensorShape Picture { get; set; }

    /// <summary>The layers, from the input up; at least one. Default: <see cref="CompetitiveConvolution.Journe2023"/>, the published network for CIFAR-10.</summary>
    public IReadOnlyList<CompetitiveConvolution> Layers { get; set; } = CompetitiveConvolution.Journe2023();

    /// <summary>In which order layers learn. Default: one after the other.</summary>
    public CompetitiveSchedule Schedule { get; set; }

    /// <summary>Passes over the pictures, of each layer where layers learn one after the other; at least 1. Default: 1.</summary>
    public int NumberOfEpochs { get; set; } = 1;

    /// <summary>Pictures a step; at least 1. Default: 10.</summary>
    public int BatchSize { get; set; } = 10;

    /// <summary>The layers, fitted to the pictures and to one another.</summary>
    internal CompetitiveStage[] Stages()
    {
        Guard.Holds(Picture.Channels >= 1 && Picture.Height >= 1 && Picture.Width >= 1, Picture, "must have at least 1 channel, row and column", nameof(Picture));
        Guard.Holds((Int128)Picture.Channels * Picture.Height * Picture.Width <= Array.MaxLength, Picture, $"must have at most {Array.MaxLength} numbers", nameof(Picture));
        ArgumentNullException.ThrowIfNull(Layers);
        Guard.Holds(Layers.Count >= 1 && Layers.All(layer => layer is not null), Layers.Count, "must be at least one layer, and none that is null", nameof(Layers));
        var stages = new CompetitiveStage[Layers.Count];
        TensorShape input = Picture;
        for (int l = 0; l < stages.Length; l++)
        {
            stages[l] = Layers[l].Stage(input, $"{nameof(Layers)}[{l}]");
            input = stages[l].Output;
        }
        return stages;
    }

    internal override void Validate()
    {
        base.Validate();
        Guard.Defined(Schedule);
        Guard.AtLeast(NumberOfEpochs, 1);
        Guard.AtLeast(BatchSize, 1);
        Stages();
    }
}
