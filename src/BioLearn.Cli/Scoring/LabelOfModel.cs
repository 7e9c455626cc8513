using System.Globalization;
using BioLearn.Cli.Tables;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Scoring;

/// <summary>
/// Pictures under the label's type that a model was taught with: files of digits have bytes, folders have names. What stands in it decides nothing, but ML.NET
/// wants a column of that type.
/// </summary>
internal static class LabelOfModel
{
    private const string Label = "Label";

    /// <summary>The rows, their label in the type that the model reads.</summary>
    /// <param name="schema">Columns that the model reads.</param>
    /// <param name="rows">The rows; their column <c>Features</c> stays as it is.</param>
    /// <param name="truth">What is true, row by row; null where the rows do not say.</param>
    public static IDataView For(DataViewSchema schema, IDataView rows, IReadOnlyList<string>? truth)
    {
        if (schema.GetColumnOrNull(Label) is not { } read || rows.Schema.GetColumnOrNull(Label) is not { } own || read.Type.Equals(own.Type))
            return rows;
        float[][] features = [.. rows.GetColumn<float[]>("Features")];
        string[] texts = truth is null ? [.. features.Select(_ => "")] : [.. truth];
        ViewColumn? label = read.Type switch
        {
            TextDataViewType => ViewColumn.Texts(Label, texts),
            BooleanDataViewType => ViewColumn.Flags(Label, [.. texts.Select(text => ModelInput.Flag(text) ?? false)]),
            NumberDataViewType { RawType: var raw } when raw == typeof(float) => ViewColumn.Numbers(Label, [.. texts.Select(text => float.TryParse(text, CultureInfo.InvariantCulture, out float value) ? value : float.NaN)]),
            NumberDataViewType { RawType: var raw } when raw == typeof(byte) => Bytes([.. texts.Select(text => byte.TryParse(text, CultureInfo.InvariantCulture, out byte value) ? value : (byte)0)]),
            _ => null,
        };
        return label is null ? rows : new TableView(features.Length, [ViewColumn.Vectors("Features", features, features[0].Length), label]);
    }

    private static ViewColumn Bytes(byte[] values) => new(Label, NumberDataViewType.Byte, row => (ValueGetter<byte>)((ref byte value) => value = values[row()]));
}
