using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Hebbian;

/// <summary>Options of <c>mlContext.Transforms.HebbianComponents</c>.</summary>
public sealed class HebbianOptions : UnsupervisedOptions
{
    /// <summary>The rule with its hyper-parameters. Default: <see cref="Sanger"/>, principal components in order.</summary>
    public HebbianRule Rule { get; set; } = new Sanger();

    /// <summary>Number of units, so of components; at least 1, and at most the features where components are orthogonal. Default: 20.</summary>
    public int NumberOfUnits { get; set; } = 20;

    /// <summary>The former name of <see cref="NumberOfUnits"/>.</summary>
    [Obsolete("Use NumberOfUnits.")]
    public int Rank
    {
        get => NumberOfUnits;
        set => NumberOfUnits = value;
    }

    /// <summary>Whether the mean of the training rows is taken from every row first; the rules find principal components only then. Default: true.</summary>
    public bool EnsureZeroMean { get; set; } = true;

    /// <summary>
    /// η of the rule's equation, above 0; null takes half of 1 / E[‖x‖²] of the training rows, which suits the scale of any data.
    /// Default: null.
    /// </summary>
    public double? LearningRate { get; set; }

    /// <summary>d of η / (1 + d epochs): stochastic rules settle only with a falling rate. At least 0. Default: 1.</summary>
    public double LearningRateDecay { get; set; } = 1;

    /// <summary>λ of W ← W + η (Δ − λ W); at least 0. Default: 0.</summary>
    public double WeightDecay { get; set; }

    /// <summary>
    /// Whether the rows of W are kept at length 1; null does it for rules that grow without end (<see cref="HebbianRule.IsBounded"/>).
    /// Default: null.
    /// </summary>
    public bool? UnitLengthWeights { get; set; }

    /// <summary>Passes over the data; at least 1. Default: 20.</summary>
    public int NumberOfEpochs { get; set; } = 20;

    /// <summary>Rows a step; 1 is the online form of the papers. Default: 32.</summary>
    public int BatchSize { get; set; } = 32;

    internal bool KeepsUnitLength => UnitLengthWeights ?? !Rule.IsBounded;

    internal override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Rule);
        Guard.AtLeast(NumberOfUnits, 1);
        Guard.AtLeast(NumberOfEpochs, 1);
        Guard.AtLeast(BatchSize, 1);
        if (LearningRate is { } rate)
            Guard.AboveZero(rate, nameof(LearningRate));
        Guard.AtLeastZero(LearningRateDecay);
        Guard.AtLeastZero(WeightDecay);
        if (!Rule.IsBounded && !KeepsUnitLength && WeightDecay == 0)
            throw new ArgumentException($"The {Rule.Name} rule grows without end: leave UnitLengthWeights at null, or set WeightDecay above 0.", nameof(UnitLengthWeights));
    }
}
