using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>Names of ML.NET's column annotations, and how to add a vector of them.</summary>
internal static class ColumnAnnotations
{
    public const string KeyValues = "KeyValues";
    public const string SlotNames = "SlotNames";
    public const string TrainingLabelValues = "TrainingLabelValues";
    public const string IsNormalized = "IsNormalized";
    public const string ScoreColumnSetId = "ScoreColumnSetId";
    public const string ScoreColumnKind = "ScoreColumnKind";
    public const string ScoreValueKind = "ScoreValueKind";

    public static void AddVector<T>(DataViewSchema.Annotations.Builder annotations, string name, PrimitiveDataViewType itemType, T[] values)
        => annotations.Add(
            name,
            new VectorDataViewType(itemType, values.Length),
            (ref VBuffer<T> buffer) =>
            {
                var editor = VBufferEditor.Create(ref buffer, values.Length);
                values.CopyTo(editor.Values);
                buffer = editor.Commit();
            });
}
