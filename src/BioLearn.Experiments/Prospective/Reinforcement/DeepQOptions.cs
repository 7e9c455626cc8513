namespace BioLearn.Experiments.Prospective.Reinforcement;

/// <summary>How a <see cref="DeepQAgent{T}"/> explores, remembers and learns. The defaults are those of prospective configuration's experiment.</summary>
public sealed record DeepQOptions
{
    /// <summary>Discount of later rewards, in [0, 1]. Default: 0.98.</summary>
    public double Discount { get; init; } = 0.98;

    /// <summary>Transitions that are remembered; at least 1. Default: 50,000.</summary>
    public int MemorySize { get; init; } = 50_000;

    /// <summary>Transitions of a mini-batch; at least 1. Default: 60.</summary>
    public int BatchSize { get; init; } = 60;

    /// <summary>Learning begins when more transitions than this are remembered; at least <see cref="BatchSize"/> - 1. Default: 2,000.</summary>
    public int LearnAfter { get; init; } = 2_000;

    /// <summary>Mini-batches at the end of each episode; at least 0. Default: 10.</summary>
    public int BatchesPerEpisode { get; init; } = 10;

    /// <summary>Probability of a random action at first, in [0, 1]. Default: 0.08.</summary>
    public double TopExploration { get; init; } = 0.08;

    /// <summary>Least probability of a random action, in [0, 1]. Default: 0.01.</summary>
    public double BottomExploration { get; init; } = 0.01;

    /// <summary>Episodes in which that probability falls by 0.01; at least 1. Default: 200.</summary>
    public int AnnealEpisodes { get; init; } = 200;

    /// <summary>Probability of a random action.</summary>
    /// <param name="episode">Number of the episode, from 0.</param>
    /// <returns>max(bottom, top − 0.01 episode / anneal).</returns>
    public double Exploration(int episode) => Math.Max(BottomExploration, TopExploration - (0.01 * ((double)episode / AnnealEpisodes)));

    internal void Validate()
    {
        Check(Discount is >= 0 and <= 1, nameof(Discount), Discount, "in [0, 1]");
        Check(BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1");
        Check(LearnAfter >= BatchSize - 1, nameof(LearnAfter), LearnAfter, $"at least {BatchSize - 1}, BatchSize - 1");
        Check(MemorySize > LearnAfter, nameof(MemorySize), MemorySize, $"above {LearnAfter}, LearnAfter");
        Check(BatchesPerEpisode >= 0, nameof(BatchesPerEpisode), BatchesPerEpisode, "at least 0");
        Check(TopExploration is >= 0 and <= 1, nameof(TopExploration), TopExploration, "in [0, 1]");
        Check(BottomExploration is >= 0 and <= 1, nameof(BottomExploration), BottomExploration, "in [0, 1]");
        Check(AnnealEpisodes >= 1, nameof(AnnealEpisodes), AnnealEpisodes, "at least 1");

        static void Check(bool right, string name, double value, string expected)
        {
            if (!right)
                throw new ArgumentException($"{name} is {value}; expected {expected}.");
        }
    }
}
