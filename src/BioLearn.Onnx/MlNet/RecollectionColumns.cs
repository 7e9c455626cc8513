using BioLearn.ML.Hosting;
using BioLearn.Onnx.Graph;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace BioLearn.Onnx.MlNet;

/// <summary>What a column of a recollection holds. The names stand in model files, the numbers in those of version 0.1.</summary>
internal enum RecollectionColumn
{
    Image = 0,
    Vector = 1,
    EdgeCorrelation = 2,
    Pearson = 3,
    Ssim = 4,
    PredictedClass = 5,
}

/// <summary>The columns of a recollection transform: which there are, and how they are called.</summary>
internal sealed record RecollectionColumns(string Input, IReadOnlyList<(RecollectionColumn Kind, string Name)> Outputs, IReadOnlyList<string>? ClassNames)
{
    public static RecollectionColumns Of(RecollectionEstimator.Options options, IReadOnlyList<string> cardNames)
    {
        (RecollectionColumn Kind, string? Name)[] columns =
        [
            (RecollectionColumn.Image, options.OutputColumnName),
            (RecollectionColumn.Vector, options.VectorColumnName),
            (RecollectionColumn.EdgeCorrelation, options.EdgeCorrelationColumnName),
            (RecollectionColumn.Pearson, options.PearsonColumnName),
            (RecollectionColumn.Ssim, options.SsimColumnName),
            (RecollectionColumn.PredictedClass, options.PredictedClassColumnName),
        ];
        var wanted = columns.Where(column => !string.IsNullOrEmpty(column.Name)).Select(column => (column.Kind, column.Name!)).ToArray();
        if (wanted.GroupBy(column => column.Item2).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"two output columns are called '{twice.Key}'", nameof(options));
        return new(options.Input, wanted, options.ClassNames ?? (cardNames.Count == 0 ? null : cardNames));
    }

    /// <param name="shape">Shape of the recollected array.</param>
    /// <param name="classes">Number of classes.</param>
    public IReadOnlyList<DataViewSchema.DetachedColumn> Added(TensorShape shape, int classes)
    {
        if (ClassNames is { } names && names.Count != classes)
            throw new ArgumentException($"ClassNames has {names.Count} names, the network has {classes} classes");
        return [.. Outputs.Select(column => column.Kind switch
        {
            RecollectionColumn.Image => new DataViewSchema.DetachedColumn(column.Name, new ImageDataViewType(shape.Height, shape.Width)),
            RecollectionColumn.Vector => new(column.Name, new VectorDataViewType(NumberDataViewType.Single, shape.Dimensions)),
            RecollectionColumn.PredictedClass => new(column.Name, new KeyDataViewType(typeof(uint), classes), KeyValues(classes)),
            _ => new(column.Name, NumberDataViewType.Single),
        })];
    }

    public void Save(ModelWriter writer)
    {
        writer.Fields.Write(Input);
        writer.Fields.Write(Outputs.Count);
        foreach (var (kind, name) in Outputs)
        {
            writer.WriteName(kind);
            writer.Fields.Write(name);
        }

        writer.Fields.Write(ClassNames?.Count ?? 0);
        foreach (string name in ClassNames ?? [])
            writer.Fields.Write(name);
    }

    public static RecollectionColumns Load(ModelReader reader)
    {
        string input = reader.Fields.ReadString();
        var outputs = new (RecollectionColumn, string)[reader.ReadLength("number of columns", 2)];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = (ReadKind(reader), reader.Fields.ReadString());
        }

        var names = new string[reader.ReadLength("number of class names", 1)];
        for (int i = 0; i < names.Length; i++)
            names[i] = reader.Fields.ReadString();
        return new RecollectionColumns(input, outputs, names.Length == 0 ? null : names);
    }

    // Version 1 has a byte for each kind.
    private static RecollectionColumn ReadKind(ModelReader reader)
    {
        if (reader.ComponentVersion >= 2)
            return reader.ReadName<RecollectionColumn>("column kind", 2, []);
        var kind = (RecollectionColumn)reader.Fields.ReadByte();
        return Enum.IsDefined(kind) ? kind : throw reader.Damaged($"column kind {kind} is unknown");
    }

    private DataViewSchema.Annotations KeyValues(int classes)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (ClassNames is { } names)
            ColumnAnnotations.AddVector(annotations, ColumnAnnotations.KeyValues, TextDataViewType.Instance, [.. names.Select(name => name.AsMemory())]);
        else
            ColumnAnnotations.AddVector(annotations, ColumnAnnotations.KeyValues, NumberDataViewType.Int32, Enumerable.Range(0, classes).ToArray());
        return annotations.ToAnnotations();
    }
}
