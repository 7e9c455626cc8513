namespace BioLearn.ML.Networks;

/// <summary>The numbers that a unit can show, such as 0 to 1 for a sigmoid.</summary>
/// <param name="Low">No activity is below; may be negative infinity.</param>
/// <param name="High">No activity is above; may be infinity.</param>
public readonly record struct ActivityRange(double Low, double High)
{
    /// <summary>Any number.</summary>
    public static ActivityRange Any => new(double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>0 to 1.</summary>
    public static ActivityRange Unit => new(0, 1);

    /// <summary>Whether one end is finite.</summary>
    public bool IsBounded => double.IsFinite(Low) || double.IsFinite(High);
}
