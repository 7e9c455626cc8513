namespace BioLearn.ML.Spiking;

/// <summary>
/// Spikes of one layer during one picture: for each step the indices of the neurons that fire, rising. Reused from picture to picture.
/// </summary>
internal sealed class SpikeTrain
{
    private int[] _neurons = [];
    private int[] _ends = [];

    /// <summary>Steps that have been written.</summary>
    public int Steps { get; private set; }

    /// <summary>Spikes so far.</summary>
    public int Count { get; private set; }

    /// <summary>Neurons that fire at a step.</summary>
    public ReadOnlySpan<int> this[int step] => _neurons.AsSpan((step == 0 ? 0 : _ends[step - 1])..End(step));

    /// <summary>All spikes, step by step.</summary>
    public ReadOnlySpan<int> Neurons => _neurons.AsSpan(0, Count);

    public void Clear() => (Steps, Count) = (0, 0);

    /// <summary>A spike at the step that is being written.</summary>
    public void Add(int neuron)
    {
        if (Count == _neurons.Length)
            Array.Resize(ref _neurons, Math.Max(256, 2 * Count));
        _neurons[Count++] = neuron;
    }

    /// <summary>Puts the spikes of the step that is being written in order of index.</summary>
    public void SortStep() => _neurons.AsSpan((Steps == 0 ? 0 : _ends[Steps - 1])..Count).Sort();

    /// <summary>Ends the step that is being written.</summary>
    public void EndStep()
    {
        if (Steps == _ends.Length)
            Array.Resize(ref _ends, Math.Max(16, 2 * Steps));
        _ends[Steps++] = Count;
    }

    /// <summary>A copy that is exactly as large as it must be, to keep.</summary>
    public SpikeTrain Compact() => new() { _neurons = Neurons.ToArray(), _ends = _ends[..Steps], Steps = Steps, Count = Count };

    /// <summary>Spikes of each step.</summary>
    public int[] CountsOfSteps()
    {
        int[] counts = new int[Steps];
        for (int step = 0; step < Steps; step++)
            counts[step] = this[step].Length;
        return counts;
    }

    /// <summary>Spikes at given times, -1 where there is none.</summary>
    public static SpikeTrain FromTimes(ReadOnlySpan<int> times, int steps)
    {
        var train = new SpikeTrain();
        for (int step = 0; step < steps; step++)
        {
            for (int neuron = 0; neuron < times.Length; neuron++)
            {
                if (times[neuron] == step)
                    train.Add(neuron);
            }

            train.EndStep();
        }

        return train;
    }

    /// <summary>Step of each neuron's first spike, -1 where there is none.</summary>
    public void FirstTimes(Span<float> times)
    {
        times.Fill(-1);
        for (int step = Steps - 1; step >= 0; step--)
        {
            foreach (int neuron in this[step])
                times[neuron] = step;
        }
    }

    private int End(int step) => step < Steps ? _ends[step] : throw new ArgumentOutOfRangeException(nameof(step), step, $"there are {Steps} steps");
}
