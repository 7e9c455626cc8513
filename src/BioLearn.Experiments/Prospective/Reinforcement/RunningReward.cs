namespace BioLearn.Experiments.Prospective.Reinforcement;

/// <summary>The mean reward of the last episodes, and the mean of that figure over all episodes.</summary>
/// <param name="window">Episodes of the running mean.</param>
public sealed class RunningReward(int window)
{
    private readonly double[] _last = new double[window];
    private double _sumOfMeans;
    private int _episodes;

    /// <summary>Mean reward of the last episodes; of fewer at the start.</summary>
    public double OfWindow { get; private set; } = double.NaN;

    /// <summary>Mean of <see cref="OfWindow"/> over all episodes.</summary>
    public double Mean => _sumOfMeans / _episodes;

    /// <summary>Notes the reward of an episode.</summary>
    /// <param name="reward">The sum of its rewards.</param>
    public void Add(double reward)
    {
        _last[_episodes++ % _last.Length] = reward;
        int count = Math.Min(_episodes, _last.Length);
        double sum = 0;
        for (int i = 0; i < count; i++)
            sum += _last[i];
        OfWindow = sum / count;
        _sumOfMeans += OfWindow;
    }

    /// <summary>Writes all of it.</summary>
    /// <param name="writer">Where to.</param>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_episodes);
        writer.Write(_sumOfMeans);
        writer.Write(OfWindow);
        foreach (double reward in _last)
            writer.Write(reward);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where from.</param>
    public void Load(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _episodes = reader.ReadInt32();
        _sumOfMeans = reader.ReadDouble();
        OfWindow = reader.ReadDouble();
        for (int i = 0; i < _last.Length; i++)
            _last[i] = reader.ReadDouble();
    }
}
