using BioLearn.Experiments.Naming;
using BioLearn.ML.Diagnostics;

namespace BioLearn.Cli.Naming.Comparing;

/// <summary>One comparison: on which network, of which kind, how it went, and how naming and SVM differ.</summary>
/// <param name="Network">What the network is called.</param>
/// <param name="Ways">Names of an episode.</param>
/// <param name="Shots">Examples of each name; 0 for all.</param>
/// <param name="Published">Whether the episodes came with the pictures.</param>
/// <param name="Comparison">Accuracies.</param>
/// <param name="Difference">Naming minus SVM over the same episodes; null if one did not take part or there is one episode.</param>
internal sealed record ComparisonResult(string Network, int Ways, int Shots, bool Published, NamingComparison Comparison, MeanDifference? Difference)
{
    public string Title => $"{Ways} names, {(Shots == 0 ? "all examples" : Shots == 1 ? "one example each" : $"{Shots} examples each")}{(Published ? ", published runs" : "")}";

    /// <summary>A name for files.</summary>
    public string Slug => $"{Ways}-way-{(Shots == 0 ? "all" : Shots)}-shot{(Published ? "-published" : "")}-{Network.Replace(' ', '-')}";

    public static ComparisonResult Of(string network, int ways, int shots, bool published, NamingComparison comparison, long seed)
    {
        bool both = comparison.Episodes.Count > 1 && comparison.Has(NamingContestant.Naming) && comparison.Has(NamingContestant.Svm);
        return new(network, ways, shots, published, comparison, both
            ? MeanDifference.Paired(comparison.Of(NamingContestant.Naming), comparison.Of(NamingContestant.Svm), seed)
            : null);
    }
}
