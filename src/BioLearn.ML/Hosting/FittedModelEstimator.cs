using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Hosting;

/// <summary>A model that is there already, as an ML.NET estimator: <c>Fit</c> checks the column and reads no row.</summary>
/// <typeparam name="TModel">The model.</typeparam>
public sealed class FittedModelEstimator<TModel> : IEstimator<UnsupervisedTransformer<TModel>>
    where TModel : class, IFeatureModel<TModel>
{
    private readonly UnsupervisedTransformer<TModel> _transformer;
    private readonly InputColumn _input;
    private readonly DataViewSchema.DetachedColumn _added;

    internal FittedModelEstimator(IHostEnvironment environment, TModel model, string outputColumnName, string? inputColumnName)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        _input = InputColumn.FloatVector("input", string.IsNullOrEmpty(inputColumnName) ? outputColumnName : inputColumnName);
        _transformer = new UnsupervisedTransformer<TModel>(environment, model, _input.Name, [outputColumnName]);
        _added = new DataViewSchema.DetachedColumn(outputColumnName, UnsupervisedTransformer<TModel>.TypeOf(model.Outputs[0].Kind, width: model.Outputs[0].Width));
    }

    /// <summary>There is nothing to learn: checks the column and gives the transformer.</summary>
    /// <param name="input">Rows with the input column.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has another type or length, in ML.NET's words.</exception>
    public UnsupervisedTransformer<TModel> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _input.CheckIn(inputSchema);
        return inputSchema.With([_added]);
    }
}
