using System.Numerics;
using BioLearn.Kernels.Sparse;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>
/// What is set in the rows of a mini-batch, row by row and feature by feature. The memory is used again for every batch. The dense form is
/// made only if somebody asks for it.
/// </summary>
internal sealed unsafe class SparseBatch<T>(int capacity, int width) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NativeBuffer<int> _starts = new(capacity + 1);
    private readonly int[] _slotOf = new int[width]; // of a feature in this batch; says so only where the slot's feature agrees
    private NativeBuffer<int> _columns = new(0), _samples = new(0), _features = new(0), _slotStarts = new(1);
    private NativeBuffer<T> _values = new(0), _byFeature = new(0);
    private NativeBuffer<T>? _dense;
    private bool _borrowed, _scattered;
    private int _rows, _set, _touched;

    /// <summary>Row by row: columns and numbers.</summary>
    public SparseSpan<T> Rows => new(_starts.Span[..(_rows + 1)], _columns.Span[.._set], _values.Span[.._set]);

    /// <summary>The features that are set in any row, in no order.</summary>
    public ReadOnlySpan<int> Features => _features.Span[.._touched];

    /// <summary>For each of <see cref="Features"/> the samples in which it is set, ascending, and the numbers.</summary>
    public SparseSpan<T> ByFeature => new(_slotStarts.Span[..(_touched + 1)], _samples.Span[.._set], _byFeature.Span[.._set]);

    /// <summary>The dense form, [rows, width].</summary>
    public T* Dense
    {
        get
        {
            if (!_scattered)
                Scatter(clear: false);
            return _dense!.Pointer;
        }
    }

    /// <summary>Begins a batch.</summary>
    public void Clear()
    {
        if (_scattered && !_borrowed)
            Scatter(clear: true);
        if (_borrowed)
            _dense = null;
        (_rows, _set, _touched, _borrowed, _scattered) = (0, 0, 0, false, false);
    }

    /// <summary>Adds a row; <paramref name="map"/> keeps zeros.</summary>
    public void Add(ReadOnlySpan<int> columns, ReadOnlySpan<T> values, FeatureMap? map)
    {
        Reserve(_set + columns.Length);
        columns.CopyTo(_columns.Span[_set..]);
        Span<T> taken = _values.Span.Slice(_set, values.Length);
        values.CopyTo(taken);
        for (int i = 0; i < taken.Length && map is not null; i++)
            taken[i] *= T.CreateChecked(map.Scale[columns[i]]);
        _set += columns.Length;
        _starts.Span[++_rows] = _set;
    }

    /// <summary>Takes what is set in dense rows, which stay the dense form.</summary>
    /// <returns>Whether at most <paramref name="most"/> numbers are set; if not, nothing is taken.</returns>
    public bool TryTake(NativeBuffer<T> dense, int rows, int most)
    {
        ReadOnlySpan<T> all = dense.Span[..(rows * width)];
        if (SetNumbers.Count(all, most) > most)
            return false;
        Clear();
        DropDense();
        Reserve(most);
        for (int i = 0; i < rows; i++)
        {
            _set += SetNumbers.Copy(all.Slice(i * width, width), _columns.Span[_set..], _values.Span[_set..]);
            _starts.Span[++_rows] = _set;
        }
        (_dense, _borrowed, _scattered) = (dense, true, true);
        return true;
    }

    /// <summary>Ends a batch: sorts what was added by features.</summary>
    public void Complete()
    {
        Span<int> columns = _columns.Span[.._set], features = _features.Span, starts = _slotStarts.Span, samples = _samples.Span;
        int[] slotOf = _slotOf;
        _touched = 0;
        starts[0] = 0;
        // How often each feature is set, one place further on; then the sums, which are the ends of the slots before.
        foreach (int column in columns)
        {
            int slot = slotOf[column];
            if (slot >= _touched || features[slot] != column)
            {
                slotOf[column] = slot = _touched++;
                features[slot] = column;
                starts[slot + 1] = 0;
            }
            starts[slot + 1]++;
        }
        for (int slot = 0, sum = 0; slot < _touched; slot++)
            (starts[slot + 1], sum) = (sum, sum + starts[slot + 1]);
        Span<T> values = _values.Span, byFeature = _byFeature.Span;
        for (int row = 0; row < _rows; row++)
        {
            for (int i = _starts.Span[row], end = _starts.Span[row + 1]; i < end; i++)
            {
                int at = starts[slotOf[columns[i]] + 1]++;
                samples[at] = row;
                byFeature[at] = values[i];
            }
        }
    }

    public void Dispose()
    {
        _starts.Dispose();
        _columns.Dispose();
        _samples.Dispose();
        _features.Dispose();
        _slotStarts.Dispose();
        _values.Dispose();
        _byFeature.Dispose();
        DropDense();
    }

    private void DropDense()
    {
        if (!_borrowed)
            _dense?.Dispose();
        _dense = null;
    }

    private void Scatter(bool clear)
    {
        _dense ??= new NativeBuffer<T>(checked(capacity * width));
        Span<T> dense = _dense.Span, values = _values.Span;
        for (int row = 0; row < _rows; row++)
        {
            for (int i = _starts.Span[row], end = _starts.Span[row + 1]; i < end; i++)
                dense[(row * width) + _columns.Span[i]] = clear ? T.Zero : values[i];
        }
        _scattered = !clear;
    }

    private void Reserve(int set)
    {
        if (set <= _values.Length)
            return;
        int length = (int)Math.Min(Math.Max(set, 2L * _values.Length), Array.MaxLength);
        Grow(ref _columns, length);
        Grow(ref _samples, length);
        Grow(ref _features, Math.Min(length, width));
        Grow(ref _slotStarts, Math.Min(length, width) + 1);
        Grow(ref _values, length);
        Grow(ref _byFeature, length);
    }

    private static void Grow<TItem>(ref NativeBuffer<TItem> buffer, int length)
        where TItem : unmanaged
    {
        NativeBuffer<TItem> larger = new(length);
        buffer.Span.CopyTo(larger.Span);
        buffer.Dispose();
        buffer = larger;
    }
}
