using BioLearn.ML.Hosting;

namespace BioLearn.ML.Spiking;

/// <summary>
/// Options of <c>mlContext.Transforms.SpikingCompetition</c>: the network of Diehl and Cook (2015), with the constants of the paper and of its authors' program
/// where nothing else is said.
/// </summary>
public sealed class SpikingCompetitionOptions : UnsupervisedOptions
{
    /// <summary>Excitatory neurons, each with an inhibitory one; at least 2. The paper has 100, 400, 1600 and 6400. Default: 400.</summary>
    public int NumberOfUnits { get; set; } = 400;

    /// <summary>Passes over the rows, each in an order of its own; at least 1. Default: 1.</summary>
    public int NumberOfEpochs { get; set; } = 1;

    /// <summary>How long a row is shown, in milliseconds; at least one <see cref="TimeStep"/>. Default: 350.</summary>
    public double PresentationTime { get; set; } = 350;

    /// <summary>Rate of the Poisson spikes of a feature of 1, in hertz; above 0. A feature of less has its share of it, one below 0 none. Default: 63.75.</summary>
    public double MaximumRate { get; set; } = 63.75;

    /// <summary>A row at which all neurons together fire less often is shown again, its rates raised by 32 Hz (of a feature of 1); at least 0. Default: 5.</summary>
    public int LeastSpikes { get; set; } = 5;

    /// <summary>Rate η of growth, at spikes of the neuron; at least 0. Default: 0.01.</summary>
    public double LearningRate { get; set; } = 0.01;

    /// <summary>Rate η of weakening, at spikes of the input; at least 0. Default: 0.0001.</summary>
    public double DepressionRate { get; set; } = 1e-4;

    /// <summary>Sum of the weights of every neuron before each row; above 0, null for a tenth of the number of features, 78.4 for a picture of MNIST (the authors' program: 78). Default: null.</summary>
    public double? TotalWeight { get; set; }

    /// <summary>What a spike adds to the neuron's threshold, in millivolts; at least 0. Default: 0.05.</summary>
    public double ThresholdIncrement { get; set; } = 0.05;

    /// <summary>Time constant with which that decays, in milliseconds; above 0. Default: 10,000,000.</summary>
    public double ThresholdTimeConstant { get; set; } = 1e7;

    /// <summary>Conductance of an excitatory neuron's synapse on its inhibitory one; at least 0. Default: 10.4.</summary>
    public double ExcitatoryWeight { get; set; } = 10.4;

    /// <summary>Conductance of an inhibitory neuron's synapses on all other excitatory ones; at least 0. Default: 17.</summary>
    public double InhibitoryWeight { get; set; } = 17;

    /// <summary>Step of the simulation, in milliseconds; in (0, 1]. Default: 0.5.</summary>
    public double TimeStep { get; set; } = 0.5;

    internal override void Validate()
    {
        base.Validate();
        Guard.AtLeast(NumberOfUnits, 2);
        Guard.AtLeast(NumberOfEpochs, 1);
        Guard.Share(TimeStep);
        Guard.Holds(PresentationTime >= TimeStep && PresentationTime / TimeStep <= CompetitionSetting.MostSteps, PresentationTime, "must be one to a million steps of TimeStep", nameof(PresentationTime));
        Guard.AboveZero(MaximumRate);
        Guard.AtLeast(LeastSpikes, 0);
        Guard.AtLeastZero(LearningRate);
        Guard.AtLeastZero(DepressionRate);
        if (TotalWeight is { } total)
            Guard.AboveZero(total, nameof(TotalWeight));
        Guard.AtLeastZero(ThresholdIncrement);
        Guard.AboveZero(ThresholdTimeConstant);
        Guard.AtLeastZero(ExcitatoryWeight);
        Guard.AtLeastZero(InhibitoryWeight);
    }

    internal CompetitionSetting Setting => new((float)TimeStep, (float)PresentationTime, (float)MaximumRate, LeastSpikes, (float)ExcitatoryWeight, (float)InhibitoryWeight);
}

/// <summary>What a row's spikes depend on beside weights and thresholds: saved with them.</summary>
internal readonly record struct CompetitionSetting(float TimeStep, float PresentationTime, float MaximumRate, int LeastSpikes, float ExcitatoryWeight, float InhibitoryWeight)
{
    public const int MostSteps = 1_000_000;

    public int Steps => (int)MathF.Round(PresentationTime / TimeStep);
}
