using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Hebbian;

/// <summary>Options of <c>mlContext.Transforms.CompetitiveLayer</c>, <c>SoftHebb</c> and <c>KrotovHopfield</c>.</summary>
public sealed class CompetitiveOptions : UnsupervisedOptions
{
    /// <summary>How units compete. Default: <see cref="Hebbian.SoftHebb"/>.</summary>
    public CompetitiveRule Rule { get; set; } = new SoftHebb();

    /// <summary>Units; at least 2. Default: 500.</summary>
    public int NumberOfUnits { get; set; } = 500;

    /// <summary>
    /// Where rows are pictures: units of one patch, the same at every place, and how they are pooled; a row of the training is then a patch,
    /// for the options of this page too. Null, the default, gives every unit the entire row.
    /// </summary>
    public PatchSpec? Patches { get; set; }

    /// <summary>Patches that are drawn, at random places of random rows, to learn from; at least 1, without effect unless <see cref="Patches"/> is set. Default: 200,000.</summary>
    public int NumberOfPatches { get; set; } = 200_000;

    /// <summary>Whether every row is brought to length 1, so that currents compare directions. Default: true.</summary>
    public bool UnitLengthInput { get; set; } = true;

    /// <summary>Whether the mean of the training rows is taken from every row before that; otherwise units all win for what rows have in common. Default: true.</summary>
    public bool EnsureZeroMean { get; set; } = true;

    /// <summary>
    /// Evens out the directions of rows between centring and unit length, so that units do not crowd on the few that rows have in common:
    /// rows are multiplied by (C + ridge · v · I)^(−1/2), C their covariance, v its mean variance. The ridge, above 0, keeps directions of next
    /// to no variance from being blown up to noise: 0.01 to 0.1 suits patches; whole pictures, most of whose directions are noise, want 1 or
    /// more. The cost is that of as many units as there are features. Null, the default, leaves directions as they are.
    /// </summary>
    public double? WhiteningRidge { get; set; }

    /// <summary>
    /// Length of a unit's weights at the start, above 0; their directions are normal. Above 1, a unit that wins shrinks and lets others
    /// win; below, the first winners win all rows and the rest learn nothing. Default: 3.
    /// </summary>
    public double InitialLength { get; set; } = 3;

    /// <summary>η, the largest change of a weight in a step at the start, above 0. Default: 0.1.</summary>
    public double LearningRate { get; set; } = 0.1;

    /// <summary>Whether η falls to 0 in a straight line over the epochs (Krotov and Hopfield). Default: true.</summary>
    public bool LinearDecay { get; set; } = true;

    /// <summary>q of η | ‖w‖ − 1 |^q, SoftHebb's rate of a unit that falls as the unit matures; 0 gives all the same. Default: 0.</summary>
    public double RadiusPower { get; set; }

    /// <summary>Passes over the data; at least 1. Default: 20.</summary>
    public int NumberOfEpochs { get; set; } = 20;

    /// <summary>Rows a step. Default: 100.</summary>
    public int BatchSize { get; set; } = 100;

    /// <summary>What the output column holds. Default: the rectified power.</summary>
    public CompetitiveActivation Activation { get; set; } = CompetitiveActivation.RectifiedPower;

    /// <summary>n of the activation, above 0. Default: 2.</summary>
    public double ActivationPower { get; set; } = 2;

    internal override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Rule);
        ArgumentOutOfRangeException.ThrowIfLessThan(NumberOfUnits, 2);
        Patches?.Validate();
        Guard.AtLeast(NumberOfPatches, 1);
        Guard.AtLeast(NumberOfEpochs, 1);
        Guard.AtLeast(BatchSize, 1);
        if (WhiteningRidge is { } ridge)
            Guard.AboveZero(ridge, nameof(WhiteningRidge));
        Guard.AboveZero(InitialLength);
        Guard.AboveZero(LearningRate);
        Guard.AtLeastZero(RadiusPower);
        Guard.AboveZero(ActivationPower);
        Guard.Defined(Activation);
        if (Rule is KrotovHopfield { Rank: var rank })
            Guard.Holds(rank <= NumberOfUnits, NumberOfUnits, $"must be at least the rule's Rank, {rank}", nameof(NumberOfUnits));
    }
}
