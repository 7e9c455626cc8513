using System.Collections.Concurrent;

namespace BioLearn.Cli.Learning;

/// <summary>What trainings of one command share and what none of their results depends on: data once read, threads, who listens.</summary>
internal sealed class TeachingProcess
{
    private static readonly AsyncLocal<TeachingProcess?> OfThisCommand = new();

    private readonly ConcurrentDictionary<object, Lazy<LearningRun>> _data = [];

    /// <summary>That of the running command; threads that it starts have the same.</summary>
    public static TeachingProcess Current
    {
        get => OfThisCommand.Value ??= new();
        set => OfThisCommand.Value = value;
    }

    /// <summary>Threads of a training.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Hears of warnings.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Hears that a training of a rule and seed begins, and gives back who hears of its epochs.</summary>
    public Func<string, string, Action<EpochResult>>? Begin { get; set; }

    /// <summary>The data that settings name, read once.</summary>
    public LearningRun Open(LearnSettings settings, CancellationToken cancellation) =>
        _data.GetOrAdd((settings.Choice, settings.Rows, settings.ValidationShare, settings.Patience), _ => new(() => new LearningRun(settings, warning => Warn?.Invoke(warning), cancellation))).Value;
}
