using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Recurrent;

/// <summary>Options of the trainer that teaches a leaky recurrent network by random feedback local online learning.</summary>
public sealed class RecurrentOptions : TrainerOptions
{
    /// <summary>Time steps that one feature vector holds, one after the other; its length must be a multiple. Default: 1.</summary>
    public int TimeSteps { get; set; } = 1;

    /// <summary>Recurrent units; at least 1. Default: 64.</summary>
    public int Units { get; set; } = 64;

    /// <summary>Leak α = dt / τ of the units, in (0, 1]. Default: 0.2.</summary>
    public double Leak { get; set; } = 0.2;

    /// <summary>
    /// Last time steps at which the label is compared with the output; the errors of all of them teach. 0 means every step.
    /// Predictions are read at the last step. Default: 1.
    /// </summary>
    public int TaughtSteps { get; set; } = 1;

    /// <summary>Whether errors come down through the readout's weights instead of fixed random ones. Default: no.</summary>
    public bool SymmetricFeedback { get; set; }

    /// <summary>Whether the units learn; otherwise the readout alone does, as in an echo-state network. Default: yes.</summary>
    public bool LearnUnits { get; set; } = true;

    /// <summary>How parameters move. Default: Adam at 1e-3.</summary>
    public OptimizerSettings Optimizer { get; set; } = OptimizerSettings.Adam(1e-3);

    /// <summary>Sequences a step; at least 1. Default: 16.</summary>
    public int BatchSize { get; set; } = 16;

    /// <summary>Passes over the data; at least 1. Default: 20.</summary>
    public int NumberOfEpochs { get; set; } = 20;

    internal void Validate()
    {
        Guard.AtLeast(TimeSteps, 1);
        Guard.AtLeast(Units, 1);
        Guard.Share(Leak);
        Guard.AtLeast(BatchSize, 1);
        Guard.AtLeast(NumberOfEpochs, 1);
        Guard.AtLeastZero(TaughtSteps);
        Guard.Holds(TaughtSteps <= TimeSteps, TaughtSteps, $"must be at most TimeSteps, {TimeSteps}", nameof(TaughtSteps));
        Optimizer.Validate();
    }
}
