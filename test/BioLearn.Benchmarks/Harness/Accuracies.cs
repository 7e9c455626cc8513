using System.Globalization;
using BioLearn.ML.Diagnostics;

namespace BioLearn.Benchmarks.Harness;

/// <summary>The same study with several seeds, as a line of a table.</summary>
internal static class Accuracies
{
    /// <summary>Mean ± deviation (n − 1) and every seed, in %.</summary>
    public static void Line(string name, IReadOnlyList<double> accuracies)
    {
        EmpiricalDistribution distribution = new(accuracies);
        string seeds = string.Join(", ", accuracies.Select(a => (100 * a).ToString("F2", CultureInfo.InvariantCulture)));
        Report.Line(string.Create(CultureInfo.InvariantCulture, $"{name,-32} {100 * distribution.Mean:F2} ± {100 * distribution.StandardDeviation:F2} %   ({seeds})"));
    }
}
