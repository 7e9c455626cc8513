namespace BioLearn.Experiments.Naming;

/// <summary>How often each contestant was right in each episode.</summary>
/// <param name="Contestants">Who took part.</param>
/// <param name="Episodes">What was to be named.</param>
/// <param name="Accuracies">[contestants][episodes]: share of the rows that were named right.</param>
public sealed record NamingComparison(IReadOnlyList<NamingContestant> Contestants, IReadOnlyList<NamingEpisode> Episodes, IReadOnlyList<double[]> Accuracies)
{
    /// <summary>Lets every contestant name the rows of every episode. Deterministic for any number of threads.</summary>
    /// <param name="contestants">Who takes part.</param>
    /// <param name="features">What they see.</param>
    /// <param name="episodes">What is to be named.</param>
    /// <param name="threads">Threads that may work at once, at least 1.</param>
    /// <param name="step">Called after each episode, by any of the threads; or null.</param>
    /// <param name="cancellation">Stops the comparison.</param>
    /// <returns>How often each was right in each episode.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static NamingComparison Run(
        IReadOnlyList<NamingContestant> contestants, NamingFeatures features, IReadOnlyList<NamingEpisode> episodes, int threads = 1, Action? step = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(contestants);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(episodes);
        double[][] accuracies = [.. contestants.Select(_ => new double[episodes.Count])];
        Parallel.For(0, episodes.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, k =>
        {
            for (int c = 0; c < contestants.Count; c++)
            {
                int[] named = contestants[c].Name(features, episodes[k]);
                int right = 0;
                for (int i = 0; i < named.Length; i++)
                    right += named[i] == episodes[k].TestLabels[i] ? 1 : 0;
                accuracies[c][k] = (double)right / named.Length;
            }

            step?.Invoke();
        });
        return new(contestants, episodes, accuracies);
    }

    /// <summary>Whether a contestant took part.</summary>
    /// <param name="key">Its key.</param>
    public bool Has(string key) => Contestants.Any(contestant => contestant.Key == key);

    /// <summary>Accuracies of one contestant, an episode each.</summary>
    /// <param name="key">The key of one that took part.</param>
    public double[] Of(string key) => Accuracies[Contestants.ToList().FindIndex(contestant => contestant.Key == key)];
}
