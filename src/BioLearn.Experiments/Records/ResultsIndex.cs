namespace BioLearn.Experiments;

/// <summary>What a listing of a results folder tells.</summary>
public sealed class ResultsIndex
{
    private readonly Dictionary<string, ResultName> _results = new(StringComparer.Ordinal);
    private readonly HashSet<string> _cut = new(StringComparer.Ordinal), _contradicted = new(StringComparer.Ordinal);

    internal ResultsIndex()
    {
    }

    /// <summary>Identities of trials that threw and have no result.</summary>
    public IReadOnlySet<string> Failed { get; internal set; } = new HashSet<string>();

    /// <summary>Identities of trials whose result file is shorter or longer than it was written.</summary>
    public IReadOnlySet<string> Cut => _cut;

    /// <summary>Identities of trials of which there are results with different bytes.</summary>
    public IReadOnlySet<string> Contradicted => _contradicted;

    /// <summary>Number of results, of whatever grid.</summary>
    public int Count => _results.Count;

    /// <summary>Whether a trial has a result.</summary>
    /// <param name="trial">The trial.</param>
    /// <returns>True if so.</returns>
    public bool IsDone(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return _results.ContainsKey(trial.Identity);
    }

    /// <summary>Whether a trial's result is that it diverged.</summary>
    /// <param name="trial">The trial.</param>
    /// <returns>True if so.</returns>
    public bool HasDiverged(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return _results.TryGetValue(trial.Identity, out ResultName? name) && name.Outcome == TrialOutcome.Diverged;
    }

    /// <summary>Whether a trial threw and has no result.</summary>
    /// <param name="trial">The trial.</param>
    /// <returns>True if so.</returns>
    public bool HasFailed(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return !IsDone(trial) && Failed.Contains(trial.Identity);
    }

    internal void Add(ResultName name, long length)
    {
        if (name.Length != length)
            _cut.Add(name.Identity);
        else if (!_results.TryAdd(name.Identity, name))
            _contradicted.Add(name.Identity);
    }
}
