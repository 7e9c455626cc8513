using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Recurrent;

/// <summary>
/// Options of the echo-state network: leaky tanh units s ← (1 − α) s + α tanh(W s + W_in x + b) that never learn (the reservoir), and a
/// linear readout of [s; 1] that ridge regression gives in one pass over the rows.
/// </summary>
public sealed class EchoStateOptions : TrainerOptions
{
    /// <summary>Whether the inputs are brought to one scale inside, each over all rows and time steps; the map is part of the model. Default: <see cref="Networks.NormalizeFeatures.Auto"/>.</summary>
    public NormalizeFeatures NormalizeFeatures { get; set; }

    /// <summary>Regression: whether the label is brought to mean 0 and standard deviation 1 for the network, and the score back. Default: yes.</summary>
    public bool StandardizeLabel { get; set; } = true;

    /// <summary>Time steps that one feature vector holds, one after the other; its length must be a multiple. Default: 1.</summary>
    public int TimeSteps { get; set; } = 1;

    /// <summary>Units of the reservoir; at least 1. Memory and the cost of a step grow with their square. Default: 200.</summary>
    public int NumberOfUnits { get; set; } = 200;

    /// <summary>The former name of <see cref="NumberOfUnits"/>.</summary>
    [Obsolete("Use NumberOfUnits.")]
    public int Units
    {
        get => NumberOfUnits;
        set => NumberOfUnits = value;
    }

    /// <summary>Leak α of the units, in (0, 1]; small for slow sequences. Default: 0.3.</summary>
    public double Leak { get; set; } = 0.3;

    /// <summary>
    /// Largest modulus of the eigenvalues of W, above 0; W is drawn and scaled to it. Near 1 the memory is long, far above 1 the past may
    /// never fade. Default: 0.9.
    /// </summary>
    public double SpectralRadius { get; set; } = 0.9;

    /// <summary>Share of the recurrent synapses that exist, in (0, 1]. Default: 1.</summary>
    public double Density { get; set; } = 1;

    /// <summary>Input weights are uniform within this bound; above 0. Default: 0.5.</summary>
    public double InputScale { get; set; } = 0.5;

    /// <summary>Biases of the units are uniform within this bound; at least 0. Default: 0.1.</summary>
    public double BiasScale { get; set; } = 0.1;

    /// <summary>Ridge λ of the readout, its constant included, in sums over rows; above 0. Default: 0.01.</summary>
    public double Ridge { get; set; } = 0.01;

    /// <summary>
    /// Last time steps whose states the readout is fitted on, all with the row's label; 0 means every step. Those before are washout.
    /// Predictions are read at the last step. Default: 1.
    /// </summary>
    public int TaughtSteps { get; set; } = 1;

    internal void Validate()
    {
        Guard.Defined(NormalizeFeatures);
        Guard.AtLeast(TimeSteps, 1);
        Guard.AtLeast(NumberOfUnits, 1);
        Guard.Share(Leak);
        Guard.AboveZero(SpectralRadius);
        Guard.Share(Density);
        Guard.AboveZero(InputScale);
        Guard.AtLeastZero(BiasScale);
        Guard.AboveZero(Ridge);
        Guard.AtLeastZero(TaughtSteps);
        Guard.Holds(TaughtSteps <= TimeSteps, TaughtSteps, $"must be at most TimeSteps, {TimeSteps}", nameof(TaughtSteps));
    }
}
