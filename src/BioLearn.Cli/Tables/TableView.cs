using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Tables;

/// <summary>A column of <see cref="TableView"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in ML.NET.</param>
/// <param name="Getter">Makes what reads the value of the row that the function names.</param>
internal sealed record ViewColumn(string Name, DataViewType Type, Func<Func<int>, Delegate> Getter)
{
    /// <summary>Names of the numbers of a vector; null where they have none.</summary>
    public IReadOnlyList<string>? Slots { get; init; }

    public static ViewColumn Numbers(string name, float[] values) => new(name, NumberDataViewType.Single, row => (ValueGetter<float>)((ref float value) => value = values[row()]));

    public static ViewColumn Vectors(string name, float[][] values, int size) => new(name, new VectorDataViewType(NumberDataViewType.Single, size), row => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
    {
        var editor = VBufferEditor.Create(ref value, size);
        values[row()].CopyTo(editor.Values);
        value = editor.Commit();
    }));

    public static ViewColumn Vectors(string name, float[][] values, IReadOnlyList<string> slots) => Vectors(name, values, slots.Count) with { Slots = slots };

    public static ViewColumn Texts(string name, string[] values) => new(name, TextDataViewType.Instance, row => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = values[row()].AsMemory()));

    public static ViewColumn Flags(string name, bool[] values) => new(name, BooleanDataViewType.Instance, row => (ValueGetter<bool>)((ref bool value) => value = values[row()]));
}

/// <summary>Columns in memory as ML.NET wants them: as a file has them, whatever their names and number.</summary>
internal sealed class TableView : IDataView
{
    private readonly ViewColumn[] _columns;
    private readonly int _rows;

    public TableView(int rows, IEnumerable<ViewColumn> columns)
    {
        (_rows, _columns) = (rows, [.. columns]);
        var schema = new DataViewSchema.Builder();
        foreach (var column in _columns)
            schema.AddColumn(column.Name, column.Type, Annotations(column));
        Schema = schema.ToSchema();
    }

    private static DataViewSchema.Annotations? Annotations(ViewColumn column)
    {
        if (column.Slots is not { } slots)
            return null;
        DataViewSchema.Annotations.Builder annotations = new();
        VBuffer<ReadOnlyMemory<char>> names = new(slots.Count, [.. slots.Select(slot => slot.AsMemory())]);
        annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, slots.Count), (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> value) => names.CopyTo(ref value)));
        return annotations.ToAnnotations();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(TableView view, IEnumerable<DataViewSchema.Column> needed) : DataViewRowCursor
    {
        private readonly HashSet<int> _active = [.. needed.Select(column => column.Index)];
        private int _row = -1;

        public override long Position => _row;

        public override long Batch => 0;

        public override DataViewSchema Schema => view.Schema;

        public override bool MoveNext()
        {
            if (_row + 1 >= view._rows)
            {
                _row = -1;
                return false;
            }
            _row++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (ValueGetter<TValue>)view._columns[column.Index].Getter(() => _row);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)_row, 0);
    }
}
