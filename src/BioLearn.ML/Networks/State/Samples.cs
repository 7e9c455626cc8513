using System.Numerics;

namespace BioLearn.ML.Networks;

/// <summary>
/// Rows to learn from: features [n, features], and either the class of each row (its target is one-hot) or targets
/// [n, outputs]; optionally a weight a row.
/// </summary>
internal readonly record struct Samples<T>(ReadOnlyMemory<T> Features, ReadOnlyMemory<int> Classes, ReadOnlyMemory<T> Targets, ReadOnlyMemory<T> Weights, int Count)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Samples<T> OfClasses(ReadOnlyMemory<T> features, ReadOnlyMemory<int> classes, ReadOnlyMemory<T> weights = default) =>
        new(features, classes, default, weights, classes.Length);

    public static Samples<T> OfTargets(ReadOnlyMemory<T> features, ReadOnlyMemory<T> targets, int count, ReadOnlyMemory<T> weights = default) =>
        new(features, default, targets, weights, count);

    /// <summary>Copies of some rows.</summary>
    public Samples<T> Take(ReadOnlySpan<int> rows)
    {
        int width = Features.Length / Count;
        return new(
            Gather(Features.Span, width, rows),
            Classes.IsEmpty ? default : Gather(Classes.Span, 1, rows),
            Targets.IsEmpty ? default : Gather(Targets.Span, Targets.Length / Count, rows),
            Weights.IsEmpty ? default : Gather(Weights.Span, 1, rows),
            rows.Length);
    }

    private static TItem[] Gather<TItem>(ReadOnlySpan<TItem> from, int width, ReadOnlySpan<int> rows)
    {
        TItem[] taken = new TItem[rows.Length * width];
        for (int i = 0; i < rows.Length; i++)
            from.Slice(rows[i] * width, width).CopyTo(taken.AsSpan(i * width));
        return taken;
    }
}
