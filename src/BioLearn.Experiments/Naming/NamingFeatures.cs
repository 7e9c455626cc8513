using BioLearn.ML.Spiking;

namespace BioLearn.Experiments.Naming;

/// <summary>What contestants see of each row, by its place. What nobody looks at may be left empty.</summary>
/// <param name="count">Number of rows.</param>
public sealed class NamingFeatures(int count)
{
    private readonly byte[][] _counts = new byte[count][];
    private readonly double[][] _charges = new double[count][], _maxima = new double[count][];

    /// <summary>Active steps of every neuron of a spiking network's last layer.</summary>
    public IReadOnlyList<byte[]> Counts => _counts;

    /// <summary>Sum of the potential of every neuron over its active steps.</summary>
    public IReadOnlyList<double[]> Charges => _charges;

    /// <summary>Largest potential of every map of the last layer.</summary>
    public IReadOnlyList<double[]> Maxima => _maxima;

    /// <summary>Grey values.</summary>
    public IReadOnlyList<float[]> Pixels { get; set; } = [];

    /// <summary>Features of one's own: activations of a pretrained network, columns of a file.</summary>
    public IReadOnlyList<float[]> Rows { get; set; } = [];

    /// <summary>Takes over a network's response to a row. Different rows may come from different threads.</summary>
    /// <param name="place">Place of the row.</param>
    /// <param name="response">The response.</param>
    public void Add(int place, SpikingResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        _counts[place] = Array.ConvertAll(response.Counts, steps => (byte)Math.Min(steps, byte.MaxValue));
        _charges[place] = response.PotentialSums;
        _maxima[place] = Array.ConvertAll(response.MaximumPotentials, potential => (double)potential);
    }
}
