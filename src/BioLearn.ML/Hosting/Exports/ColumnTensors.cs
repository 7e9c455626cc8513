using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>Columns of numbers as tensors whose first dimension is the rows; what is no number (text, images) is left out.</summary>
internal static class ColumnTensors
{
    public static NamedTensors Of(IDataView view, IReadOnlyList<DataViewSchema.Column> columns, CancellationToken cancellation)
    {
        DataViewSchema.Column[] wanted = [.. columns.Where(column => IsNumbers(column.Type))];
        NamedTensors tensors = new();
        if (wanted.Length == 0)
            return tensors;
        using DataViewRowCursor cursor = view.GetRowCursor(wanted);
        IColumn[] read = [.. wanted.Select(column => Reader(cursor, column))];
        int rows = 0;
        for (; cursor.MoveNext(); rows++)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (IColumn column in read)
                column.Read();
        }
        foreach (IColumn column in read)
            column.AddTo(tensors, rows);
        return tensors;
    }

    private static bool IsNumbers(DataViewType type) => type is VectorDataViewType { Size: > 0 } vector
        ? vector.ItemType == NumberDataViewType.Single
        : type == NumberDataViewType.Single || type == BooleanDataViewType.Instance || type is KeyDataViewType { RawType: var raw } && raw == typeof(uint);

    private static IColumn Reader(DataViewRow row, DataViewSchema.Column column)
    {
        // Names of columns may have what names of files may not.
        string name = string.Concat(column.Name.Select(c => c is '/' or '\\' or '"' or '\'' ? '-' : c));
        if (column.Type is VectorDataViewType vector)
            return new Vectors(name, new FeatureReader(row, column), [.. vector.Dimensions]);
        if (column.Type == BooleanDataViewType.Instance)
            return new Scalars<bool, byte>(name, row.GetGetter<bool>(column), value => value ? (byte)1 : (byte)0);
        return column.Type is KeyDataViewType
            ? new Scalars<uint, int>(name, row.GetGetter<uint>(column), value => (int)value)
            : new Scalars<float, float>(name, row.GetGetter<float>(column), value => value);
    }

    private interface IColumn
    {
        void Read();

        void AddTo(NamedTensors tensors, int rows);
    }

    private sealed class Scalars<TFrom, TTo>(string name, ValueGetter<TFrom> get, Func<TFrom, TTo> convert) : IColumn
        where TTo : unmanaged
    {
        private readonly List<TTo> _values = [];
        private TFrom _value = default!;

        public void Read()
        {
            get(ref _value);
            _values.Add(convert(_value));
        }

        public void AddTo(NamedTensors tensors, int rows) => tensors.Add<TTo>(name, CollectionsMarshal.AsSpan(_values), rows);
    }

    private sealed class Vectors(string name, FeatureReader reader, int[] shape) : IColumn
    {
        private readonly List<float> _values = [];

        public void Read()
        {
            int at = _values.Count;
            CollectionsMarshal.SetCount(_values, checked(at + reader.Length));
            reader.CopyTo(CollectionsMarshal.AsSpan(_values)[at..]);
        }

        public void AddTo(NamedTensors tensors, int rows) => tensors.Add<float>(name, CollectionsMarshal.AsSpan(_values), [rows, .. shape]);
    }
}
