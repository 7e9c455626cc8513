using System.Buffers;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Recollection;

/// <summary>What happens to the current of a level, in this order: normalise, rectify (both once or twice), keep the largest share.</summary>
/// <param name="Normalization">How the current is normalised.</param>
/// <param name="Rectify">Whether negative values become 0.</param>
/// <param name="Times">How often: the notebooks normalise some cues twice at level 1.</param>
/// <param name="Sparsity">Share that is kept, or null for all.</param>
internal sealed record LevelOperation(CurrentNormalization Normalization, bool Rectify, int Times, Sparsity? Sparsity) : ILevelOperation
{
    public void Apply(Span<float> current, int planes)
    {
        for (int i = 0; i < Times; i++)
            Normalizer.Apply(current, planes, Normalization, Rectify);
        if (Sparsity is not null)
            Sparsify(current, planes, Sparsity);
    }

    /// <summary>Keeps the largest values of the whole current, or of each plane; ties go to the lowest index.</summary>
    internal static void Sparsify(Span<float> current, int planes, Sparsity sparsity)
    {
        int part = sparsity.PerChannel ? current.Length / planes : current.Length;
        int kept = sparsity.Kept(part);
        for (int start = 0; start < current.Length; start += part)
            KeepLargest(current.Slice(start, part), kept);
    }

    private static void KeepLargest(Span<float> part, int kept)
    {
        if (kept >= part.Length)
            return;
        if (kept == 0)
        {
            part.Clear();
            return;
        }
        float[] sorted = ArrayPool<float>.Shared.Rent(part.Length);
        part.CopyTo(sorted);
        sorted.AsSpan(0, part.Length).Sort();
        float least = sorted[part.Length - kept];
        ArrayPool<float>.Shared.Return(sorted);

        int ties = kept; // places left for values equal to the least that is kept
        foreach (float x in part)
            ties -= x > least ? 1 : 0;
        foreach (ref float x in part)
        {
            if (x == least && ties > 0)
                ties--;
            else if (!(x > least))
                x = 0;
        }
    }
}
