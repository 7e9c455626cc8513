using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>Gathers rows of <see cref="Samples{T}"/> into one dense batch.</summary>
internal sealed class MiniBatch<T>(NetworkSpec spec, int capacity) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NativeBuffer<T> _input = new(checked(capacity * spec.Input.Size));
    private readonly NativeBuffer<T> _target = new(checked(capacity * spec.Outputs));
    private readonly NativeBuffer<T> _weights = new(capacity);
    private bool _weighted;
    private int _count;

    public int Capacity => capacity;

    public Signal<T> Input => new(_input, _count, spec.Input.Size);

    public Signal<T> Target => new(_target, _count, spec.Outputs);

    public Signal<T> Weights => _weighted ? new(_weights, _count, 1) : default;

    public void Gather(in Samples<T> samples, ReadOnlySpan<int> rows)
    {
        if (rows.Length < 1 || rows.Length > capacity)
            throw new ArgumentException($"There are {rows.Length} rows; expected 1 to {capacity}, the batch size.", nameof(rows));
        if (samples.Features.Length != (long)samples.Count * spec.Input.Size || (samples.Classes.IsEmpty && samples.Targets.Length != (long)samples.Count * spec.Outputs))
        {
            throw new ArgumentException(
                $"{samples.Count} rows have {samples.Features.Length} features and {samples.Targets.Length} targets; expected {spec.Input.Size} features a row, and a class or {spec.Outputs} targets.", nameof(samples));
        }
        _count = rows.Length;
        _weighted = !samples.Weights.IsEmpty;
        int width = spec.Input.Size, outputs = spec.Outputs;
        ReadOnlySpan<T> features = samples.Features.Span, targets = samples.Targets.Span, weights = samples.Weights.Span;
        ReadOnlySpan<int> classes = samples.Classes.Span;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            features.Slice(row * width, width).CopyTo(Input.Row(i));
            samples.Map?.Apply(Input.Row(i));
            if (classes.IsEmpty)
                targets.Slice(row * outputs, outputs).CopyTo(Target.Row(i));
            else
                OneHot(classes[row], Target.Row(i));
            if (_weighted)
                _weights.Span[i] = weights[row];
        }
    }

    /// <summary>Takes rows as they come, without targets.</summary>
    public void Fill(ReadOnlySpan<T> features, int rows)
    {
        _count = rows;
        _weighted = false;
        features.CopyTo(Input.Span);
    }

    /// <summary>Takes rows as they come.</summary>
    /// <exception cref="ArgumentException">A length does not fit the network.</exception>
    public void Fill(ReadOnlySpan<T> features, ReadOnlySpan<T> targets = default, ReadOnlySpan<T> weights = default)
    {
        int rows = features.Length / spec.Input.Size;
        if (rows < 1 || rows > capacity || features.Length != rows * spec.Input.Size)
            throw new ArgumentException($"There are {features.Length} features; expected {spec.Input.Size} for each of 1 to {capacity} rows.", nameof(features));
        if (!targets.IsEmpty && targets.Length != rows * spec.Outputs)
            throw new ArgumentException($"There are {targets.Length} targets; expected {spec.Outputs} for each of {rows} rows.", nameof(targets));
        if (!weights.IsEmpty && weights.Length != rows)
            throw new ArgumentException($"There are {weights.Length} weights; expected one for each of {rows} rows, or none.", nameof(weights));
        Fill(features, rows);
        targets.CopyTo(Target.Span);
        weights.CopyTo(_weights.Span);
        _weighted = !weights.IsEmpty;
    }

    public void Dispose()
    {
        _input.Dispose();
        _target.Dispose();
        _weights.Dispose();
    }

    /// <summary>A single output is the probability of class 1.</summary>
    private static void OneHot(int @class, Span<T> target)
    {
        if (target.Length == 1)
        {
            target[0] = @class == 0 ? T.Zero : T.One;
            return;
        }
        target.Clear();
        target[@class] = T.One;
    }
}
