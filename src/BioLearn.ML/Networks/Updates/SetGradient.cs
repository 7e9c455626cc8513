using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>The gradient of a weight matrix of which only some columns have one: those of the features that are set in a batch.</summary>
internal sealed class SetGradient<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int[] _features = [], _places = [];
    private NativeBuffer<T> _values = new(0);
    private int _count, _units;

    /// <summary>Whether it is what the parameter was last given.</summary>
    public bool IsPresent { get; private set; }

    /// <summary>The columns that have a gradient, in the order of <see cref="Matrix"/>.</summary>
    public ReadOnlySpan<int> Features => _features.AsSpan(0, _count);

    /// <summary>0, 1, ... a number for each of <see cref="Features"/>.</summary>
    public ReadOnlySpan<int> Places => _places.AsSpan(0, _count);

    /// <summary>[features, units].</summary>
    public MatrixSpan<T> Matrix => new(_values.Span[..(_count * _units)], _count, _units);

    /// <summary>A new gradient of these columns, to be written.</summary>
    public void Begin(ReadOnlySpan<int> features, int units)
    {
        if (features.Length > _features.Length)
        {
            int length = Math.Max(features.Length, 2 * _features.Length);
            _features = new int[length];
            _places = [.. Enumerable.Range(0, length)];
        }
        if ((long)features.Length * units > _values.Length)
        {
            NativeBuffer<T> larger = new(checked(Math.Max(features.Length, 2 * _count) * units));
            _values.Dispose();
            _values = larger;
        }
        features.CopyTo(_features);
        (_count, _units, IsPresent) = (features.Length, units, true);
    }

    /// <summary>Writes all of the gradient, [units, features]; from then on that is what the parameter has.</summary>
    public void SpreadInto(MatrixSpan<T> gradient)
    {
        for (int unit = 0; unit < gradient.Rows; unit++)
        {
            Span<T> row = gradient.Row(unit);
            row.Clear();
            for (int i = 0; i < _count; i++)
                row[_features[i]] = _values.Span[(i * _units) + unit];
        }
        IsPresent = false;
    }

    public void Dispose() => _values.Dispose();
}
