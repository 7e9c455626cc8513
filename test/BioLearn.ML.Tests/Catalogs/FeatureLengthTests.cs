using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Catalogs;

/// <summary>A features vector that is null, shorter or longer than the schema says is an error of every component, never the row before.</summary>
public class FeatureLengthTests
{
    private const int BadRow = 21;

    private static readonly float[]?[] BadVectors = [null, [1, 0, 1], [1, 1, 1, 1, 0, 0, 0, 0, 1]];

    public static TheoryData<string> Methods() => [.. CatalogMethod.All.Where(method => method.ReadsVectors(new MLContext())).Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Vector_of_another_length_is_named_with_its_row_in_Fit_in_batches_and_in_single_rows(string name)
    {
        var mlContext = new MLContext(seed: 1);
        var method = CatalogMethod.Named(name);
        var estimator = method.Create(mlContext);
        var model = estimator.Fit(CatalogRows.Of(mlContext, method.Task));
        foreach (float[]? bad in BadVectors)
        {
            var rows = CatalogRows.Of(mlContext, method.Task, BadRow, bad);
            string expected = $"Row {BadRow} has {bad?.Length ?? 0} values in column 'Features', expected {CatalogRows.Width}";
            if (method.Learns)
                Assert.StartsWith(expected, Assert.Throws<InvalidOperationException>(() => estimator.Fit(rows)).Message, StringComparison.Ordinal);
            Assert.StartsWith(expected, Assert.Throws<InvalidOperationException>(() => ReadAll(model.Transform(rows))).Message, StringComparison.Ordinal);
            Assert.Equal(BadRow, SingleRows(model, rows, expected));
        }
    }

    [Fact]
    public void Prediction_engine_refuses_a_row_without_features_and_scores_the_next()
    {
        var mlContext = new MLContext(seed: 1);
        var model = mlContext.Regression.Trainers.FeedbackAlignment(numberOfEpochs: 1).Fit(CatalogRows.Of(mlContext, BioLearn.ML.Hosting.PredictionTask.Regression));
        using var engine = mlContext.Model.CreatePredictionEngine<Row, Prediction>(model);
        float good = engine.Predict(new() { Features = CatalogRows.Features(0) }).Score;
        foreach (float[]? bad in BadVectors)
        {
            var error = Assert.Throws<InvalidOperationException>(() => engine.Predict(new() { Features = bad }));
            Assert.Contains($"has {bad?.Length ?? 0} values in column 'Features', expected {CatalogRows.Width}", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(good, engine.Predict(new() { Features = CatalogRows.Features(0) }).Score);
    }

    private static void ReadAll(IDataView view)
    {
        using var cursor = view.GetRowCursor([view.Schema[^1]]);
        var read = Reader(cursor, view.Schema[^1]);
        while (cursor.MoveNext())
            read();
    }

    /// <summary>Maps rows one by one; the number of rows before the one that is refused.</summary>
    private static int SingleRows(ITransformer model, IDataView rows, string expected)
    {
        var mapper = model.GetRowToRowMapper(rows.Schema);
        using var cursor = rows.GetRowCursor(mapper.GetDependencies([mapper.OutputSchema[^1]]));
        using var row = mapper.GetRow(cursor, [mapper.OutputSchema[^1]]);
        var read = Reader(row, mapper.OutputSchema[^1]);
        int count = 0;
        for (; cursor.MoveNext(); count++)
        {
            if (Record.Exception(read) is not { } error)
                continue;
            Assert.StartsWith(expected, Assert.IsType<InvalidOperationException>(error).Message, StringComparison.Ordinal);
            break;
        }
        return count;
    }

    private static Action Reader(DataViewRow row, DataViewSchema.Column column)
    {
        return column.Type.RawType switch
        {
            var type when type == typeof(VBuffer<float>) => Of<VBuffer<float>>(),
            var type when type == typeof(float) => Of<float>(),
            var type when type == typeof(bool) => Of<bool>(),
            var type when type == typeof(uint) => Of<uint>(),
            var type => throw new NotSupportedException($"{column.Name} is of {type}"),
        };

        Action Of<T>()
        {
            var getter = row.GetGetter<T>(column);
            T value = default!;
            return () => getter(ref value);
        }
    }

    private sealed class Row
    {
        [VectorType(CatalogRows.Width)]
        public float[]? Features { get; set; }
    }

    private sealed class Prediction
    {
        public float Score { get; set; }
    }
}
