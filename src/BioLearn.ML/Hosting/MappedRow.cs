using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>One row with added columns, computed when the first of them is asked for.</summary>
internal sealed class MappedRow(DataViewSchema schema, bool[] active, DataViewRow input, RowBatch? batch) : DataViewRow
{
    private readonly RowByRow _rows = new(schema, active, input, batch);

    public override DataViewSchema Schema => schema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _rows.Getter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            batch?.Dispose();
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>A cursor whose added columns are computed row by row, when the first of them is asked for.</summary>
internal sealed class MappedCursor(DataViewSchema schema, bool[] active, DataViewRowCursor input, RowBatch? batch) : DataViewRowCursor
{
    private readonly RowByRow _rows = new(schema, active, input, batch);

    public override DataViewSchema Schema => schema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool MoveNext() => input.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _rows.Getter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            batch?.Dispose();
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>The getters of a row or cursor whose added columns are computed one row at a time.</summary>
internal sealed class RowByRow(DataViewSchema schema, bool[] active, DataViewRow input, RowBatch? batch)
{
    private long _computed = -1;

    public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column)
    {
        Columns.CheckActive(schema, active, column);
        int added = column.Index - input.Schema.Count;
        if (added < 0)
            return input.GetGetter<TValue>(input.Schema[column.Index]);
        var getter = Columns.Typed<TValue>(batch!.Getter(added), column);
        return (ref TValue value) =>
        {
            Compute();
            getter(0, ref value);
        };
    }

    private void Compute()
    {
        if (input.Position >= 0 && input.Position == _computed)
            return;
        batch!.Read(0);
        batch.Run(1);
        _computed = input.Position;
    }
}

internal static class Columns
{
    public static void CheckActive(DataViewSchema schema, bool[] active, DataViewSchema.Column column)
    {
        if (column.Index >= schema.Count || schema[column.Index].Name != column.Name)
            throw new ArgumentOutOfRangeException(nameof(column), column.Name, "is not a column of this row's schema");
        if (!active[column.Index])
            throw new InvalidOperationException($"Column '{column.Name}' was not asked for when this cursor was made.");
    }

    public static RowGetter<TValue> Typed<TValue>(Delegate getter, DataViewSchema.Column column)
        => getter as RowGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' has values of type {column.Type.RawType}, not {typeof(TValue)}.");
}
