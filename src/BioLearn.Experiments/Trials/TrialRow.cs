namespace BioLearn.Experiments;

/// <summary>What a trial noted at one iteration.</summary>
/// <param name="Iteration">From 0 or 1, as the trial counts; never falls within a trial.</param>
/// <param name="Values">Metrics by name, in the order noted. NaN and infinities are kept: a diverged run is a result.</param>
public sealed record TrialRow(int Iteration, IReadOnlyList<KeyValuePair<string, double>> Values)
{
    /// <summary>The value of a metric.</summary>
    /// <param name="metric">Its name.</param>
    /// <returns>The value, or null where the row lacks it.</returns>
    public double? Find(string metric)
    {
        foreach ((string name, double value) in Values)
        {
            if (name == metric)
                return value;
        }
        return null;
    }
}
