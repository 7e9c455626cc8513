using System.Collections.Immutable;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// Where a plan's currents lie in memory. What lives within one segment of steps lies in a worker's own memory; the rest is held for the
/// whole batch. Currents that are never alive together share their place.
/// </summary>
internal sealed class PlanLayout
{
    private readonly Place[] _places;

    public PlanLayout(ReversalPlan plan)
    {
        Segments = StepSegment.Divide(plan.Steps.Select(step => step is OperatorStep { Reversal.Batched: true }));
        (int First, int Last)[] lives = Lives(plan);
        int[] segmentOf = [.. Segments.SelectMany(segment => Enumerable.Repeat(segment.First, segment.Count))];
        _places = new Place[plan.Slots.Length];
        for (int slot = 0; slot < _places.Length; slot++)
        {
            (int first, int last) = lives[slot];
            bool local = first >= 0 && last < plan.Steps.Length && segmentOf[first] == segmentOf[last];
            _places[slot] = new Place(IsShared: !local, Offset: 0, plan.Slots[slot]);
            // One image may be at the end of a segment while another is at its beginning: shared memory is alive for whole segments.
            if (!local)
                lives[slot] = (first < 0 ? first : segmentOf[first], last < plan.Steps.Length ? EndOfSegment(last) : last);
        }
        SharedLength = Arrange(lives, shared: true);
        LocalLength = Arrange(lives, shared: false);
    }

    /// <summary>Consecutive steps that run together.</summary>
    public ImmutableArray<StepSegment> Segments { get; }

    /// <summary>Floats that one image takes of the batch's memory.</summary>
    public int SharedLength { get; }

    /// <summary>Floats of a worker's memory.</summary>
    public int LocalLength { get; }

    /// <summary>Where a slot lies.</summary>
    public Place this[int slot] => _places[slot];

    /// <summary>Offset in floats of one image; in shared memory the whole batch of a slot lies together.</summary>
    public readonly record struct Place(bool IsShared, int Offset, int Length);

    private int EndOfSegment(int step) => Segments.First(segment => step < segment.End).End - 1;

    // First and last step that touches each slot; the start lives before the first step, the end after the last.
    private static (int First, int Last)[] Lives(ReversalPlan plan)
    {
        var lives = new (int First, int Last)[plan.Slots.Length];
        Array.Fill(lives, (int.MaxValue, -1));
        void Touch(int slot, int step) => lives[slot] = (Math.Min(lives[slot].First, step), Math.Max(lives[slot].Last, step));
        Touch(plan.Start.Slot, -1);
        for (int i = 0; i < plan.Steps.Length; i++)
        {
            Touch(plan.Steps[i].From, i);
            Touch(plan.Steps[i].To, i);
        }
        Touch(plan.End.Slot, plan.Steps.Length);
        return lives;
    }

    private int Arrange((int First, int Last)[] lives, bool shared)
    {
        int[] slots = [.. Enumerable.Range(0, _places.Length).Where(slot => _places[slot].IsShared == shared).OrderBy(slot => lives[slot].First)];
        (int[] offsets, int length) = StepSegment.Arrange([.. slots.Select(slot => (lives[slot].First, lives[slot].Last, _places[slot].Length))]);
        foreach ((int slot, int offset) in slots.Zip(offsets)) _places[slot] = _places[slot] with { Offset = offset };
        return length;
    }
}
