using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Memories;

/// <summary>Options of <c>mlContext.Transforms.HelmholtzMachine</c>.</summary>
public sealed class HelmholtzOptions : UnsupervisedOptions
{
    /// <summary>Units of each hidden layer, from the input up; at least one layer. Default: 100, 30.</summary>
    public IReadOnlyList<int> HiddenUnits { get; set; } = [100, 30];

    /// <summary>Column for the rows as the machine generates them from its first hidden layer, a vector like the input; null makes none. Default: null.</summary>
    public string? ReconstructionColumnName { get; set; }

    /// <summary>η of both delta rules, above 0. Default: 0.05.</summary>
    public double LearningRate { get; set; } = 0.05;

    /// <summary>Passes over the data; at least 1. Default: 50.</summary>
    public int NumberOfEpochs { get; set; } = 50;

    /// <summary>Rows a step; at least 1. Default: 20.</summary>
    public int BatchSize { get; set; } = 20;

    internal override IReadOnlyList<string?> OutputColumns => [OutputColumnName, ReconstructionColumnName];

    internal override void Validate()
    {
        base.Validate();
        Guard.Layers(HiddenUnits);
        Guard.AboveZero(LearningRate);
        Guard.AtLeast(NumberOfEpochs, 1);
        Guard.AtLeast(BatchSize, 1);
    }
}
