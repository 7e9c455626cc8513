namespace BioLearn.ML.Plasticity.Mazes;

/// <summary>A <see cref="Maze"/>: how large it is, how long an episode lasts, what is rewarded.</summary>
public sealed record MazeOptions
{
    /// <summary>Cells a side, outer walls among them; odd, at least 5. The published program has 13. Default: 9.</summary>
    public int Size { get; init; } = 9;

    /// <summary>Steps of an episode, at least 1. Default: 200.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>Reward of the cell that is looked for. Default: 10.</summary>
    public double Reward { get; init; } = 10;

    /// <summary>What bumping into a wall costs, at least 0. Default: 0.</summary>
    public double WallPenalty { get; init; }

    internal void Validate()
    {
        Guard.AtLeast(Size, 5);
        Guard.Holds(Size % 2 == 1, Size, "must be odd", nameof(Size));
        Guard.AtLeast(Steps, 1);
        Guard.AtLeastZero(WallPenalty);
    }
}
