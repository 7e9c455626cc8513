using BioLearn.ML.Plasticity.Neuromodulation;

namespace BioLearn.ML.Plasticity.Mazes;

/// <summary>How a network learns to learn mazes.</summary>
public sealed record MazeTrainerOptions
{
    /// <summary>The maze.</summary>
    public MazeOptions Maze { get; init; } = new();

    /// <summary>Whether connections are plastic; without it α is and stays 0: a plain recurrent network. Default: yes.</summary>
    public bool Plastic { get; init; } = true;

    /// <summary>What gates plasticity. Default: a signal that the network computes.</summary>
    public Modulation Modulation { get; init; } = Modulation.Simple;

    /// <summary>Recurrent neurons, at least 1. Default: 100.</summary>
    public int Neurons { get; init; } = 100;

    /// <summary>Episodes of an update, at least 1. Default: 30.</summary>
    public int BatchSize { get; init; } = 30;

    /// <summary>Adam's rate, above 0. Default: 1e-4, as published.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Largest norm of all gradients together, above 0. Default: 4.</summary>
    public double GradientClip { get; init; } = 4;

    /// <summary>The terms of the loss. Default: the published ones.</summary>
    public ActorCriticOptions Loss { get; init; } = new() { ValueLoss = .1, CertaintyPenalty = .03 };

    internal void Validate()
    {
        Maze.Validate();
        Guard.AtLeast(Neurons, 1);
        Guard.AtLeast(BatchSize, 1);
        Guard.AboveZero(LearningRate);
        Guard.AboveZero(GradientClip);
    }
}
