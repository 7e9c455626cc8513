using System.Numerics;
using BioLearn.Kernels.Sparse;

namespace BioLearn.ML.Networks;

/// <summary>
/// Rows to learn from: features [n, features], and either the class of each row (its target is one-hot) or targets
/// [n, outputs]; optionally a weight a row.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly record struct Samples<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Samples(ReadOnlyMemory<T> features, SparseRows<T>? sparse, ReadOnlyMemory<int> classes, ReadOnlyMemory<T> targets, ReadOnlyMemory<T> weights, int count)
    {
        if (sparse is not null && sparse.Count != count)
            throw new ArgumentException($"There are {sparse.Count} sparse rows for {count} {(classes.IsEmpty ? "rows of targets" : "classes")}; expected as many.", nameof(sparse));
        if (count < 1 || features.Length % count != 0 || targets.Length % count != 0)
            throw new ArgumentException($"{features.Length} features and {targets.Length} targets do not make {count} rows; expected at least one row, all of the same width.");
        if (!weights.IsEmpty && weights.Length != count)
            throw new ArgumentException($"There are {weights.Length} weights for {count} rows; expected one for each, or none.", nameof(weights));
        (Features, Sparse, Classes, Targets, Weights, Count) = (features, sparse, classes, targets, weights, count);
    }

    /// <summary>Features, [rows, features], row by row; empty where rows are <see cref="Sparse"/>.</summary>
    public ReadOnlyMemory<T> Features { get; }

    /// <summary>Rows of which few features are set; null where they are dense.</summary>
    public SparseRows<T>? Sparse { get; }

    /// <summary>Features of a row.</summary>
    public int Width => Sparse?.Width ?? (Count == 0 ? 0 : Features.Length / Count);

    /// <summary>Class of each row, from 0; empty where rows have targets.</summary>
    public ReadOnlyMemory<int> Classes { get; }

    /// <summary>Targets, [rows, outputs]; empty where rows have classes.</summary>
    public ReadOnlyMemory<T> Targets { get; }

    /// <summary>Weight of each row; empty where all weigh 1.</summary>
    public ReadOnlyMemory<T> Weights { get; }

    /// <summary>Which outputs of each row have a target, [rows, outputs]; empty where all have one.</summary>
    public ReadOnlyMemory<bool> TargetMask { get; private init; }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>What is done to the features of a row as it is taken to learn from; null leaves them as they are.</summary>
    public FeatureMap? Map { get; private init; }

    /// <summary>What each row is asked, for networks that are instructed; null where they are asked nothing.</summary>
    public Instructions<T>? Instructions { get; private init; }

    /// <summary>The same rows with instructions.</summary>
    /// <param name="instructions">What each row is asked; null for nothing.</param>
    /// <returns>The rows; nothing is copied.</returns>
    /// <exception cref="ArgumentException">There are more or fewer instructions than rows.</exception>
    public Samples<T> With(Instructions<T>? instructions)
    {
        if (instructions is not null && instructions.Count != Count)
            throw new ArgumentException($"There are {instructions.Count} instructions for {Count} rows; expected one for each.", nameof(instructions));
        return this with { Instructions = instructions };
    }

    /// <summary>
    /// The same rows, of which some outputs have no target: they are free, without loss and error. As in reinforcement learning, where only the
    /// action that was chosen is known to be good or bad. Heads with a squared error can have such outputs.
    /// </summary>
    /// <param name="targetMask">[rows, outputs], false where an output is free; empty where all have a target.</param>
    /// <returns>The rows; nothing is copied.</returns>
    /// <exception cref="ArgumentException">Rows have classes, or there are more or fewer entries than targets.</exception>
    public Samples<T> WithTargetMask(ReadOnlyMemory<bool> targetMask)
    {
        if (!targetMask.IsEmpty && targetMask.Length != Targets.Length)
            throw new ArgumentException($"The mask of targets has {targetMask.Length} entries for {Targets.Length} targets of {Count} rows; expected one for each.", nameof(targetMask));
        return this with { TargetMask = targetMask };
    }

    /// <summary>The same rows, whose features are mapped as they are taken: x' = (x - centre) * scale, feature by feature. Nothing is copied; sparse rows are spread out batch by batch if the map has centres.</summary>
    /// <param name="map">The map; null for none.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="ArgumentException">The map is not as wide as a row.</exception>
    public Samples<T> With(FeatureMap? map)
    {
        map?.RequireWidth(Width);
        return this with { Map = map };
    }

    /// <summary>Rows that have classes.</summary>
    /// <param name="features">[rows, features].</param>
    /// <param name="classes">Class of each row, from 0.</param>
    /// <param name="weights">Weight of each row, or empty.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit one another.</exception>
    public static Samples<T> OfClasses(ReadOnlyMemory<T> features, ReadOnlyMemory<int> classes, ReadOnlyMemory<T> weights = default) =>
        new(features, null, classes, default, weights, classes.Length);

    /// <summary>Rows that have targets.</summary>
    /// <param name="features">[rows, features].</param>
    /// <param name="targets">[rows, outputs].</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="weights">Weight of each row, or empty.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit one another.</exception>
    public static Samples<T> OfTargets(ReadOnlyMemory<T> features, ReadOnlyMemory<T> targets, int count, ReadOnlyMemory<T> weights = default) =>
        new(features, null, default, targets, weights, count);

    /// <summary>Sparse rows that have classes. The first layers that are fully connected read only what is set; others get a dense batch.</summary>
    /// <param name="features">The rows.</param>
    /// <param name="classes">Class of each row, from 0.</param>
    /// <param name="weights">Weight of each row, or empty.</param>
    /// <returns>The rows; nothing is copied.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit one another.</exception>
    public static Samples<T> OfClasses(SparseRows<T> features, ReadOnlyMemory<int> classes, ReadOnlyMemory<T> weights = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        return new(default, features, classes, default, weights, classes.Length);
    }

    /// <summary>Sparse rows that have targets. The first layers that are fully connected read only what is set; others get a dense batch.</summary>
    /// <param name="features">The rows.</param>
    /// <param name="targets">[rows, outputs].</param>
    /// <param name="weights">Weight of each row, or empty.</param>
    /// <returns>The rows; nothing is copied.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit one another.</exception>
    public static Samples<T> OfTargets(SparseRows<T> features, ReadOnlyMemory<T> targets, ReadOnlyMemory<T> weights = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        return new(default, features, default, targets, weights, features.Count);
    }

    /// <summary>Copies of some rows.</summary>
    /// <param name="rows">Their indices, from 0.</param>
    /// <returns>The rows, in this order.</returns>
    public Samples<T> Take(ReadOnlySpan<int> rows)
    {
        return new(
            Sparse is null ? Gather(Features.Span, Width, rows) : default,
            Sparse?.Take(rows),
            Classes.IsEmpty ? default : Gather(Classes.Span, 1, rows),
            Targets.IsEmpty ? default : Gather(Targets.Span, Targets.Length / Count, rows),
            Weights.IsEmpty ? default : Gather(Weights.Span, 1, rows),
            rows.Length)
        {
            Map = Map,
            Instructions = Instructions?.Take(rows),
            TargetMask = TargetMask.IsEmpty ? default : Gather(TargetMask.Span, TargetMask.Length / Count, rows),
        };
    }

    private static TItem[] Gather<TItem>(ReadOnlySpan<TItem> from, int width, ReadOnlySpan<int> rows)
    {
        TItem[] taken = new TItem[rows.Length * width];
        for (int i = 0; i < rows.Length; i++)
            from.Slice(rows[i] * width, width).CopyTo(taken.AsSpan(i * width));
        return taken;
    }
}
