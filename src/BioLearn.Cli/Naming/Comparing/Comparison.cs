namespace BioLearn.Cli.Naming.Comparing;

/// <summary>How often each contestant was right in each episode.</summary>
internal sealed record Comparison(IReadOnlyList<Contestant> Contestants, IReadOnlyList<Episode> Episodes, double[][] Accuracies)
{
    /// <summary>Lets every contestant name the pictures of every episode. Deterministic for any number of threads.</summary>
    public static Comparison Run(
        IReadOnlyList<Contestant> contestants, Features features, IReadOnlyList<Episode> episodes, int threads, Action step, CancellationToken cancellation)
    {
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

            step();
        });
        return new(contestants, episodes, accuracies);
    }

    public bool Has(string key) => Contestants.Any(contestant => contestant.Key == key);

    /// <summary>Accuracies of one contestant, an episode each.</summary>
    public double[] Of(string key) => Accuracies[Contestants.ToList().FindIndex(contestant => contestant.Key == key)];
}
