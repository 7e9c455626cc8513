using BioLearn.Experiments.Naming;
using BioLearn.ML.Diagnostics;

namespace BioLearn.Cli.Naming.Comparing;

/// <summary>One comparison: on which network, of which kind, how it went, and how naming and SVM differ.</summary>
/// <param name="Network">What the network is called.</param>
/// <param name="Ways">Names of an episode.</param>
/// <param name="Shots">Examples of each name; 0 for all.</param>
/// <param name="Published">Whether the episodes came with the pictures.</param>
/// <param name="Comparison">Accuracies.</param>
/// <param name="Seed">Of the resampling.</param>
internal sealed record ComparisonResult(string Network, int Ways, int Shots, bool Published, NamingComparison Comparison, long Seed)
{
    /// <summary>Naming minus SVM over the same episodes; null if one did not take part or there is one episode.</summary>
    public MeanDifference? Difference { get; } = MinusSvm(Comparison, NamingContestant.Naming, Seed);

    public string Title => $"{Ways} names, {(Shots == 0 ? "all examples" : Shots == 1 ? "one example each" : $"{Shots} examples each")}{(Published ? ", published runs" : "")}";

    /// <summary>A name for files.</summary>
    public string Slug => $"{Ways}-way-{(Shots == 0 ? "all" : Shots)}-shot{(Published ? "-published" : "")}-{Network.Replace(' ', '-')}";

    /// <summary>A contestant minus the SVM, as <see cref="Difference"/> is.</summary>
    public MeanDifference? MinusSvm(string contestant) => MinusSvm(Comparison, contestant, Seed);

    private static MeanDifference? MinusSvm(NamingComparison comparison, string contestant, long seed) =>
        comparison.Episodes.Count > 1 && contestant != NamingContestant.Svm && comparison.Has(contestant) && comparison.Has(NamingContestant.Svm)
            ? MeanDifference.Paired(comparison.Of(contestant), comparison.Of(NamingContestant.Svm), seed)
            : null;
}
