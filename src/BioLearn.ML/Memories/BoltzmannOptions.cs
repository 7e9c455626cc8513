using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Memories;

/// <summary>How restricted Boltzmann machines learn: options of <c>mlContext.Transforms.RestrictedBoltzmannMachine</c> and <c>DeepBeliefNetwork</c>.</summary>
public abstract class BoltzmannOptions : UnsupervisedOptions
{
    /// <summary>Column for the rows as the model sees them again, a vector like the input; null makes none. Default: null.</summary>
    public string? ReconstructionColumnName { get; set; }

    /// <summary>What the features are. Default: <see cref="VisibleUnits.Bernoulli"/>, so from 0 to 1.</summary>
    public VisibleUnits VisibleUnits { get; set; } = VisibleUnits.Bernoulli;

    /// <summary>k of contrastive divergence; at least 1. Default: 1.</summary>
    public int GibbsSteps { get; set; } = 1;

    /// <summary>Whether chains go on from batch to batch (persistent contrastive divergence, Tieleman 2008). Default: false.</summary>
    public bool Persistent { get; set; }

    /// <summary>Whether v_k is sampled; otherwise its probability is used, which has less noise. Default: false.</summary>
    public bool SampleVisible { get; set; }

    /// <summary>η, above 0; null takes 0.05, and 0.005 for Gaussian units. Default: null.</summary>
    public double? LearningRate { get; set; }

    /// <summary>Momentum of the first five epochs, in [0, 1). Default: 0.5.</summary>
    public double InitialMomentum { get; set; } = 0.5;

    /// <summary>Momentum from the sixth epoch on, in [0, 1). Default: 0.9.</summary>
    public double FinalMomentum { get; set; } = 0.9;

    /// <summary>λ of W ← W + η (Δ − λ W); at least 0. Default: 0.0002.</summary>
    public double WeightDecay { get; set; } = 2e-4;

    /// <summary>Passes over the data, of each layer; at least 1. Default: 20.</summary>
    public int NumberOfEpochs { get; set; } = 20;

    /// <summary>Rows a step; at least 1. Default: 100.</summary>
    public int BatchSize { get; set; } = 100;

    /// <summary>
    /// Share of the rows, in [0, 1), that are kept aside to watch the free-energy gap: where it grows, the machine learns the rows by
    /// heart. Default: 0.
    /// </summary>
    public double ValidationFraction { get; set; }

    internal override void Validate()
    {
        base.Validate();
        Guard.Defined(VisibleUnits);
        Guard.AtLeast(GibbsSteps, 1);
        Guard.AtLeast(NumberOfEpochs, 1);
        Guard.AtLeast(BatchSize, 1);
        if (LearningRate is { } rate)
            Guard.AboveZero(rate, nameof(LearningRate));
        Guard.Fraction(InitialMomentum);
        Guard.Fraction(FinalMomentum);
        Guard.AtLeastZero(WeightDecay);
        Guard.Fraction(ValidationFraction);
    }
}

/// <summary>Options of <c>mlContext.Transforms.RestrictedBoltzmannMachine</c>.</summary>
public sealed class RestrictedBoltzmannMachineOptions : BoltzmannOptions
{
    /// <summary>Hidden units; at least 1. Default: 100.</summary>
    public int NumberOfUnits { get; set; } = 100;

    /// <summary>The former name of <see cref="NumberOfUnits"/>.</summary>
    [Obsolete("Use NumberOfUnits.")]
    public int NumberOfHiddenUnits
    {
        get => NumberOfUnits;
        set => NumberOfUnits = value;
    }

    /// <summary>Column for the free energy of a row, in nats, a Single: lower is more like the training rows. Null makes none. Default: null.</summary>
    public string? FreeEnergyColumnName { get; set; }

    internal override IReadOnlyList<string?> OutputColumns => [OutputColumnName, ReconstructionColumnName, FreeEnergyColumnName];

    internal override void Validate()
    {
        base.Validate();
        Guard.AtLeast(NumberOfUnits, 1);
    }
}

/// <summary>Options of <c>mlContext.Transforms.DeepBeliefNetwork</c>.</summary>
public sealed class DeepBeliefNetworkOptions : BoltzmannOptions
{
    /// <summary>Units of each hidden layer, from the input up; at least one layer. Default: 200, 100.</summary>
    public IReadOnlyList<int> HiddenUnits { get; set; } = [200, 100];

    internal override IReadOnlyList<string?> OutputColumns => [OutputColumnName, ReconstructionColumnName];

    internal override void Validate()
    {
        base.Validate();
        Guard.Layers(HiddenUnits);
    }
}
