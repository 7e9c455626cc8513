using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>
/// Keeps the values of one source column while a batched cursor has read ahead of the row it serves. Values are copied in
/// and copied out: the consumer may change what it gets.
/// </summary>
internal abstract class ColumnBuffer : IDisposable
{
    public abstract void Read(int row);

    public abstract Delegate Getter { get; }

    public static ColumnBuffer Create(DataViewRow source, DataViewSchema.Column column, int capacity)
    {
        var buffer = column.Type is VectorDataViewType vector
            ? typeof(VectorBuffer<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(ValueBuffer<>).MakeGenericType(column.Type.RawType);
        return (ColumnBuffer)Activator.CreateInstance(buffer, source, column, capacity)!;
    }

    public abstract void Dispose();
}

/// <summary>How to copy values of a class that ML.NET does not know, such as images; without a copier all readers share one value.</summary>
internal static class ValueCopier<T>
{
    public static Func<T, T>? Copy { get; set; }
}

internal sealed class ValueBuffer<T>(DataViewRow source, DataViewSchema.Column column, int capacity) : ColumnBuffer
{
    private readonly ValueGetter<T> _source = source.GetGetter<T>(column);
    private readonly T?[] _values = new T?[capacity];
    private readonly Func<T, T>? _copy = ValueCopier<T>.Copy;

    public override Delegate Getter => (RowGetter<T>)Serve;

    public override void Read(int row)
    {
        // Without a copier the consumer holds the very object, so the source must not be given it back to overwrite.
        if (_copy is null)
            _values[row] = default;
        _source(ref _values[row]!);
    }

    public override void Dispose()
    {
        if (_copy is null)
            return;
        foreach (var value in _values)
            (value as IDisposable)?.Dispose();
        Array.Clear(_values);
    }

    private void Serve(int row, ref T value)
    {
        var kept = _values[row];
        if (_copy is null)
        {
            value = kept!;
            return;
        }

        // ML.NET's own image getters dispose what the consumer hands back, too.
        (value as IDisposable)?.Dispose();
        value = kept is null ? default! : _copy(kept);
    }
}

internal sealed class VectorBuffer<T>(DataViewRow source, DataViewSchema.Column column, int capacity) : ColumnBuffer
{
    private readonly ValueGetter<VBuffer<T>> _source = source.GetGetter<VBuffer<T>>(column);
    private readonly VBuffer<T>[] _values = new VBuffer<T>[capacity];

    public override Delegate Getter => (RowGetter<VBuffer<T>>)((int row, ref VBuffer<T> value) => _values[row].CopyTo(ref value));

    public override void Read(int row) => _source(ref _values[row]);

    public override void Dispose() => Array.Clear(_values);
}
