using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Experiments;

/// <summary>Labelled rows as ML.NET takes them: <c>Features</c> and <c>Label</c>.</summary>
internal static class PictureRows
{
    /// <summary>Labels are keys, as trainers take them; ML.NET makes key 1 of the number 0.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="classes">Classes of the data, of which the rows may lack some.</param>
    public static IDataView View(MLContext mlContext, LabelledRows rows, int classes) => Load(mlContext, rows, new KeyDataViewType(typeof(uint), classes));

    /// <summary>Labels are numbers from 0, as a file of pictures has them.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="rows">The rows.</param>
    public static IDataView Numbered(MLContext mlContext, LabelledRows rows) => Load(mlContext, rows, NumberDataViewType.UInt32);

    private static IDataView Load(MLContext mlContext, LabelledRows rows, DataViewType label)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows.Width);
        schema[nameof(Row.Label)].ColumnType = label;
        return mlContext.Data.LoadFromEnumerable(All(rows), schema);
    }

    // One row in memory at a time, each time the view is read.
    private static IEnumerable<Row> All(LabelledRows rows)
    {
        for (int i = 0; i < rows.Count; i++)
            yield return new() { Features = rows.Features.Slice(i * rows.Width, rows.Width).ToArray(), Label = (uint)rows.Labels.Span[i] };
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public uint Label { get; set; }
    }
}
