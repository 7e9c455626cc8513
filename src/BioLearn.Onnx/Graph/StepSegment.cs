using System.Collections.Immutable;

namespace BioLearn.Onnx.Graph;

/// <summary>
/// Consecutive steps that run together, First to First + Count - 1. A batched segment is one step over all images; the steps between run image by
/// image, so that one image's values stay in the cache from layer to layer.
/// </summary>
internal readonly record struct StepSegment(int First, int Count, bool Batched)
{
    private const int Alignment = 16; // floats in a cache line

    public int End => First + Count;

    /// <summary>Divides steps by whether each runs over the batch.</summary>
    public static ImmutableArray<StepSegment> Divide(IEnumerable<bool> batched)
    {
        var segments = ImmutableArray.CreateBuilder<StepSegment>();
        int step = 0;
        foreach (bool together in batched)
        {
            if (together || segments.Count == 0 || segments[^1].Batched)
                segments.Add(new(step, 1, together));
            else
                segments[^1] = segments[^1] with { Count = segments[^1].Count + 1 };
            step++;
        }
        return segments.ToImmutable();
    }

    /// <summary>
    /// Whether one pass over all images pays: an image then costs the way of its values to memory and back, but no longer its own reading of
    /// the weights, which other layers have driven from the cache since the image before.
    /// </summary>
    public static bool Pays(int weights, TensorShape input, TensorShape output) => weights > (long)input.Count + output.Count;

    /// <summary>Gives values that are never alive together a common place.</summary>
    /// <param name="values">First and last step that touches each value, and its length in floats; ordered by the first.</param>
    /// <returns>Each value's offset, and the floats that all of them take.</returns>
    public static (int[] Offsets, int Length) Arrange(IReadOnlyList<(int First, int Last, int Length)> values)
    {
        var offsets = new int[values.Count];
        int total = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            (int first, int last, int length) = values[i];
            int offset = 0;
            foreach (int other in Enumerable.Range(0, i).Where(other => values[other].Last >= first && last >= values[other].First).OrderBy(other => offsets[other]))
            {
                if (offset + length <= offsets[other]) break;
                offset = Math.Max(offset, Aligned(offsets[other] + values[other].Length));
            }
            offsets[i] = offset;
            total = Math.Max(total, Aligned(offset + length));
        }
        return (offsets, total);
    }

    private static int Aligned(int offset) => (offset + Alignment - 1) / Alignment * Alignment;
}
