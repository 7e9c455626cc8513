using BioLearn.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Hosting;

/// <summary>Columns computed in batches under the cursor equal those computed row by row, in whatever way the rows are asked for.</summary>
public class AddedColumnsViewTests
{
    private const int RowCount = 103; // no multiple of a batch size used here

    private readonly MLContext _mlContext = new(seed: 5);

    public static TheoryData<string> Ways() => [.. RowsBy.Keys];

    private static readonly Dictionary<string, Func<MLContext, IDataView, IEnumerable<string>>> RowsBy = new()
    {
        ["plain"] = (_, view) => Read(view),
        ["shuffled below"] = (_, view) => Read(view),
        ["shuffled above"] = (ml, view) => Read(ml.Data.ShuffleRows(view, seed: 9)),
        ["shuffled by the cursor"] = (_, view) => Read(view, new Random(4)),
        ["filtered above"] = (ml, view) => Read(ml.Data.FilterRowsByColumn(view, "Twice", lowerBound: 10, upperBound: 90)),
        ["filtered for missing above"] = (ml, view) => Read(ml.Data.FilterRowsByMissingValues(view, "Number")),
        ["taken and skipped"] = (ml, view) => Read(ml.Data.TakeRows(ml.Data.SkipRows(view, 5), 31)),
        ["cached"] = (ml, view) => Read(ml.Data.Cache(view)),
        ["cursor set"] = (_, view) => ReadSet(view).Order(),
        ["ids"] = (_, view) => ReadIds(view),
        ["only some columns"] = (_, view) => Read(view, null, "Text", "Twice"),
        ["no added column"] = (_, view) => Read(view, null, "Text", "Vector"),
        ["only added columns"] = (_, view) => Read(view, null, "Twice", "Shifted"),
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Batched_rows_equal_rows_one_by_one(string way)
    {
        var source = way == "shuffled below" ? _mlContext.Data.ShuffleRows(Source(), seed: 3) : Source();
        var one = RowsBy[way](_mlContext, new AddedColumnsView(source, Twice.Map(source.Schema, 1)));
        var expected = one.ToArray();
        Assert.NotEmpty(expected);

        foreach (int batchSize in (int[])[2, 7, 64, 500])
        {
            var batched = RowsBy[way](_mlContext, new AddedColumnsView(source, Twice.Map(source.Schema, batchSize))).ToArray();
            Assert.Equal(expected, batched);
        }
    }

    [Fact]
    public void Batches_run_once_each_and_only_when_asked_for()
    {
        var batches = new List<int>();
        var source = Source();
        var view = new AddedColumnsView(source, Twice.Map(source.Schema, 10, batches));

        Assert.Equal(RowCount, Read(view, null, "Text").Count());
        Assert.Empty(batches);

        Assert.Equal(RowCount, Read(view).Count());
        Assert.Equal([10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 3], batches);
    }

    [Fact]
    public void Skipped_batches_are_not_computed()
    {
        var batches = new List<int>();
        var source = Source();
        var view = new AddedColumnsView(source, Twice.Map(source.Schema, 10, batches));

        Assert.Equal(3, Read(_mlContext.Data.SkipRows(view, 100)).Count());

        Assert.Equal([3], batches);
    }

    [Fact]
    public void Parallel_cursors_put_together_by_their_batch_give_the_rows_in_order()
    {
        var source = _mlContext.Data.Cache(Source()); // gives each cursor of a set a share of the rows
        var expected = Read(source, null, "Text").ToArray();
        foreach (int batchSize in (int[])[1, 7, 64])
        {
            var view = new AddedColumnsView(source, Twice.Map(source.Schema, batchSize));
            var cursors = view.GetRowCursorSet([view.Schema["Text"], view.Schema["Twice"]], 3);
            Assert.True(cursors.Length > 1, "the source gives several cursors");
            var shares = new List<(long Batch, string Text)>[cursors.Length];
            Parallel.For(0, cursors.Length, i => shares[i] = Share(cursors[i]));
            Assert.Equal(expected, shares.SelectMany(share => share).OrderBy(row => row.Batch).Select(row => row.Text));
        }

        static List<(long, string)> Share(DataViewRowCursor cursor)
        {
            using (cursor)
            {
                var text = cursor.GetGetter<ReadOnlyMemory<char>>(cursor.Schema["Text"]);
                var twice = cursor.GetGetter<float>(cursor.Schema["Twice"]);
                ReadOnlyMemory<char> value = default;
                float number = 0;
                var rows = new List<(long, string)>();
                while (cursor.MoveNext())
                {
                    text(ref value);
                    twice(ref number);
                    Assert.True(float.IsNaN(number) || value.ToString() == $"row {number / 2}", $"{value} has twice {number}");
                    rows.Add((cursor.Batch, value.ToString()));
                }

                return rows;
            }
        }
    }

    [Fact]
    public void Values_handed_out_are_the_consumers_own()
    {
        var view = View(batchSize: 8);
        using var cursor = view.GetRowCursor(view.Schema);
        var vector = cursor.GetGetter<VBuffer<float>>(view.Schema["Vector"]);
        var shifted = cursor.GetGetter<VBuffer<float>>(view.Schema["Shifted"]);
        VBuffer<float> first = default, again = default;
        cursor.MoveNext();
        foreach (var getter in (ValueGetter<VBuffer<float>>[])[vector, shifted])
        {
            getter(ref first);
            var before = first.DenseValues().ToArray();
            VBufferEditor.CreateFromBuffer(ref first).Values.Fill(-1);
            getter(ref again);
            Assert.Equal(before, again.DenseValues());
        }
    }

    [Fact]
    public void Error_at_a_row_comes_when_that_row_is_reached()
    {
        static int ReadUntilError(IDataView view)
        {
            using var cursor = view.GetRowCursor(view.Schema);
            var getter = cursor.GetGetter<float>(view.Schema["Twice"]);
            float value = 0;
            int good = 0;
            var error = Assert.Throws<InvalidDataException>(() =>
            {
                for (; cursor.MoveNext(); good++)
                    getter(ref value);
            });
            Assert.Equal("row 40 is bad", error.Message);
            return good;
        }

        var source = Source();
        foreach (int batchSize in (int[])[1, 7, 40, 64])
            Assert.Equal(40, ReadUntilError(new AddedColumnsView(source, Twice.Map(source.Schema, batchSize, badRow: 40))));
    }

    [Fact]
    public void Cursor_refuses_columns_that_were_not_asked_for_and_wrong_types()
    {
        foreach (int batchSize in (int[])[1, 8])
        {
            var view = View(batchSize);
            using var cursor = view.GetRowCursor([view.Schema["Twice"]]);
            Assert.False(cursor.IsColumnActive(view.Schema["Vector"]));
            Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<VBuffer<float>>(view.Schema["Vector"]));
            Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<double>(view.Schema["Twice"]));
        }
    }

    [Fact]
    public void Getter_before_the_first_row_is_refused()
    {
        var view = View(batchSize: 8);
        using var cursor = view.GetRowCursor(view.Schema);
        var getter = cursor.GetGetter<float>(view.Schema["Twice"]);
        float value = 0;

        Assert.Throws<InvalidOperationException>(() => getter(ref value));
    }

    [Fact]
    public void Batch_is_disposed_with_its_cursor()
    {
        var disposed = new List<int>();
        var source = Source();
        var view = new AddedColumnsView(source, Twice.Map(source.Schema, 10, disposed: disposed));

        Assert.Equal(RowCount, Read(view).Count());

        Assert.Equal([10], disposed);
    }

    private AddedColumnsView View(int batchSize)
    {
        var source = Source();
        return new AddedColumnsView(source, Twice.Map(source.Schema, batchSize));
    }

    private IDataView Source()
    {
        var rows = Enumerable.Range(0, RowCount).Select(i => new Row
        {
            Number = i % 10 == 7 ? float.NaN : i,
            Text = $"row {i}",
            Vector = [.. Enumerable.Range(0, 1 + (i % 4)).Select(j => i + (j / 10f))],
            Words = [.. Enumerable.Range(0, i % 3).Select(j => $"{i}.{j}")],
            When = new DateTime(2026, 1, 1).AddHours(i),
        });
        return _mlContext.Data.LoadFromEnumerable(rows.ToArray());
    }

    private static IEnumerable<string> Read(IDataView view, Random? random = null, params string[] columns)
    {
        var wanted = columns.Length == 0 ? [.. view.Schema] : columns.Select(name => view.Schema[name]).ToArray();
        using var cursor = view.GetRowCursor(wanted, random);
        return [.. Rows(cursor, wanted)];
    }

    private static IEnumerable<string> ReadSet(IDataView view)
    {
        var cursors = view.GetRowCursorSet(view.Schema, 4);
        return [.. cursors.SelectMany(cursor =>
        {
            using (cursor)
                return Rows(cursor, [.. view.Schema]).ToArray();
        })];
    }

    private static List<string> ReadIds(IDataView view)
    {
        using var cursor = view.GetRowCursor([view.Schema["Twice"]]);
        var id = cursor.GetIdGetter();
        DataViewRowId value = default;
        var ids = new List<string>();
        while (cursor.MoveNext())
        {
            id(ref value);
            ids.Add($"{value} {cursor.Position} {cursor.Batch}");
        }

        return ids;
    }

    private static IEnumerable<string> Rows(DataViewRowCursor cursor, DataViewSchema.Column[] wanted)
    {
        var readers = wanted.Select(column => Reader(cursor, column)).ToArray();
        while (cursor.MoveNext())
            yield return string.Join(" | ", readers.Select(read => read()));
    }

    private static Func<string> Reader(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        VectorDataViewType { ItemType: TextDataViewType } => VectorText<ReadOnlyMemory<char>>(row, column),
        VectorDataViewType => VectorText<float>(row, column),
        TextDataViewType => Text<ReadOnlyMemory<char>>(row, column),
        DateTimeDataViewType => Text<DateTime>(row, column),
        _ => Text<float>(row, column),
    };

    private static Func<string> Text<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return value!.ToString()!;
        };
    }

    private static Func<string> VectorText<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            return string.Join(",", value.DenseValues());
        };
    }

    private sealed class Row
    {
        public float Number { get; set; }

        public string Text { get; set; } = "";

        public float[] Vector { get; set; } = [];

        public string[] Words { get; set; } = [];

        public DateTime When { get; set; }
    }

    /// <summary>Adds Twice (2 x Number) and Shifted (Vector + Number).</summary>
    private sealed class Twice(DataViewRow input, int capacity, List<int>? batches, int? badRow, List<int>? disposed) : RowBatch
    {
        private readonly ValueGetter<float> _number = input.GetGetter<float>(input.Schema["Number"]);
        private readonly ValueGetter<VBuffer<float>> _vector = input.GetGetter<VBuffer<float>>(input.Schema["Vector"]);
        private readonly float[] _numbers = new float[capacity];
        private readonly VBuffer<float>[] _vectors = new VBuffer<float>[capacity];
        private readonly float[] _twice = new float[capacity];
        private readonly float[][] _shifted = new float[capacity][];

        public static ColumnMap Map(DataViewSchema schema, int batchSize, List<int>? batches = null, int? badRow = null, List<int>? disposed = null)
            => new(
                [
                    new("Twice", NumberDataViewType.Single),
                    new("Shifted", new VectorDataViewType(NumberDataViewType.Single)),
                ],
                ["Number", "Vector"],
                batchSize,
                (input, _, capacity) => new Twice(input, capacity, batches, badRow, disposed));

        public override void Read(int row)
        {
            if (input.Position == badRow)
                throw new InvalidDataException($"row {badRow} is bad");
            _number(ref _numbers[row]);
            _vector(ref _vectors[row]);
        }

        public override void Run(int count)
        {
            batches?.Add(count);
            for (int row = 0; row < count; row++)
            {
                _twice[row] = 2 * _numbers[row];
                _shifted[row] = [.. _vectors[row].DenseValues().Select(x => x + _numbers[row])];
            }
        }

        public override Delegate Getter(int column) => column == 0
            ? (RowGetter<float>)((int row, ref float value) => value = _twice[row])
            : (RowGetter<VBuffer<float>>)((int row, ref VBuffer<float> value) =>
            {
                var editor = VBufferEditor.Create(ref value, _shifted[row].Length);
                _shifted[row].CopyTo(editor.Values);
                value = editor.Commit();
            });

        protected override void Dispose(bool disposing)
        {
            disposed?.Add(capacity);
            base.Dispose(disposing);
        }
    }
}
