namespace BioLearn.Experiments.Prospective.Reinforcement;

/// <summary>
/// Mean and population deviation of all observations so far, number by number, and observations brought to mean 0 and deviation 1 by them. While a number
/// has not varied yet, none is divided.
/// </summary>
/// <param name="width">Numbers of an observation.</param>
public sealed class RunningMoments(int width)
{
    private readonly double[] _mean = new double[width];
    private readonly double[] _squares = new double[width];

    /// <summary>Observations so far.</summary>
    public long Count { get; private set; }

    /// <summary>Means.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>Adds an observation (Welford 1962).</summary>
    /// <param name="observation">As wide as the moments.</param>
    public void Add(ReadOnlySpan<double> observation)
    {
        Count++;
        for (int i = 0; i < _mean.Length; i++)
        {
            double before = observation[i] - _mean[i];
            _mean[i] += before / Count;
            _squares[i] += before * (observation[i] - _mean[i]);
        }
    }

    /// <summary>The deviation of a number.</summary>
    /// <param name="i">Index of the number.</param>
    /// <returns>√ of its mean squared distance from the mean; 0 before the first observation.</returns>
    public double Deviation(int i) => Count == 0 ? 0 : Math.Sqrt(_squares[i] / Count);

    /// <summary>(x − mean) / deviation.</summary>
    /// <param name="observation">x.</param>
    /// <param name="normalized">Receives the result; may be <paramref name="observation"/>.</param>
    public void Normalize(ReadOnlySpan<double> observation, Span<double> normalized)
    {
        bool varies = !_squares.AsSpan().Contains(0);
        for (int i = 0; i < _mean.Length; i++)
            normalized[i] = (observation[i] - _mean[i]) / (varies ? Deviation(i) : 1);
    }

    /// <summary>Writes all of it.</summary>
    /// <param name="writer">Where to.</param>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Count);
        for (int i = 0; i < _mean.Length; i++)
        {
            writer.Write(_mean[i]);
            writer.Write(_squares[i]);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where from.</param>
    public void Load(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Count = reader.ReadInt64();
        for (int i = 0; i < _mean.Length; i++)
        {
            _mean[i] = reader.ReadDouble();
            _squares[i] = reader.ReadDouble();
        }
    }
}
