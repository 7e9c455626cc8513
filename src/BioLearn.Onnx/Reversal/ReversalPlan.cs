using System.Collections.Immutable;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// The reversed graph: an ordered list of steps over slots of memory, from the tensor where the cue stands to the image. Every size is
/// resolved; a plan is immutable and may run on several threads at once.
/// </summary>
internal sealed class ReversalPlan
{
    internal ReversalPlan(Current start, Current end, IReadOnlyList<PlanStep> steps, IReadOnlyList<int> slots)
    {
        Start = start;
        End = end;
        Steps = [.. steps];
        Slots = [.. slots];
        IEnumerable<OperatorReversal> reversals = Steps.OfType<OperatorStep>().Select(step => step.Reversal);
        Activations = [.. reversals.SelectMany(reversal => reversal.Activations).Distinct()];
        Switches = [.. reversals.Select(reversal => reversal.Switches).OfType<MaxPoolNode>().Distinct()];
        Layout = new PlanLayout(this);
    }

    /// <summary>The current that the caller writes.</summary>
    public Current Start { get; }

    /// <summary>The current that is left at the end.</summary>
    public Current End { get; }

    public ImmutableArray<PlanStep> Steps { get; }

    /// <summary>Values of one image that each slot holds.</summary>
    public ImmutableArray<int> Slots { get; }

    /// <summary>Tensors whose recorded activations the steps read.</summary>
    public ImmutableArray<CnnTensor> Activations { get; }

    /// <summary>Max-pools whose switches the steps read.</summary>
    public ImmutableArray<MaxPoolNode> Switches { get; }

    /// <summary>Where each slot lies in memory.</summary>
    public PlanLayout Layout { get; }
}

/// <summary>A current on its way: the slot of memory that holds it, and its shape.</summary>
internal readonly record struct Current(int Slot, CurrentShape Shape);

/// <summary>One step of a plan.</summary>
internal abstract record PlanStep
{
    /// <summary>The slot that is read.</summary>
    public abstract int From { get; }

    /// <summary>The slot that is written; may be the same.</summary>
    public abstract int To { get; }
}

/// <summary>The current passes back through an operator.</summary>
internal sealed record OperatorStep(CnnNode Node, OperatorReversal Reversal, int From, int To) : PlanStep
{
    public override int From { get; } = From;

    public override int To { get; } = To;
}

/// <summary>A current is copied, because another branch needs it too.</summary>
internal sealed record CopyStep(int From, int To) : PlanStep
{
    public override int From { get; } = From;

    public override int To { get; } = To;
}

/// <summary>A branch's current is added to another's where branches meet.</summary>
internal sealed record AddStep(int From, int To) : PlanStep
{
    public override int From { get; } = From;

    public override int To { get; } = To;
}

/// <summary>Only the strongest channel keeps its current, before a convolution is reversed.</summary>
internal sealed record WinnerStep(Current Current) : PlanStep
{
    public override int From => Current.Slot;

    public override int To => Current.Slot;
}

/// <summary>A current has arrived at a level; the operation, if any, acts on it, and an observer may look at it.</summary>
internal sealed record LevelStep(TraceLevel Level, ILevelOperation? Operation, Current Current) : PlanStep
{
    public override int From => Current.Slot;

    public override int To => Current.Slot;
}
