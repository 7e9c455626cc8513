using BioLearn.Onnx.Graph;
using Microsoft.ML.OnnxRuntime;

namespace BioLearn.Onnx.Reversal;

/// <summary>Runs a plan on ONNX Runtime, with kernels between its sessions.</summary>
internal sealed class RuntimeReversalRun(RuntimeReversal reversal) : IReversalRun
{
    private readonly float[][] _slots = new float[reversal.Plan.Slots.Length][];
    private int _count;

    public void Begin(int count)
    {
        if (count == _count)
            return;
        _count = count;
        for (int slot = 0; slot < _slots.Length; slot++)
            _slots[slot] = new float[checked(count * reversal.Plan.Slots[slot])];
    }

    public Span<float> Start(int sample) => Memory(reversal.Plan.Start.Slot, sample);

    public ReadOnlySpan<float> End(int sample) => Memory(reversal.Plan.End.Slot, sample);

    public void Execute(IForwardRecord record, int threads, ReversalRun.LevelObserver? observer = null, CancellationToken cancellation = default)
    {
        foreach (RuntimeReversal.Part part in reversal.Parts)
        {
            cancellation.ThrowIfCancellationRequested();
            if (part is RuntimeReversal.SessionPart session)
                Run(session, observer);
            else
            {
                PlanStep step = ((RuntimeReversal.KernelPart)part).Step;
                for (int sample = 0; sample < _count; sample++)
                    ReversalRun.Apply(step, Memory(step.From, sample), Memory(step.To, sample), new RecordedSample(record, sample, threads), observer);
            }
        }
    }

    public void Dispose()
    {
        // The sessions belong to the reversal; the arrays need nothing.
    }

    private void Run(RuntimeReversal.SessionPart part, ReversalRun.LevelObserver? observer)
    {
        float[][] levels = observer is null ? [] : [.. part.Levels.Select(level => new float[_count * level.Current.Shape.Count])];
        string[] inputNames = [.. part.From.Select(RuntimeSegment.InputName)];
        string[] outputNames = [.. part.To.Select(RuntimeSegment.OutputName), .. Enumerable.Range(0, levels.Length).Select(RuntimeSegment.LevelName)];
        OrtValue[] inputs = [.. part.From.Select(slot => Value(_slots[slot]))];
        // A slot may be both read and written: results go to fresh memory, which then takes the slot's place.
        float[][] written = [.. part.To.Select(slot => new float[_slots[slot].Length])];
        OrtValue[] outputs = [.. written.Concat(levels).Select(Value)];
        try
        {
            using var options = new RunOptions();
            part.Session.Run(options, inputNames, inputs, outputNames, outputs);
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"ONNX Runtime failed while running the reversal: {e.Message}", inner: e);
        }
        finally
        {
            foreach (OrtValue value in inputs.Concat(outputs))
                value.Dispose();
        }
        for (int i = 0; i < part.To.Length; i++)
            _slots[part.To[i]] = written[i];
        for (int i = 0; i < levels.Length; i++)
        {
            for (int sample = 0; sample < _count; sample++)
            {
                CurrentShape shape = part.Levels[i].Current.Shape;
                observer!(part.Levels[i].Level, sample, shape, levels[i].AsSpan(sample * shape.Count, shape.Count));
            }
        }
    }

    private Span<float> Memory(int slot, int sample)
    {
        int length = reversal.Plan.Slots[slot];
        return _slots[slot].AsSpan(sample * length, length);
    }

    private OrtValue Value(float[] values) => OrtValue.CreateTensorValueFromMemory(values, [_count, values.Length / _count]);
}
