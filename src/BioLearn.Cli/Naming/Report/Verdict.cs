using System.Globalization;
using BioLearn.Cli.Naming.Comparing;
using BioLearn.Experiments.Naming;

namespace BioLearn.Cli.Naming.Report;

/// <summary>The outcome in words: who won, by how much, how sure that is.</summary>
internal sealed class Verdict(IReadOnlyList<ComparisonResult> results)
{
    private const double Sure = 0.05;

    private readonly ComparisonResult[] _decided = [.. results.Where(result => result.Difference is not null)];

    public string Headline
    {
        get
        {
            int naming = _decided.Count(result => Winner(result) == "concept cells"), svm = _decided.Count(result => Winner(result) == "SVM");
            return (naming, svm) switch
            {
                ( > 0, 0) when naming == _decided.Length => "Concept cells named more pictures right than the support vector machine",
                (0, > 0) when svm == _decided.Length => "The support vector machine named more pictures right than concept cells",
                (0, 0) => "Concept cells and the support vector machine cannot be told apart here",
                _ => $"Concept cells won {naming} of {_decided.Length} comparisons, the support vector machine {svm}",
            };
        }
    }

    public string Answer => string.Join(" ", _decided.Select(Sentence));

    /// <summary>Who is ahead if the interval of the difference leaves zero out and p is small; else nobody.</summary>
    public static string Winner(ComparisonResult result) => result.Difference switch
    {
        { Lower: > 0, PValue: < Sure } => "concept cells",
        { Upper: < 0, PValue: < Sure } => "SVM",
        _ => "nobody",
    };

    public static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    public static string Points(double difference) => ((100 * difference) + 0.0).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture);

    public static string P(double p) => p < .001 ? "< 0.001" : p.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Sentence(ComparisonResult result)
    {
        var difference = result.Difference!;
        double naming = result.Comparison.Of(NamingContestant.Naming).Average(), svm = result.Comparison.Of(NamingContestant.Svm).Average();
        string sure = Winner(result) == "nobody" ? "which may be chance" : "which is more than chance explains";
        return $"{result.Title} ({result.Network}): cells {Percent(naming)}, SVM {Percent(svm)}, a difference of {Points(difference.Difference)} points, "
            + $"with 95 % confidence between {Points(difference.Lower)} and {Points(difference.Upper)} (p {(difference.PValue < .001 ? "" : "= ")}{P(difference.PValue)}), {sure}.";
    }
}
