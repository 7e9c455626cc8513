using BioLearn.Cli.Instructed.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Instructed;

/// <summary>Rows of a data set as ML.NET reads them: Features, Instruction (a text, or a vector) and Label (a text, or a Boolean).</summary>
internal static class AskedInput
{
    public const string Features = "Features", Instruction = "Instruction", Label = "Label";

    /// <summary>Rows with questions.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="data">What they are of.</param>
    /// <param name="rows">Rows that can be asked.</param>
    /// <param name="asked">Which of them, and what.</param>
    public static IDataView View(MLContext mlContext, InstructedData data, AskedRows rows, IReadOnlyList<AskedRow> asked)
    {
        return View(mlContext, AskedForm.Of(data), asked.Select(one => (FeaturesOf(one.Row), one.Question.Instruction, one.Question.Answer)));

        float[] FeaturesOf(int row)
        {
            float[] features = new float[data.Input.Shape.Size];
            rows.CopyFeatures(row, features);
            return features;
        }
    }

    /// <summary>Features, instruction and answer of each row.</summary>
    public static IDataView View(MLContext mlContext, AskedForm form, IEnumerable<(float[] Features, int Instruction, int Answer)> rows)
    {
        if (form.Vectors is { } vectors)
        {
            var schema = Schema<VectorRow>(form);
            schema[Instruction].ColumnType = new VectorDataViewType(NumberDataViewType.Single, vectors[0].Length);
            return mlContext.Data.LoadFromEnumerable(rows.Select(row => new VectorRow { Features = row.Features, Instruction = vectors[row.Instruction], Label = form.Classes[row.Answer] }), schema);
        }
        return form.IsBinary
            ? mlContext.Data.LoadFromEnumerable(rows.Select(row => new BinaryRow { Features = row.Features, Instruction = form.Instructions[row.Instruction], Label = row.Answer == 1 }), Schema<BinaryRow>(form))
            : mlContext.Data.LoadFromEnumerable(rows.Select(row => new TaskRow { Features = row.Features, Instruction = form.Instructions[row.Instruction], Label = form.Classes[row.Answer] }), Schema<TaskRow>(form));
    }

    private static SchemaDefinition Schema<TRow>(AskedForm form)
    {
        var schema = SchemaDefinition.Create(typeof(TRow));
        schema[Features].ColumnType = new VectorDataViewType(NumberDataViewType.Single, form.Input.Shape.Size);
        return schema;
    }

    private sealed class TaskRow
    {
        public float[] Features { get; set; } = [];

        public string Instruction { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class BinaryRow
    {
        public float[] Features { get; set; } = [];

        public string Instruction { get; set; } = "";

        public bool Label { get; set; }
    }

    private sealed class VectorRow
    {
        public float[] Features { get; set; } = [];

        public float[] Instruction { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
