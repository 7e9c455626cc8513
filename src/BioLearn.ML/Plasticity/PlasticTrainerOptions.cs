namespace BioLearn.ML.Plasticity;

/// <summary>Options of <see cref="PlasticRecurrentTrainer{T}"/>. The defaults train the 28-element task as Miconi's program does.</summary>
public sealed record PlasticTrainerOptions
{
    /// <summary>What an episode asks for.</summary>
    public AssociativeMemoryTask Task { get; init; } = AssociativeMemoryTask.Orthogonal28;

    /// <summary>Rules of the network; its number of neurons is the task's.</summary>
    public PlasticNetworkOptions Network { get; init; } = new() { SelfPlasticity = false };

    /// <summary>How parameters follow their gradients.</summary>
    public PlasticOptimizerOptions Optimizer { get; init; } = new() { Kind = PlasticOptimizer.AdamAsCoded };

    /// <summary>Standard deviation of the first weights, 0 or more; null for 1.1/√N.</summary>
    public double? WeightScale { get; init; }

    /// <summary>Size of the first plasticity coefficients, 0 or more.</summary>
    public double AlphaScale { get; init; } = .01;

    /// <summary>Whether the first coefficients are uniform in [0, <see cref="AlphaScale"/>); otherwise normal with that standard deviation.</summary>
    public bool PositiveAlpha { get; init; } = true;

    /// <summary>Whether connections are plastic at all; false holds α at zero, the control experiment.</summary>
    public bool Plastic { get; init; } = true;

    /// <summary>Updates of the parameters, 1 to 100,000,000.</summary>
    public int Updates { get; init; } = 10_000;

    /// <summary>Episodes of one update, 1 to 4096; the gradient is their mean.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Seed of all random streams.</summary>
    public long Seed { get; init; }

    /// <summary>How gradients are computed.</summary>
    public GradientEngine Engine { get; init; } = GradientEngine.BackpropagationThroughTime;

    /// <summary>Where backpropagation finds earlier traces.</summary>
    public TraceStorage TraceStorage { get; init; } = TraceStorage.Automatic;

    /// <summary>Threads that may work at once, at least 1; results do not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The 28-element task of Miconi's program (net.py), as coded.</summary>
    public static PlasticTrainerOptions Orthogonal28 { get; } = new();

    /// <summary>1000 elements, 5 patterns (simple.py): the rate learned, Adam.</summary>
    public static PlasticTrainerOptions Binary1000 { get; } = new()
    {
        Task = AssociativeMemoryTask.Binary1000,
        Network = new() { LearnRate = true },
        Optimizer = new(),
        WeightScale = .01,
        PositiveAlpha = false,
        Updates = 2_000,
    };

    /// <summary>50 elements, 2 patterns, 11 steps (full.py).</summary>
    public static PlasticTrainerOptions Binary50 { get; } = Binary1000 with { Task = AssociativeMemoryTask.Binary50, Updates = 30_000 };

    internal PlasticNetworkOptions NetworkOfTask => Network with { Neurons = Task.Neurons };

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Task);
        ArgumentNullException.ThrowIfNull(Network);
        ArgumentNullException.ThrowIfNull(Optimizer);
        Task.Validate();
        NetworkOfTask.Validate();
        Optimizer.Validate();
        Guard.AtLeastZero(WeightScale ?? 0, nameof(WeightScale));
        Guard.AtLeastZero(AlphaScale);
        Guard.Between(Updates, 1, 100_000_000);
        Guard.Between(BatchSize, 1, 4096);
        Guard.AtLeast(Threads, 1);
        Guard.Defined(Engine);
        Guard.Defined(TraceStorage);
        if (Engine == GradientEngine.RealTimeRecurrentLearning && Task.Neurons > 64)
            throw new ArgumentOutOfRangeException(nameof(Engine), Engine, $"needs {Task.Neurons}⁴ numbers of memory for {Task.Neurons} neurons: at most 64 neurons, or choose BackpropagationThroughTime");
    }
}
