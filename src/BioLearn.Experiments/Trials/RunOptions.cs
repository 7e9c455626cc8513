namespace BioLearn.Experiments;

/// <summary>How trials are run on this machine.</summary>
public sealed record RunOptions
{
    /// <summary>Trials at once, each on a thread; at least 1. Default: one a processor.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Stops when a trial throws. Default: goes on, and tells at the end.</summary>
    public bool StopsAtFirstFailure { get; init; }

    /// <summary>Runs trials again that threw before. Default: they are counted as failed until somebody retries them.</summary>
    public bool RetriesFailed { get; init; }

    /// <summary>How often a long trial leaves a checkpoint. Default: every 60 seconds.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>What came of a run.</summary>
/// <param name="Trials">Trials asked for.</param>
/// <param name="Before">How many were done before.</param>
/// <param name="Ran">How many got a result.</param>
/// <param name="Diverged">How many of those diverged.</param>
/// <param name="Failed">How many threw, now or before.</param>
public sealed record RunSummary(int Trials, int Before, int Ran, int Diverged, int Failed)
{
    /// <summary>Trials without result or failure: the run was stopped.</summary>
    public int Missing => Trials - Before - Ran - Failed;
}

/// <summary>Hears what happens in a run. Calls come one at a time.</summary>
public interface IRunObserver
{
    /// <summary>The run knows what is there.</summary>
    /// <param name="trials">All trials asked for.</param>
    /// <param name="before">How many are done.</param>
    void Begun(IReadOnlyList<Trial> trials, int before);

    /// <summary>A trial has begun.</summary>
    /// <param name="trial">The trial.</param>
    void Started(Trial trial);

    /// <summary>A trial has a result.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="record">The result.</param>
    void Ended(Trial trial, TrialRecord record);

    /// <summary>A trial threw.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="error">What it threw.</param>
    void Failed(Trial trial, Exception error);
}
