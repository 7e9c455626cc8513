using System.Globalization;

namespace BioLearn.Experiments;

/// <summary>One of n shares of a list: who does what is decided by arithmetic over the whole list, so that all shares together are the list, whenever each begins.</summary>
public sealed record TrialShare
{
    /// <summary>A share.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <param name="count">Of how many; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such share.</exception>
    public TrialShare(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        (Index, Count) = (index, count);
    }

    /// <summary>Which share, from 0.</summary>
    public int Index { get; }

    /// <summary>Number of shares.</summary>
    public int Count { get; }

    /// <summary>
    /// The share that a scheduler gives this process: Slurm's SLURM_ARRAY_TASK_ID, _MIN and _COUNT, or JOB_COMPLETION_INDEX of a Kubernetes Indexed Job.
    /// </summary>
    /// <param name="index">What the user says; null for what the scheduler says, else 0.</param>
    /// <param name="count">What the user says; null for what the scheduler says, else 1.</param>
    /// <param name="environment">Reads a variable; null for the process's own.</param>
    /// <returns>The share.</returns>
    /// <exception cref="ArgumentException">A variable holds no number, there is no such share, or only its index is known.</exception>
    public static TrialShare FromEnvironment(int? index, int? count, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        int? array = Number("SLURM_ARRAY_TASK_ID", environment), completion = Number("JOB_COMPLETION_INDEX", environment);
        index ??= array is { } id ? id - (Number("SLURM_ARRAY_TASK_MIN", environment) ?? 0) : completion;
        count ??= array is null ? null : Number("SLURM_ARRAY_TASK_COUNT", environment);
        if (index > 0 && count is null)
            throw new ArgumentException($"the share {index} is known, but not of how many; expected the number of shares, too");
        int of = count ?? 1;
        if ((index ?? 0) >= of)
            throw new ArgumentException($"there is no share {index} of {of}; they count from 0");
        return new(index ?? 0, of);
    }

    /// <summary>The share's part of a list: every n-th from the index on.</summary>
    /// <typeparam name="T">Of what.</typeparam>
    /// <param name="all">The list.</param>
    /// <returns>The part.</returns>
    public IReadOnlyList<T> Of<T>(IReadOnlyList<T> all)
    {
        ArgumentNullException.ThrowIfNull(all);
        List<T> part = [];
        for (long i = Index; i < all.Count; i += Count)
            part.Add(all[(int)i]);
        return part;
    }

    private static int? Number(string variable, Func<string, string?> environment) => environment(variable) switch
    {
        null or "" => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) => number,
        var text => throw new ArgumentException($"the environment variable {variable} is '{text}'; expected a number"),
    };
}
