using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Experiments.Credit;

/// <summary>Labelled rows as ML.NET's trainers take them: <c>Features</c> and a key <c>Label</c>.</summary>
internal static class PictureRows
{
    /// <param name="mlContext">The context.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="classes">Classes of the data, of which the rows may lack some.</param>
    public static IDataView View(MLContext mlContext, LabelledRows rows, int classes)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows.Width);
        schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), classes);
        return mlContext.Data.LoadFromEnumerable(All(rows), schema);
    }

    // One row in memory at a time, each time the view is read.
    private static IEnumerable<Row> All(LabelledRows rows)
    {
        for (int i = 0; i < rows.Count; i++)
            yield return new() { Features = rows.Features.Slice(i * rows.Width, rows.Width).ToArray(), Label = (uint)rows.Labels.Span[i] + 1 };
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public uint Label { get; set; }
    }
}
