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

    /// <summary>A run of rows.</summary>
    public Samples<T> Slice(int start, int count)
    {
        int width = Features.Length / Count, outputs = Targets.Length / Count;
        return new(
            Features.Slice(start * width, count * width),
            Classes.IsEmpty ? default : Classes.Slice(start, count),
            Targets.IsEmpty ? default : Targets.Slice(start * outputs, count * outputs),
            Weights.IsEmpty ? default : Weights.Slice(start, count),
            count);
    }
}
