using System.Collections.Immutable;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// Where a plan's currents lie in memory. The steps form segments: a batched step is one by itself; the steps between run image by image,
/// so that one image's currents stay in the cache from layer to layer. What lives within one segment lies in a worker's own memory; the
/// rest is held for the whole batch. Currents that are never alive together share their place.
/// </summary>
internal sealed class PlanLayout
{
    private const int Alignment = 16; // floats in a cache line

    private readonly Place[] _places;

    public PlanLayout(ReversalPlan plan)
    {
        Segments = Divide(plan.Steps);
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
    public ImmutableArray<Segment> Segments { get; }

    /// <summary>Floats that one image takes of the batch's memory.</summary>
    public int SharedLength { get; }

    /// <summary>Floats of a worker's memory.</summary>
    public int LocalLength { get; }

    /// <summary>Where a slot lies.</summary>
    public Place this[int slot] => _places[slot];

    /// <summary>Steps First to First + Count - 1; a batched segment is one step over all images.</summary>
    public readonly record struct Segment(int First, int Count, bool Batched);

    /// <summary>Offset in floats of one image; in shared memory the whole batch of a slot lies together.</summary>
    public readonly record struct Place(bool IsShared, int Offset, int Length);

    private static ImmutableArray<Segment> Divide(ImmutableArray<PlanStep> steps)
    {
        var segments = ImmutableArray.CreateBuilder<Segment>();
        for (int i = 0; i < steps.Length; i++)
        {
            bool batched = steps[i] is OperatorStep { Reversal.Batched: true };
            if (batched || segments.Count == 0 || segments[^1].Batched)
                segments.Add(new Segment(i, 1, batched));
            else
                segments[^1] = segments[^1] with { Count = segments[^1].Count + 1 };
        }
        return segments.ToImmutable();
    }

    private int EndOfSegment(int step)
    {
        Segment segment = Segments.First(segment => step < segment.First + segment.Count);
        return segment.First + segment.Count - 1;
    }

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
        int length = 0;
        var placed = new List<int>();
        foreach (int slot in Enumerable.Range(0, _places.Length).Where(slot => _places[slot].IsShared == shared).OrderBy(slot => lives[slot].First))
        {
            int offset = 0;
            foreach (int other in placed.Where(other => lives[other].Last >= lives[slot].First && lives[slot].Last >= lives[other].First).OrderBy(other => _places[other].Offset))
            {
                if (offset + _places[slot].Length <= _places[other].Offset)
                    break;
                offset = Math.Max(offset, Aligned(_places[other].Offset + _places[other].Length));
            }
            _places[slot] = _places[slot] with { Offset = offset };
            placed.Add(slot);
            length = Math.Max(length, Aligned(offset + _places[slot].Length));
        }
        return length;
    }

    private static int Aligned(int offset) => (offset + Alignment - 1) / Alignment * Alignment;
}
