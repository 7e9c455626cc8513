using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>
/// Reads up to <c>capacity</c> rows ahead of the row it serves, keeps the wanted columns of its source meanwhile, and
/// computes the added columns of all of them at once. There is one source cursor, so every order (shuffled, filtered, one
/// cursor of a set) is right by construction. An error at a row is thrown when that row is reached, not before.
/// </summary>
internal sealed class BatchedCursor : DataViewRowCursor
{
    private readonly bool[] _active;
    private readonly DataViewRowCursor _source;
    private readonly RowBatch _batch;
    private readonly ColumnBuffer?[] _kept;
    private readonly ValueGetter<DataViewRowId> _sourceId;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;

    private long _position = -1;
    private int _current = -1;
    private int _count;
    private bool _computed;
    private bool _sourceEnded;
    private ExceptionDispatchInfo? _errorAfterBatch;
    private bool _disposed;

    public BatchedCursor(DataViewSchema schema, bool[] active, DataViewRowCursor source, RowBatch batch, int capacity)
    {
        Schema = schema;
        _active = active;
        _source = source;
        _batch = batch;
        _sourceId = source.GetIdGetter();
        _ids = new DataViewRowId[capacity];
        _batches = new long[capacity];
        _kept = new ColumnBuffer?[source.Schema.Count];
        for (int i = 0; i < _kept.Length; i++)
        {
            if (active[i])
                _kept[i] = ColumnBuffer.Create(source, source.Schema[i], capacity);
        }
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => _current < 0 ? 0 : _batches[_current];

    public override bool MoveNext()
    {
        if (_current + 1 >= _count)
            ReadAhead();
        if (_count == 0)
        {
            _current = -1;
            _position = -1;
            return false;
        }

        _current++;
        _position++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = _ids[Current()];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Columns.CheckActive(Schema, _active, column);
        int added = column.Index - _kept.Length;
        if (added < 0)
        {
            var kept = Columns.Typed<TValue>(_kept[column.Index]!.Getter, column);
            return (ref TValue value) => kept(Current(), ref value);
        }

        var getter = Columns.Typed<TValue>(_batch.Getter(added), column);
        return (ref TValue value) =>
        {
            int row = Current();
            Compute();
            getter(row, ref value);
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            foreach (var kept in _kept)
                kept?.Dispose();
            _batch.Dispose();
            _source.Dispose();
        }

        base.Dispose(disposing);
    }

    private void ReadAhead()
    {
        _errorAfterBatch?.Throw();
        _count = 0;
        _current = -1;
        _computed = false;
        while (_count < _ids.Length && !_sourceEnded && _errorAfterBatch is null)
            ReadNext();
    }

    private void ReadNext()
    {
        try
        {
            _sourceEnded = !_source.MoveNext();
            if (_sourceEnded)
                return;
            ReadRow(_count);
            _count++;
        }
        catch (Exception error) when (_count > 0)
        {
            _errorAfterBatch = ExceptionDispatchInfo.Capture(error); // the rows before the bad one are served first
        }
    }

    private void ReadRow(int row)
    {
        _sourceId(ref _ids[row]);
        _batches[row] = _source.Batch;
        foreach (var kept in _kept)
            kept?.Read(row);
        _batch.Read(row);
    }

    private void Compute()
    {
        if (_computed)
            return;
        _batch.Run(_count);
        _computed = true;
    }

    private int Current() => _current >= 0 ? _current : throw new InvalidOperationException("The cursor is not on a row: call MoveNext first.");
}
