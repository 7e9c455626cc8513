namespace BioLearn.ML.Diagnostics;

/// <summary>What a set of values looks like: mean, spread, quantiles, cumulative distribution.</summary>
public sealed class EmpiricalDistribution
{
    private readonly double[] _sorted;

    /// <summary>Takes the values, in any order.</summary>
    /// <param name="values">At least one finite value.</param>
    /// <exception cref="ArgumentException">There is none, or one is not finite.</exception>
    public EmpiricalDistribution(IEnumerable<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _sorted = [.. values.Order()];
        if (_sorted.Length == 0 || !_sorted.All(double.IsFinite))
            throw new ArgumentException("At least one value is needed, and all must be finite.", nameof(values));
        Mean = _sorted.Average();
        double squares = _sorted.Sum(value => (value - Mean) * (value - Mean));
        StandardDeviation = _sorted.Length > 1 ? Math.Sqrt(squares / (_sorted.Length - 1)) : 0;
    }

    /// <summary>Number of values.</summary>
    public int Count => _sorted.Length;

    /// <summary>Their mean.</summary>
    public double Mean { get; }

    /// <summary>Of the sample (divided by n - 1); 0 for one value.</summary>
    public double StandardDeviation { get; }

    /// <summary>The values from smallest to largest.</summary>
    public IReadOnlyList<double> Sorted => _sorted;

    /// <summary>The quantile at <paramref name="level"/>, linear between neighbouring values (numpy's default).</summary>
    /// <param name="level">0 (smallest) to 1 (largest).</param>
    /// <returns>The quantile.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="level"/> is not in [0, 1].</exception>
    public double Quantile(double level)
    {
        Guard.Probability(level);
        double place = level * (_sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, _sorted.Length - 1);
        return _sorted[below] + ((place - below) * (_sorted[above] - _sorted[below]));
    }

    /// <summary>Points of the cumulative distribution as the seed draws it: the i-th smallest value against i / (n - 1), i from 0.</summary>
    /// <returns>Values and shares.</returns>
    public IEnumerable<(double Value, double Share)> Cumulative()
        => _sorted.Select((value, i) => (value, _sorted.Length > 1 ? (double)i / (_sorted.Length - 1) : 1));
}
