using BioLearn.Experiments.Naming;
using BioLearn.Experiments.Statistics;

namespace BioLearn.Cli.Naming.Comparing;

/// <summary>What the networks of one comparison have in common: the same contestants named the same episodes on each.</summary>
/// <param name="Title">Names and examples.</param>
/// <param name="Networks">The comparison on each network.</param>
internal sealed record AcrossNetworks(string Title, IReadOnlyList<ComparisonResult> Networks)
{
    private const double Confidence = .95;
    private const int Resamples = 5000;

    public IReadOnlyList<NamingContestant> Contestants => Networks[0].Comparison.Contestants;

    /// <summary>The groups of results that several networks share.</summary>
    public static IReadOnlyList<AcrossNetworks> Of(IEnumerable<ComparisonResult> results) =>
        [.. results.GroupBy(result => (result.Ways, result.Shots, result.Published)).Select(group => new AcrossNetworks(group.First().Title, [.. group])).Where(group => group.Networks.Count > 1)];

    /// <summary>Mean share named right, and where it would lie on other networks with other examples.</summary>
    public (double Mean, Interval Interval) Accuracy(int contestant) => Estimate([.. Networks.Select(network => network.Comparison.Accuracies[contestant])], Contestants[contestant].Key);

    /// <summary>The same of its difference to another contestant, which did the same episodes on the same networks; null if that did not take part.</summary>
    public (double Mean, Interval Interval)? Difference(int contestant, string other)
    {
        if (Contestants[contestant].Key == other || !Networks[0].Comparison.Has(other))
            return null;
        return Estimate([.. Networks.Select(network => (double[])[.. network.Comparison.Accuracies[contestant].Zip(network.Comparison.Of(other), (a, b) => a - b)])], $"{Contestants[contestant].Key} - {other}");
    }

    private static (double Mean, Interval Interval) Estimate(double[][] values, string stream) => (values.Average(row => row.Average()), CrossedInterval.OfMean(values, Confidence, stream, Resamples));
}
