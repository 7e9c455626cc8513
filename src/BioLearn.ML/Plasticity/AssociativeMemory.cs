using BioLearn.ML.Hosting;
using BioLearn.ML.Plasticity.Recurrent;

namespace BioLearn.ML.Plasticity;

/// <summary>
/// A meta-trained plastic network in use: it memorizes a few patterns of ±1 in one episode, in its Hebbian trace and without
/// any further training, and completes degraded ones.
/// </summary>
/// <example>
/// <code>
/// var memory = AssociativeMemory.Load("memory.blpn");
/// var stored = memory.Memorize(patterns);            // [count, PatternSize]
/// stored.Complete(degraded, completed);              // 0 where an element is unknown
/// </code>
/// </example>
public sealed class AssociativeMemory : ITensorSource
{
    private readonly PlasticTrainerOptions _options;

    /// <summary>A memory from a training.</summary>
    public AssociativeMemory(PlasticRecurrentTrainer<float> trainer)
        : this((trainer ?? throw new ArgumentNullException(nameof(trainer))).Options, trainer.Network)
    {
    }

    private AssociativeMemory(PlasticTrainerOptions options, PlasticRecurrentNetwork<float> network)
    {
        _options = options;
        Network = network;
    }

    /// <summary>The network.</summary>
    public PlasticRecurrentNetwork<float> Network { get; }

    /// <summary>The task that it was trained for: sizes and times of presentations.</summary>
    public AssociativeMemoryTask Task => _options.Task;

    /// <summary>Elements of a pattern.</summary>
    public int PatternSize => Task.PatternSize;

    /// <summary>
    /// Shows patterns as an episode of training does, <see cref="AssociativeMemoryTask.Cycles"/> times over in the order given.
    /// A network trained with three patterns an episode recalls about as many.
    /// </summary>
    /// <param name="patterns">[count, <see cref="PatternSize"/>], elements -1 or +1.</param>
    /// <exception cref="ArgumentException">The length is no positive multiple of <see cref="PatternSize"/>, or an element is not finite.</exception>
    public StoredPatterns Memorize(ReadOnlySpan<float> patterns)
    {
        if (patterns.IsEmpty || patterns.Length % PatternSize != 0)
            throw new ArgumentException($"must hold whole patterns of {PatternSize} elements, got {patterns.Length} elements", nameof(patterns));
        var state = new PlasticState<float>(Network);
        float[] input = new float[Network.Neurons];
        for (int cycle = 0; cycle < Task.Cycles; cycle++)
        {
            for (int start = 0; start < patterns.Length; start += PatternSize)
            {
                Present(patterns.Slice(start, PatternSize), input);
                Repeat(state, input, Task.PresentationSteps);
                Present(default, input);
                Repeat(state, input, Task.DelaySteps);
            }
        }

        return new(this, state);
    }

    /// <summary>w [N, N], alpha [N, N], [N, 1] or [1, 1] as it is shared, eta [1, 1], as the published programs name them; matrices are [target, source].</summary>
    /// <returns>Copies.</returns>
    public NamedTensors GetTensors()
    {
        NamedTensors tensors = new();
        foreach (Synapses.ParameterTensor<float> parameter in (Synapses.ParameterTensor<float>[])[Network.Weights, Network.Alpha, Network.Eta])
            tensors.Add<float>(parameter.Name, parameter.ToDense(), parameter.Rows, parameter.Columns);
        return tensors;
    }

    /// <summary>Writes the network and its options, without the state of its training; beside its place, then renamed.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => SafeFile.WriteBinary(path, Write);

    /// <summary>Writes the network and its options to a stream.</summary>
    public void Save(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        Write(writer);
    }

    /// <summary>Reads a file of <see cref="Save(string)"/> or of <see cref="PlasticRecurrentTrainer{T}.Save(string)"/>.</summary>
    /// <exception cref="InvalidDataException">The file is no such file, is damaged, or holds doubles.</exception>
    public static AssociativeMemory Load(string path) => SafeFile.ReadBinary(path, Read);

    /// <summary>Reads what <see cref="Save(Stream)"/> wrote; the stream must be able to seek.</summary>
    /// <exception cref="InvalidDataException">The stream holds no such network, or a damaged one.</exception>
    public static AssociativeMemory Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        try
        {
            return Read(reader);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException($"the stream ends within a plastic network: {e.Message}", e);
        }
    }

    private static AssociativeMemory Read(BinaryReader reader)
    {
        var (options, network) = PlasticModelFile.ReadNetwork<float>(PlasticModelFile.Open(reader));
        return new(options, network);
    }

    private void Write(BinaryWriter file) => PlasticModelFile.Write(file, writer =>
    {
        PlasticModelFile.WriteNetwork(writer, _options, Network);
        PlasticModelFile.WriteNoTraining(writer);
    });

    private static void Repeat(PlasticState<float> state, ReadOnlySpan<float> input, int steps)
    {
        for (int step = 0; step < steps; step++)
            state.Step(input);
    }

    /// <summary>Makes the input of a step from a pattern, or from none.</summary>
    internal void Present(ReadOnlySpan<float> pattern, Span<float> input)
    {
        input.Clear();
        for (int k = 0; k < pattern.Length; k++)
        {
            if (!float.IsFinite(pattern[k]))
                throw new ArgumentException($"element {k} is {pattern[k]}: must be finite, and 0 where it is unknown", nameof(pattern));
            input[k] = (float)Task.PatternStrength * pattern[k];
        }

        if (Task.BiasStrength != 0)
            input[PatternSize] = (float)Task.BiasStrength;
    }
}

/// <summary>Patterns that a network holds in its trace. Safe for use by several threads at once.</summary>
public sealed class StoredPatterns
{
    private readonly AssociativeMemory _memory;
    private readonly PlasticState<float> _state;

    internal StoredPatterns(AssociativeMemory memory, PlasticState<float> state)
    {
        _memory = memory;
        _state = state;
    }

    /// <summary>The Hebbian trace H that holds the patterns, and the outputs that they left; a copy, to read and to go on with.</summary>
    public PlasticState<float> CopyState()
    {
        var copy = new PlasticState<float>(_memory.Network);
        copy.CopyFrom(_state);
        return copy;
    }

    /// <summary>Completes a degraded pattern; what is stored does not change.</summary>
    /// <param name="degraded">[<see cref="AssociativeMemory.PatternSize"/>], 0 where an element is unknown.</param>
    /// <param name="completed">[<see cref="AssociativeMemory.PatternSize"/>], outputs in [-1, 1]; their signs are the pattern.</param>
    /// <exception cref="ArgumentException">A length is wrong, or an element is not finite.</exception>
    public void Complete(ReadOnlySpan<float> degraded, Span<float> completed)
    {
        if (completed.Length != _memory.PatternSize)
            throw new ArgumentException($"must have {_memory.PatternSize} elements, got {completed.Length}", nameof(completed));
        var recollection = Recollect(degraded);
        while (recollection.Step())
        {
        }
        recollection.Outputs.CopyTo(completed);
    }

    /// <summary>Begins to complete a degraded pattern, to be followed step by step; what is stored does not change.</summary>
    /// <param name="degraded">[<see cref="AssociativeMemory.PatternSize"/>], 0 where an element is unknown.</param>
    /// <returns>The recollection, for one thread at a time.</returns>
    /// <exception cref="ArgumentException">The length is wrong, or an element is not finite.</exception>
    public PlasticRecollection Recollect(ReadOnlySpan<float> degraded) => degraded.Length == _memory.PatternSize
        ? new(_memory, CopyState(), degraded)
        : throw new ArgumentException($"must have {_memory.PatternSize} elements, got {degraded.Length}", nameof(degraded));
}
