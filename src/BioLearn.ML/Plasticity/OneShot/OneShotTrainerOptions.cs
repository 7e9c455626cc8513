namespace BioLearn.ML.Plasticity.OneShot;

/// <summary>How a network learns to tell classes apart after one example of each (Miconi, Clune and Stanley 2018, section 4.4).</summary>
public sealed record OneShotTrainerOptions
{
    /// <summary>Classes of an episode, at least 2. Default: 5.</summary>
    public int Classes { get; init; } = 5;

    /// <summary>Channels of the four convolutions, and features; at least 1. Default: 64, as published.</summary>
    public int Features { get; init; } = 64;

    /// <summary>How the trace takes up activity. Default: Oja's rule, the program's.</summary>
    public PlasticityRule Rule { get; init; } = PlasticityRule.Oja;

    /// <summary>Which connections share a plasticity coefficient. Default: none.</summary>
    public PlasticitySharing Sharing { get; init; } = PlasticitySharing.Free;

    /// <summary>Whether connections are plastic; without it α is and stays 0. Default: yes.</summary>
    public bool Plastic { get; init; } = true;

    /// <summary>Episodes of an update, at least 1. The program has 1. Default: 1.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Adam's rate, above 0. Default: 3e-5, the program's.</summary>
    public double LearningRate { get; init; } = 3e-5;

    /// <summary>Whether each character of an episode is turned by a multiple of a right angle. Default: yes.</summary>
    public bool Turns { get; init; } = true;

    internal void Validate()
    {
        Guard.AtLeast(Classes, 2);
        Guard.AtLeast(Features, 1);
        Guard.AtLeast(BatchSize, 1);
        Guard.AboveZero(LearningRate);
    }
}
