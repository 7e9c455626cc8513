using BioLearn.ML.Plasticity.Recurrent;

namespace BioLearn.ML.Plasticity;

/// <summary>
/// A pattern that a plastic network completes, step by step: the degraded pattern is its input at each of <see cref="AssociativeMemoryTask.TestSteps"/> steps,
/// while what the trace holds of the patterns drives the elements that are unknown. For one thread at a time.
/// </summary>
public sealed class PlasticRecollection
{
    private readonly AssociativeMemory _memory;
    private readonly PlasticState<float> _state;
    private readonly float[] _input;

    internal PlasticRecollection(AssociativeMemory memory, PlasticState<float> state, ReadOnlySpan<float> degraded)
    {
        (_memory, _state) = (memory, state);
        _input = new float[memory.Network.Neurons];
        memory.Present(degraded, _input);
    }

    /// <summary>Steps that are done.</summary>
    public int Steps { get; private set; }

    /// <summary>Whether all steps of the task are done.</summary>
    public bool IsOver => Steps == _memory.Task.TestSteps;

    /// <summary>[<see cref="AssociativeMemory.PatternSize"/>], outputs in [-1, 1]; before the first step what the last pattern that was memorized has left.</summary>
    public ReadOnlySpan<float> Outputs => _state.Output[.._memory.PatternSize];

    /// <summary>Goes on by one step of the network.</summary>
    /// <returns>Whether there was one to make; false when it <see cref="IsOver"/>.</returns>
    public bool Step()
    {
        if (IsOver)
            return false;
        _state.Step(_input);
        Steps++;
        return true;
    }
}
