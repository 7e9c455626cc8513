namespace BioLearn.Experiments;

/// <summary>Rows of features and the class of each. Immutable, so that any number of trials may read the same.</summary>
public sealed class LabelledRows
{
    /// <summary>Takes rows; nothing is copied.</summary>
    /// <param name="features">[rows, features], row by row.</param>
    /// <param name="labels">Class of each row, from 0.</param>
    /// <exception cref="ArgumentException">The lengths do not fit one another, or a label is below 0.</exception>
    public LabelledRows(ReadOnlyMemory<float> features, ReadOnlyMemory<int> labels)
    {
        if (labels.IsEmpty || features.Length % labels.Length != 0)
            throw new ArgumentException($"{features.Length} features do not make {labels.Length} rows; expected at least one row, all of the same width.", nameof(features));
        int largest = 0;
        foreach (int label in labels.Span)
            largest = label >= 0 ? Math.Max(largest, label) : throw new ArgumentException($"The label {label} is no class; expected 0 or above.", nameof(labels));
        (Features, Labels, Classes) = (features, labels, largest + 1);
    }

    /// <summary>Features, [<see cref="Count"/>, <see cref="Width"/>].</summary>
    public ReadOnlyMemory<float> Features { get; }

    /// <summary>Class of each row.</summary>
    public ReadOnlyMemory<int> Labels { get; }

    /// <summary>Number of rows.</summary>
    public int Count => Labels.Length;

    /// <summary>Features of a row.</summary>
    public int Width => Features.Length / Count;

    /// <summary>One more than the largest label.</summary>
    public int Classes { get; }

    /// <summary>Copies of rows, one behind the other.</summary>
    /// <param name="first">The first rows.</param>
    /// <param name="then">Those behind them, of the same width.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="ArgumentException">The widths differ.</exception>
    public static LabelledRows Together(LabelledRows first, LabelledRows then)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(then);
        return first.Width == then.Width ? new((float[])[.. first.Features.Span, .. then.Features.Span], (int[])[.. first.Labels.Span, .. then.Labels.Span])
            : throw new ArgumentException($"The first rows have {first.Width} features, the others {then.Width}.", nameof(then));
    }

    /// <summary>Copies of some rows.</summary>
    /// <param name="rows">Their indices.</param>
    /// <returns>The rows, in this order.</returns>
    public LabelledRows Take(ReadOnlySpan<int> rows)
    {
        float[] features = new float[rows.Length * Width];
        int[] labels = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            Features.Span.Slice(rows[i] * Width, Width).CopyTo(features.AsSpan(i * Width));
            labels[i] = Labels.Span[rows[i]];
        }
        return new(features, labels);
    }

    /// <summary>Rows that lie one behind the other; nothing is copied.</summary>
    /// <param name="start">The first of them.</param>
    /// <param name="count">How many; at least 1.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are no such rows.</exception>
    public LabelledRows Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new(Features.Slice(start * Width, count * Width), Labels.Slice(start, count));
    }

    /// <summary>The first rows; nothing is copied.</summary>
    /// <param name="count">How many; 0 for all.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public LabelledRows First(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        return count == 0 ? this : Slice(0, count);
    }

    /// <summary>Sets the last rows aside, for a choice of settings that must not look at the test rows; nothing is copied.</summary>
    /// <param name="count">How many; at least 1, and fewer than there are.</param>
    /// <returns>The rows to learn from, and those set aside.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are none, or none is left to learn from.</exception>
    public (LabelledRows Learned, LabelledRows Aside) SetAside(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(count, Count);
        return (Slice(0, Count - count), Slice(Count - count, count));
    }

    /// <summary>Copies of the rows, each feature less a mean and times a factor.</summary>
    /// <param name="mean">What is taken away.</param>
    /// <param name="factor">What is multiplied by, after that.</param>
    /// <returns>The rows.</returns>
    public LabelledRows Scaled(float mean, float factor)
    {
        float[] features = Features.ToArray();
        foreach (ref float feature in features.AsSpan())
            feature = (feature - mean) * factor;
        return new(features, Labels);
    }

    /// <summary>The same rows with other labels; the features are shared.</summary>
    /// <param name="newLabel">The new label of each old one.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="ArgumentException">There are fewer new labels than classes.</exception>
    public LabelledRows Relabel(ReadOnlySpan<int> newLabel)
    {
        if (newLabel.Length < Classes)
            throw new ArgumentException($"There are {newLabel.Length} new labels for {Classes} classes.", nameof(newLabel));
        int[] labels = new int[Count];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = newLabel[Labels.Span[i]];
        return new(Features, labels);
    }
}
