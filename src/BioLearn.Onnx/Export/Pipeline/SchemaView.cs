using Microsoft.ML;

namespace BioLearn.Onnx.Export;

/// <summary>A schema without rows: what a conversion needs to know of the rows before a step.</summary>
internal sealed class SchemaView(DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    /// <summary>The columns that can be asked for by name: of several with one name the last.</summary>
    public static DataViewSchema VisibleOf(DataViewSchema schema)
    {
        var builder = new DataViewSchema.Builder();
        foreach (DataViewSchema.Column column in schema.Where(column => !column.IsHidden))
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    /// <summary>Names of the columns that a step gives: new ones, and those that hide what stood there before.</summary>
    /// <param name="before">What the step gets, visible columns only.</param>
    /// <param name="after">What it gives, hidden columns included.</param>
    public static string[] Added(DataViewSchema before, DataViewSchema after)
    {
        HashSet<string> replaced = [.. after.Where(column => column.IsHidden).Select(column => column.Name)];
        return [.. after.Where(column => !column.IsHidden && (replaced.Contains(column.Name) || before.GetColumnOrNull(column.Name) is null)).Select(column => column.Name)];
    }

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => throw NoRows();

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => throw NoRows();

    private static NotSupportedException NoRows() => new("There are no rows, only their schema.");
}
