using BioLearn.Experiments.Naming;
using BioLearn.Plots;

namespace BioLearn.Cli.Naming.Comparing;

/// <summary>Cumulative distributions of the accuracy over episodes, a line a contestant: the further to the right, the better. Naming and SVM are drawn strong, those on a CNN's features broken.</summary>
internal static class CdfPlot
{
    public static void Write(string path, string title, NamingComparison comparison)
    {
        double lowest = comparison.Accuracies.Min(one => one.Min());
        Chart chart = new()
        {
            Title = title,
            X = new("share of the pictures named right, %") { Minimum = Math.Floor(10 * lowest) * 10, Maximum = 100 },
            Y = new("share of the episodes at or below") { Minimum = 0, Maximum = 1 },
        };
        for (int c = 0; c < comparison.Contestants.Count; c++)
        {
            string key = comparison.Contestants[c].Key;
            chart.Distribution(key, comparison.Accuracies[c].Select(share => 100.0 * share), new() { Thickness = key is NamingContestant.Naming or NamingContestant.Svm ? 3.5 : 1.4, Dashed = key.StartsWith("cnn", StringComparison.Ordinal) });
        }
        chart.Save(path);
    }
}
