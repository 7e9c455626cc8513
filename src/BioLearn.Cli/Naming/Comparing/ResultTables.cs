using System.Globalization;
using BioLearn.Cli.Tables;
using BioLearn.Experiments.Naming;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Hosting;

namespace BioLearn.Cli.Naming.Comparing;

/// <summary>The comparison as tables of comma-separated values: a summary, and every episode.</summary>
internal static class ResultTables
{
    public const string Summary = "summary.csv";
    public const string Episodes = "episodes.csv";

    /// <summary>Written where there are several networks.</summary>
    public const string Networks = "networks.csv";

    public static void Write(string folder, IReadOnlyList<ComparisonResult> results, IReadOnlyList<string> names)
    {
        var summary = new CsvText("network,names,examples,published,episodes,contestant,features,mean,sd,min,q05,q25,median,q75,q95,max,share_90,minus_svm,lower,upper,p".Split(','));
        var episodes = new CsvText("network,names,examples,published,episode,of,shown,contestant,accuracy".Split(','));
        foreach (var result in results)
        {
            var comparison = result.Comparison;
            string[] head = [result.Network, $"{result.Ways}", $"{result.Shots}", result.Published ? "yes" : "no"];
            for (int c = 0; c < comparison.Contestants.Count; c++)
            {
                var contestant = comparison.Contestants[c];
                var d = new EmpiricalDistribution(comparison.Accuracies[c]);
                var against = result.MinusSvm(contestant.Key);
                summary.Row([.. head, $"{d.Count}", contestant.Key, contestant.Sees,
                    .. new[] { d.Mean, d.StandardDeviation, d.Quantile(0), d.Quantile(.05), d.Quantile(.25), d.Quantile(.5), d.Quantile(.75), d.Quantile(.95), d.Quantile(1) }.Select(Number),
                    Number(comparison.Accuracies[c].Count(x => x >= .9) / (double)d.Count),
                    .. new[] { against?.Difference, against?.Lower, against?.Upper, against?.PValue }.Select(x => x is { } value ? Number(value) : "")]);
                for (int k = 0; k < comparison.Episodes.Count; k++)
                {
                    var episode = comparison.Episodes[k];
                    episodes.Row([.. head, episode.Title, result.Published ? "" : string.Join(' ', episode.Names.Select(name => names[name].Replace(' ', '_'))),
                        string.Join(' ', episode.Examples), contestant.Key, comparison.Accuracies[c][k].ToString("R", CultureInfo.InvariantCulture)]);
                }
            }
        }

        SafeFile.WriteText(Path.Combine(folder, Summary), summary.ToString());
        SafeFile.WriteText(Path.Combine(folder, Episodes), episodes.ToString());
        if (AcrossNetworks.Of(results) is { Count: > 0 } groups)
            SafeFile.WriteText(Path.Combine(folder, Networks), Across(groups));
    }

    private static string Across(IReadOnlyList<AcrossNetworks> groups)
    {
        var csv = new CsvText("names,examples,published,networks,episodes,contestant,features,mean,lower,upper,minus_svm,minus_svm_lower,minus_svm_upper".Split(','));
        foreach (AcrossNetworks across in groups)
        {
            ComparisonResult first = across.Networks[0];
            for (int c = 0; c < across.Contestants.Count; c++)
            {
                var (mean, interval) = across.Accuracy(c);
                var difference = across.Difference(c, NamingContestant.Svm);
                csv.Row([$"{first.Ways}", $"{first.Shots}", first.Published ? "yes" : "no", $"{across.Networks.Count}", $"{first.Comparison.Episodes.Count}", across.Contestants[c].Key, across.Contestants[c].Sees,
                    .. new[] { mean, interval.Low, interval.High, difference?.Mean, difference?.Interval.Low, difference?.Interval.High }.Select(x => x is { } value && double.IsFinite(value) ? Number(value) : "")]);
            }
        }
        return csv.ToString();
    }

    private static string Number(double value) => (Math.Round(value, 5) + 0.0).ToString("0.#####", CultureInfo.InvariantCulture); // no -0
}
