using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>What a trained model predicts.</summary>
internal enum PredictionTask
{
    Multiclass = 1,
    Binary = 2,
    Regression = 3,
}

/// <summary>
/// The columns that a scorer adds, with the annotations by which <c>Evaluate</c>, <c>MapKeyToValue</c> and confusion tables
/// know them, in ML.NET's own order: multiclass PredictedLabel, Score; binary PredictedLabel, Score, Probability;
/// regression Score.
/// </summary>
internal static class ScoreColumns
{
    public const string PredictedLabel = "PredictedLabel";
    public const string Score = "Score";
    public const string Probability = "Probability";

    /// <param name="task">What is predicted.</param>
    /// <param name="inputSchema">Schema of the rows that are scored: the new score set's number is one above those in it.</param>
    /// <param name="classCount">Number of classes (multiclass).</param>
    /// <param name="labelValues">The classes' values (multiclass), if the label has them.</param>
    public static IReadOnlyList<DataViewSchema.DetachedColumn> For(
        PredictionTask task, DataViewSchema inputSchema, int classCount, LabelValues? labelValues)
    {
        uint set = NextScoreSet(inputSchema);
        return task switch
        {
            PredictionTask.Multiclass =>
            [
                new(PredictedLabel, new KeyDataViewType(typeof(uint), classCount), Annotate(set, task, PredictedLabel, builder =>
                    labelValues?.Annotate(builder, ColumnAnnotations.KeyValues))),
                new(Score, new VectorDataViewType(NumberDataViewType.Single, classCount), Annotate(set, task, Score, builder =>
                {
                    if (labelValues is null)
                        return;
                    ColumnAnnotations.AddVector(builder, ColumnAnnotations.SlotNames, TextDataViewType.Instance, labelValues.Names);
                    labelValues.Annotate(builder, ColumnAnnotations.TrainingLabelValues);
                })),
            ],
            PredictionTask.Binary =>
            [
                new(PredictedLabel, BooleanDataViewType.Instance, Annotate(set, task, PredictedLabel)),
                new(Score, NumberDataViewType.Single, Annotate(set, task, Score)),
                new(Probability, NumberDataViewType.Single, Annotate(set, task, Probability, builder =>
                    builder.AddPrimitiveValue(ColumnAnnotations.IsNormalized, BooleanDataViewType.Instance, true))),
            ],
            _ => [new(Score, NumberDataViewType.Single, Annotate(set, task, Score))],
        };
    }

    /// <summary>The same columns as an estimator announces them, before the number of classes is known.</summary>
    /// <param name="task">What is predicted.</param>
    /// <param name="label">The label column, whose key values the predicted label will carry.</param>
    public static SchemaShape ShapeFor(PredictionTask task, SchemaShape.Column label)
    {
        const int unknown = 2; // shapes hold no sizes
        var columns = SchemaShapes.Of(For(task, new DataViewSchema.Builder().ToSchema(), unknown, null));
        if (task != PredictionTask.Multiclass || !label.Annotations.Any(a => a.Name == ColumnAnnotations.KeyValues))
            return columns;

        var values = label.Annotations.First(a => a.Name == ColumnAnnotations.KeyValues);
        return new SchemaShape(columns.Select(column => column.Name == PredictedLabel
            ? WithAnnotations(column, values)
            : WithAnnotations(
                column,
                MlNetInterop.ShapeColumn(ColumnAnnotations.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance),
                MlNetInterop.ShapeColumn(ColumnAnnotations.TrainingLabelValues, SchemaShape.Column.VectorKind.Vector, values.ItemType))));
    }

    private static SchemaShape.Column WithAnnotations(SchemaShape.Column column, params SchemaShape.Column[] more)
        => MlNetInterop.ShapeColumn(column.Name, column.Kind, column.ItemType, column.IsKey, new SchemaShape(column.Annotations.Concat(more)));

    private static DataViewSchema.Annotations Annotate(
        uint set, PredictionTask task, string valueKind, Action<DataViewSchema.Annotations.Builder>? more = null)
    {
        string kind = task switch
        {
            PredictionTask.Multiclass => "MulticlassClassification",
            PredictionTask.Binary => "BinaryClassification",
            _ => "Regression",
        };
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add<uint>(ColumnAnnotations.ScoreColumnSetId, new KeyDataViewType(typeof(uint), int.MaxValue), (ref uint value) => value = set);
        builder.AddPrimitiveValue(ColumnAnnotations.ScoreColumnKind, TextDataViewType.Instance, kind.AsMemory());
        builder.AddPrimitiveValue(ColumnAnnotations.ScoreValueKind, TextDataViewType.Instance, valueKind.AsMemory());
        more?.Invoke(builder);
        return builder.ToAnnotations();
    }

    private static uint NextScoreSet(DataViewSchema inputSchema)
    {
        uint last = 0;
        foreach (var column in inputSchema)
        {
            if (column.Annotations.Schema.GetColumnOrNull(ColumnAnnotations.ScoreColumnSetId) is not { Type: KeyDataViewType { RawType: var raw } } || raw != typeof(uint))
                continue;
            uint set = 0;
            column.Annotations.GetValue(ColumnAnnotations.ScoreColumnSetId, ref set);
            last = Math.Max(last, set);
        }

        return last + 1;
    }
}
