namespace BioLearn.Experiments.Statistics;

/// <summary>From one value to another; NaN at both ends where there is none.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>No interval: a single value has none.</summary>
    public static Interval None { get; } = new(double.NaN, double.NaN);

    /// <summary>Whether there is one.</summary>
    public bool Exists => double.IsFinite(Low) && double.IsFinite(High);

    /// <summary>Whether a value lies in it, the ends counted in.</summary>
    /// <param name="value">The value.</param>
    /// <returns>False where there is no interval.</returns>
    public bool Contains(double value) => value >= Low && value <= High;
}
