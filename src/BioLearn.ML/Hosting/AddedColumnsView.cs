using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>
/// The lazy output of a transformer: the columns of its source and the added ones, computed under the cursor. With a batch
/// size above 1 cursors read ahead and compute rows together (<see cref="BatchedCursor"/>), otherwise, and for the single
/// rows of a <c>PredictionEngine</c>, one by one (<see cref="MappedRow"/>). Both give the same values in the same order.
/// </summary>
internal sealed class AddedColumnsView : IDataView, IRowToRowMapper
{
    private const int MostKeptObjects = 16;

    private readonly IDataView _source;
    private readonly ColumnMap _map;
    private readonly int[] _inputs;

    public AddedColumnsView(IDataView source, ColumnMap map)
    {
        _source = source;
        _map = map;
        _inputs = [.. map.Inputs.Select(name => source.Schema[name].Index)];
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(source.Schema); // keeps hidden columns, so that indices stay
        schema.AddColumns(map.Added);
        Schema = schema.ToSchema();
    }

    /// <summary>The same mapping without data, for <c>ITransformer.GetRowToRowMapper</c>.</summary>
    public static IRowToRowMapper Mapper(DataViewSchema inputSchema, ColumnMap map) => new AddedColumnsView(new SchemaOnly(inputSchema), map);

    public DataViewSchema Schema { get; }

    public DataViewSchema InputSchema => _source.Schema;

    public DataViewSchema OutputSchema => Schema;

    public bool CanShuffle => _source.CanShuffle;

    public long? GetRowCount() => _source.GetRowCount();

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = new SortedSet<int>();
        foreach (var column in dependingColumns)
        {
            if (column.Index < InputSchema.Count)
                needed.Add(column.Index);
            else
                needed.UnionWith(_inputs);
        }

        return [.. needed.Select(index => InputSchema[index])];
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row's schema is not the mapper's input schema.", nameof(input));
        var active = Active(activeColumns);
        return new MappedRow(Schema, active, input, Open(input, active, 1));
    }

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var columns = columnsNeeded.ToList();
        return Wrap(_source.GetRowCursor(GetDependencies(columns), rand), Active(columns));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var columns = columnsNeeded.ToList();
        var active = Active(columns);
        return [.. _source.GetRowCursorSet(GetDependencies(columns), n, rand).Select(cursor => Wrap(cursor, active))];
    }

    private DataViewRowCursor Wrap(DataViewRowCursor source, bool[] active)
    {
        int capacity = KeepsObjects(active) ? Math.Min(_map.BatchSize, MostKeptObjects) : _map.BatchSize;
        var batch = Open(source, active, capacity);
        return batch is null || capacity == 1
            ? new MappedCursor(Schema, active, source, batch)
            : new BatchedCursor(Schema, active, source, batch, capacity);
    }

    // Reading ahead keeps the passing columns of each row: of images, which are large, only so many.
    private bool KeepsObjects(bool[] active)
    {
        for (int i = 0; i < InputSchema.Count; i++)
        {
            if (active[i] && InputSchema[i].Type is not (PrimitiveDataViewType or VectorDataViewType))
                return true;
        }

        return false;
    }

    /// <summary>Null if no added column is wanted: the rows pass through as they are.</summary>
    private RowBatch? Open(DataViewRow input, bool[] active, int capacity)
        => active.AsSpan(InputSchema.Count).Contains(true) ? _map.Open(input, i => active[InputSchema.Count + i], capacity) : null;

    private bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[Schema.Count];
        foreach (var column in columns)
            active[column.Index] = true;
        return active;
    }

    private sealed class SchemaOnly(DataViewSchema schema) : IDataView
    {
        public DataViewSchema Schema => schema;

        public bool CanShuffle => false;

        public long? GetRowCount() => null;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
            => throw new NotSupportedException("A row mapper has a schema and no rows.");

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
            => throw new NotSupportedException("A row mapper has a schema and no rows.");
    }
}
