using BioLearn.ML.Hosting;

namespace BioLearn.Experiments.Exports;

/// <summary>What a trial noted, as tensors.</summary>
public static class TrialTensors
{
    /// <summary>The iterations, and each metric as a vector, NaN where a row lacks it.</summary>
    /// <param name="rows">The rows.</param>
    /// <returns>Vectors of one length: <c>iteration</c> and one a metric.</returns>
    public static NamedTensors Of(IReadOnlyList<TrialRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        NamedTensors tensors = new();
        tensors.Add<long>("iteration", [.. rows.Select(row => (long)row.Iteration)], rows.Count);
        foreach (string metric in rows.SelectMany(row => row.Values).Select(value => value.Key).Distinct())
            tensors.Add<double>(metric, [.. rows.Select(row => row.Find(metric) ?? double.NaN)], rows.Count);
        return tensors;
    }
}
