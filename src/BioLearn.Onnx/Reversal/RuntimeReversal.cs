using System.Collections.Immutable;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using Microsoft.ML.OnnxRuntime;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// A plan cut into parts: runs of steps that ONNX can express, each a session on the device, and single steps that only kernels can do
/// (unpooling, level operations, winner-takes-all). Immutable; serves several runs at once.
/// </summary>
internal sealed class RuntimeReversal : IDisposable
{
    public RuntimeReversal(ReversalPlan plan, ExecutionOptions options, string? file)
    {
        Plan = plan;
        var parts = ImmutableArray.CreateBuilder<Part>();
        try
        {
            for (int step = 0; step < plan.Steps.Length;)
            {
                var segment = new RuntimeSegment(plan, step);
                if (segment.Operators == 0)
                    parts.Add(new KernelPart(plan.Steps[step++]));
                else
                {
                    parts.Add(segment.Open(options, file));
                    step = segment.End;
                }
            }
        }
        catch
        {
            Dispose(parts);
            throw;
        }
        Parts = parts.ToImmutable();
    }

    public ReversalPlan Plan { get; }

    public ImmutableArray<Part> Parts { get; }

    public void Dispose() => Dispose(Parts);

    private static void Dispose(IEnumerable<Part> parts)
    {
        foreach (SessionPart part in parts.OfType<SessionPart>())
            part.Session.Dispose();
    }

    internal abstract record Part;

    /// <summary>One step, image by image.</summary>
    internal sealed record KernelPart(PlanStep Step) : Part;

    /// <summary>Many steps at once. Levels without operation are outputs that are fetched only for an observer.</summary>
    internal sealed record SessionPart(InferenceSession Session, ImmutableArray<int> From, ImmutableArray<int> To, ImmutableArray<LevelStep> Levels) : Part;
}

/// <summary>The longest run of steps from one on that can be written as an ONNX graph.</summary>
internal sealed class RuntimeSegment
{
    private readonly ReversalPlan _plan;
    private readonly GraphWriter _writer = new("reversal");
    private readonly ReversalEmitter _emitter;
    private readonly Dictionary<int, string> _currents = [];
    private readonly List<int> _inputs = [];
    private readonly HashSet<int> _written = [];
    private readonly List<LevelStep> _levels = [];

    public RuntimeSegment(ReversalPlan plan, int first)
    {
        _plan = plan;
        _emitter = new(_writer);
        for (End = first; End < plan.Steps.Length && TryAdd(plan.Steps[End]);)
            End++;
    }

    /// <summary>The first step that is no part of it.</summary>
    public int End { get; }

    /// <summary>Number of operators in it.</summary>
    public int Operators { get; private set; }

    /// <summary>Name of what goes into a session for a slot.</summary>
    public static string InputName(int slot) => $"from{slot}";

    /// <summary>Name of what comes out of a session for a slot.</summary>
    public static string OutputName(int slot) => $"to{slot}";

    /// <summary>Name of what comes out of a session for a level that it passes.</summary>
    public static string LevelName(int index) => $"level{index}";

    public RuntimeReversal.SessionPart Open(ExecutionOptions options, string? file)
    {
        foreach (int slot in _inputs)
            _writer.Input(InputName(slot), [_plan.Slots[slot]]);
        int[] outputs = [.. _written.Where(IsNeededLater).Order()];
        foreach (int slot in outputs)
            Declare(OutputName(slot), _currents[slot], _plan.Slots[slot]);
        return new(RuntimeSession.Open(_writer.ToModel(), options, file), [.. _inputs], [.. outputs], [.. _levels]);
    }

    private bool TryAdd(PlanStep step)
    {
        switch (step)
        {
            case OperatorStep pass:
                bool known = _currents.ContainsKey(pass.From);
                if (pass.Reversal.Emit(_emitter, Read(pass.From)) is not { } returned)
                {
                    if (!known)
                        Forget(pass.From);
                    return false;
                }
                Operators++;
                Write(pass.To, returned);
                return true;
            case CopyStep copy:
                Write(copy.To, Read(copy.From));
                return true;
            case AddStep add:
                var list = new TensorShape(_plan.Slots[add.To]);
                Write(add.To, _emitter.Node("Add", [_emitter.Shaped(Read(add.To), list), _emitter.Shaped(Read(add.From), list)], list));
                return true;
            case LevelStep { Operation: null } level:
                Declare(LevelName(_levels.Count), Read(level.From), level.Current.Shape.Count);
                _levels.Add(level);
                return true;
            default:
                return false;
        }
    }

    private string Read(int slot)
    {
        if (_currents.TryGetValue(slot, out string? name))
            return name;
        name = InputName(slot);
        _emitter.Define(name, new TensorShape(_plan.Slots[slot]));
        _currents.Add(slot, name);
        _inputs.Add(slot);
        return name;
    }

    private void Forget(int slot)
    {
        _currents.Remove(slot);
        _inputs.Remove(slot);
    }

    private void Write(int slot, string name)
    {
        _currents[slot] = name;
        _written.Add(slot);
    }

    private void Declare(string output, string current, int count)
    {
        _writer.Node("Identity", [_emitter.Shaped(current, new TensorShape(count))], [output]);
        _writer.Output(output, [count]);
    }

    private bool IsNeededLater(int slot) => slot == _plan.End.Slot || _plan.Steps.Skip(End).Any(step => step.From == slot || step.To == slot);
}
