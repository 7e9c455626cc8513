using System.Numerics;

namespace BioLearn.ML.Networks;

/// <summary>
/// Which units of a layer are open for which samples of a mini-batch, and which of what it reads: groups of samples that share their gates.
/// What is closed on either side of a synapse needs no product.
/// </summary>
internal sealed class OpenUnits
{
    private readonly List<Group> _groups = [];
    private int _count;

    /// <summary>The groups; every sample is in one.</summary>
    public IReadOnlyList<Group> Groups => _groups;

    /// <summary>How many groups count; the others are memory of earlier mini-batches.</summary>
    public int Count => _count;

    /// <summary>Begins anew.</summary>
    public void Clear() => _count = 0;

    /// <summary>A further group, to be filled.</summary>
    public Group Add()
    {
        if (_count == _groups.Count)
            _groups.Add(new Group());
        Group group = _groups[_count++];
        group.Clear();
        return group;
    }

    /// <summary>Samples that share their gates.</summary>
    internal sealed class Group
    {
        private int[] _samples = [], _outputs = [], _inputs = [];
        private int _sampleCount, _outputCount, _inputCount;

        /// <summary>Indices of the samples.</summary>
        public ReadOnlySpan<int> Samples => _samples.AsSpan(0, _sampleCount);

        /// <summary>Open units of the layer; empty for all.</summary>
        public ReadOnlySpan<int> Outputs => _outputs.AsSpan(0, _outputCount);

        /// <summary>Open units of what it reads; empty for all.</summary>
        public ReadOnlySpan<int> Inputs => _inputs.AsSpan(0, _inputCount);

        /// <summary>Whether nothing is open on one of the sides.</summary>
        public bool IsClosed { get; private set; }

        /// <summary>What the weights of this part may be kept under while nothing moves; null for not.</summary>
        public object? Key { get; set; }

        public void Clear()
        {
            (_sampleCount, _outputCount, _inputCount) = (0, 0, 0);
            (IsClosed, Key) = (false, null);
        }

        public void AddSample(int sample)
        {
            Grow(ref _samples, _sampleCount + 1);
            _samples[_sampleCount++] = sample;
        }

        public void SetOutputs<T>(ReadOnlySpan<T> gates)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => _outputCount = Note(gates, ref _outputs);

        public void SetInputs<T>(ReadOnlySpan<T> gates)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => _inputCount = Note(gates, ref _inputs);

        private int Note<T>(ReadOnlySpan<T> gates, ref int[] open)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            Grow(ref open, gates.Length);
            int count = 0;
            for (int unit = 0; unit < gates.Length; unit++)
            {
                open[count] = unit;
                count += gates[unit] != T.Zero ? 1 : 0;
            }
            IsClosed |= count == 0;
            return count;
        }

        private static void Grow(ref int[] array, int length)
        {
            if (array.Length < length)
                Array.Resize(ref array, Math.Max(length, array.Length * 2));
        }
    }
}
