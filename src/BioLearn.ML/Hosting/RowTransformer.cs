using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Hosting;

/// <summary>
/// What all BioLearn transformers have in common: they add columns that are computed from a row's own columns, lazily, under the cursor, a
/// batch of rows at a time, and save themselves into ML.NET's model files. A transformer says which columns it adds (<see cref="Map"/>) and what
/// it saves; <see cref="ILoadableTransformer{TSelf}"/> says under which name it is found again.
/// </summary>
/// <typeparam name="TSelf">The transformer itself.</typeparam>
public abstract class RowTransformer<TSelf> : ITransformer
    where TSelf : RowTransformer<TSelf>, ILoadableTransformer<TSelf>
{
    /// <summary>Makes saved models with this component loadable in the environment.</summary>
    protected RowTransformer(IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ComponentManifest.Register(environment);
    }

    /// <summary>Always true: each row is transformed by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => GetRowToRowMapper(inputSchema).OutputSchema;

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return AddedColumnsView.Mapper(inputSchema, Map(inputSchema));
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new AddedColumnsView(input, Map(input.Schema));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ModelWriter writer = new(ctx, TSelf.Owner, TSelf.ComponentName, TSelf.Version);
        Save(writer);
        writer.Finish();
    }

    /// <summary>Checks the input columns and says what is added to rows of this schema.</summary>
    /// <param name="inputSchema">Schema of the data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or has another type or length, in ML.NET's words.</exception>
    protected abstract ColumnMap Map(DataViewSchema inputSchema);

    /// <summary>Writes everything that <see cref="ILoadableTransformer{TSelf}.Load"/> needs, in its order.</summary>
    protected abstract void Save(ModelWriter writer);
}
