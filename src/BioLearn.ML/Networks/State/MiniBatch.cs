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
        _count = rows.Length;
        _weighted = !samples.Weights.IsEmpty;
        int width = spec.Input.Size, outputs = spec.Outputs;
        ReadOnlySpan<T> features = samples.Features.Span, targets = samples.Targets.Span, weights = samples.Weights.Span;
        ReadOnlySpan<int> classes = samples.Classes.Span;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            features.Slice(row * width, width).CopyTo(Input.Row(i));
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
