using Microsoft.ML;

namespace BioLearn.ML.Hosting;

/// <summary>Shapes of columns, for estimators that announce what they will add.</summary>
internal static class SchemaShapes
{
    /// <summary>The shape of columns that are not in a schema yet.</summary>
    public static SchemaShape Of(IEnumerable<DataViewSchema.DetachedColumn> columns)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(columns);
        return MlNetInterop.Shape(schema.ToSchema());
    }

    /// <summary>The shape with more columns; a column of the same name is replaced.</summary>
    public static SchemaShape With(this SchemaShape shape, IEnumerable<SchemaShape.Column> added)
    {
        var columns = shape.ToDictionary(column => column.Name);
        foreach (var column in added)
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    /// <inheritdoc cref="With(SchemaShape, IEnumerable{SchemaShape.Column})"/>
    public static SchemaShape With(this SchemaShape shape, IEnumerable<DataViewSchema.DetachedColumn> added) => shape.With(Of(added));
}
