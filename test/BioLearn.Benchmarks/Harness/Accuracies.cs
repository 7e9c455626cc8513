using System.Globalization;

namespace BioLearn.Benchmarks.Harness;

/// <summary>The same study with several seeds, as a line of a table.</summary>
internal static class Accuracies
{
    /// <summary>Mean ± deviation (n − 1) and every seed, in %.</summary>
    public static void Line(string name, IReadOnlyList<double> accuracies)
    {
        double mean = accuracies.Average();
        double spread = accuracies.Count > 1 ? Math.Sqrt(accuracies.Sum(a => (a - mean) * (a - mean)) / (accuracies.Count - 1)) : 0;
        string seeds = string.Join(", ", accuracies.Select(a => (100 * a).ToString("F2", CultureInfo.InvariantCulture)));
        Report.Line(string.Create(CultureInfo.InvariantCulture, $"{name,-32} {100 * mean:F2} ± {100 * spread:F2} %   ({seeds})"));
    }
}
