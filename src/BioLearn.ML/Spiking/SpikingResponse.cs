namespace BioLearn.ML.Spiking;

/// <summary>What to note of a picture's run through a network beside the features.</summary>
public sealed record SpikingReadOut
{
    /// <summary>Steps at which a neuron of the last layer has at least this potential are counted; above 0.</summary>
    public float CountThreshold { get; init; } = 10;

    /// <summary>
    /// Rows and columns of regions that the last layer is divided into, each with a largest potential of its own for every map; 1, the whole layer, up to its sides.
    /// </summary>
    public int Regions { get; init; } = 1;

    /// <summary>Whether to keep the potentials of the last layer at every step.</summary>
    public bool KeepPotentials { get; init; }

    /// <summary>Layers whose first spike times are wanted: 0 the input, 1 the first layer.</summary>
    public IReadOnlyList<int> SpikeTimeLayers { get; init; } = [];
}

/// <summary>
/// A network's response to one picture. N is the number of neurons of the last layer, height x width x maps; neuron (y, x, m) has the index
/// (y width + x) maps + m.
/// </summary>
public sealed class SpikingResponse
{
    internal SpikingResponse(int neurons, int features, int steps, bool keepPotentials)
    {
        MaximumPotentials = new float[features];
        Counts = new int[neurons];
        PotentialSums = new double[neurons];
        Potentials = keepPotentials ? new float[steps * neurons] : [];
    }

    /// <summary>
    /// The features: for each map of the last layer its largest potential over all places and steps, at least 0. With <see cref="SpikingReadOut.Regions"/> g above 1
    /// [g, g, maps], over the places of each region: row y of h belongs to row y g / h of the regions, rounded down.
    /// </summary>
    public float[] MaximumPotentials { get; }

    /// <summary>
    /// Whether nothing of the picture reached the last layer: all features are 0. So it is with a blank picture, and with any where a layer
    /// below never reaches its threshold.
    /// </summary>
    public bool IsSilent => MaximumPotentials.AsSpan().IndexOfAnyExcept(0f) < 0;

    /// <summary>[N]: steps at which the neuron's potential was at least <see cref="SpikingReadOut.CountThreshold"/>, 0 to T.</summary>
    public int[] Counts { get; }

    /// <summary>[N]: sum of the neuron's potential over those steps.</summary>
    public double[] PotentialSums { get; }

    /// <summary>[T, N]: potentials at each step, if <see cref="SpikingReadOut.KeepPotentials"/> asked for them.</summary>
    public float[] Potentials { get; }

    /// <summary>For each of <see cref="SpikingReadOut.SpikeTimeLayers"/> the step of each neuron's first spike, -1 if there is none.</summary>
    public IReadOnlyList<float[]> SpikeTimes { get; internal set; } = [];

    /// <summary>Spikes at each step [T] of the input and of every layer.</summary>
    public IReadOnlyList<int[]> SpikesOfSteps { get; internal set; } = [];
}
