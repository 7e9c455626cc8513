using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Recurrent;

/// <summary>
/// Options of the trainers that teach a leaky recurrent network while its sequences run. A rule of one's own is a class derived from this
/// whose <see cref="CreateRule"/> makes it.
/// </summary>
public abstract class OnlineRecurrentOptions : TrainerOptions
{
    /// <summary>Whether the inputs are brought to one scale inside, each over all rows and time steps; the map is part of the model. Default: <see cref="Networks.NormalizeFeatures.Auto"/>.</summary>
    public NormalizeFeatures NormalizeFeatures { get; set; }

    /// <summary>Regression: whether the label is brought to mean 0 and standard deviation 1 for the network, and the score back. Default: yes.</summary>
    public bool StandardizeLabel { get; set; } = true;

    /// <summary>Time steps that one feature vector holds, one after the other; its length must be a multiple. Default: 1.</summary>
    public int TimeSteps { get; set; } = 1;

    /// <summary>Recurrent units; at least 1. Default: 64.</summary>
    public int NumberOfUnits { get; set; } = 64;

    /// <summary>The former name of <see cref="NumberOfUnits"/>.</summary>
    [Obsolete("Use NumberOfUnits.")]
    public int Units
    {
        get => NumberOfUnits;
        set => NumberOfUnits = value;
    }

    /// <summary>Leak α = dt / τ of the units, in (0, 1]. Default: 0.2.</summary>
    public double Leak { get; set; } = 0.2;

    /// <summary>
    /// Last time steps at which the label is compared with the output; the errors of all of them teach. 0 means every step.
    /// Predictions are read at the last step. Default: 1.
    /// </summary>
    public int TaughtSteps { get; set; } = 1;

    /// <summary>Whether the units learn; otherwise the readout alone does, as in an echo-state network. Default: yes.</summary>
    public bool LearnUnits { get; set; } = true;

    /// <summary>How parameters move; without weight decay, since a tensor here holds weights and biases together. Default: Adam at 1e-3.</summary>
    public OptimizerSettings Optimizer { get; set; } = OptimizerSettings.Adam(1e-3);

    /// <summary>Sequences a step; at least 1. Default: 16.</summary>
    public int BatchSize { get; set; } = 16;

    /// <summary>
    /// Passes over the data; at least 1. Default: null, which makes 20, but as many more as make 2,000 steps on few rows, and as many fewer as
    /// make 20,000 on many; one at least.
    /// </summary>
    public int? NumberOfEpochs { get; set; }

    /// <summary>
    /// Whether saved models have what the optimizer remembers, so that <c>Fit(train, validation, model)</c> goes on from a loaded model to the
    /// last bit: 8 bytes a parameter for Adam (weights have 4). Default: yes.
    /// </summary>
    public bool SaveOptimizerState { get; set; } = true;

    /// <summary>What messages call the rule, such as "e-prop".</summary>
    public abstract string RuleName { get; }

    /// <summary>Decay κ of the readout, y_t = κ y_{t−1} + W_out h_t + b_out, in [0, 1).</summary>
    protected internal virtual double DecayOfReadout => 0;

    /// <summary>Makes the rule.</summary>
    /// <param name="network">What it teaches.</param>
    public abstract OnlineRecurrentRule<float> CreateRule(LeakyRecurrentNetwork<float> network);

    internal virtual void Validate()
    {
        Guard.Defined(NormalizeFeatures);
        Guard.AtLeast(TimeSteps, 1);
        Guard.AtLeast(NumberOfUnits, 1);
        Guard.Share(Leak);
        Guard.AtLeast(BatchSize, 1);
        if (NumberOfEpochs is { } epochs)
            Guard.AtLeast(epochs, 1, nameof(NumberOfEpochs));
        Guard.AtLeastZero(TaughtSteps);
        Guard.Holds(TaughtSteps <= TimeSteps, TaughtSteps, $"must be at most TimeSteps, {TimeSteps}", nameof(TaughtSteps));
        ArgumentNullException.ThrowIfNull(Optimizer);
        Optimizer.Validate();
        Guard.Holds(Optimizer.WeightDecay == 0, Optimizer.WeightDecay, "must be 0: tensors of recurrent networks hold weights and biases together, and biases do not decay", "Optimizer.WeightDecay");
    }
}
