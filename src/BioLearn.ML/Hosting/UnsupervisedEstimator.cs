using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Hosting;

/// <summary>
/// A rule that learns from features alone, as an ML.NET estimator: <c>Fit</c> reads the rows into one dense matrix and lets the rule
/// learn; the transformer adds what the model makes of a row.
/// </summary>
/// <typeparam name="TModel">What is learned.</typeparam>
public sealed class UnsupervisedEstimator<TModel> : IEstimator<UnsupervisedTransformer<TModel>>
    where TModel : class, IFeatureModel<TModel>
{
    private readonly IHost _host;
    private readonly UnsupervisedDefinition<TModel> _definition;
    private readonly InputColumn _input;
    private readonly int _seed;

    internal UnsupervisedEstimator(IHostEnvironment environment, UnsupervisedDefinition<TModel> definition)
    {
        definition.Options.Validate();
        ComponentManifest.Register(environment);
        _definition = definition;
        _input = InputColumn.FloatVector("input", definition.Options.Input);
        _host = environment.Register(definition.Name);
        // Drawn once: the host's generator goes on from Fit to Fit, and a refit must not depend on what was fitted before.
        _seed = definition.Options.Seed ?? _host.Rand.Next();
    }

    /// <summary>Learns from the rows of <paramref name="input"/>.</summary>
    /// <param name="input">Rows with the input column.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has another type, in ML.NET's words.</exception>
    /// <exception cref="InvalidOperationException">No row can be used, a value is one that the rule cannot use, or learning diverged.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public UnsupervisedTransformer<TModel> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        UnsupervisedOptions options = _definition.Options;
        options.Validate();
        using var run = new TrainingRun(_host, _definition.Name, options.CancellationToken, options.Progress);
        run.ThrowIfCancelled();
        FloatRows rows = UnlabelledRows.Read(input, _input, options.SkipMissingFeatures, run);
        TModel model = _definition.Learn(new UnsupervisedContext(rows, _input.Name, _seed, run));
        return new UnsupervisedTransformer<TModel>(_host, model, _input.Name, options.OutputColumns);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _input.CheckIn(inputSchema);
        return inputSchema.With(_definition.Options.OutputColumns.Select((name, i) => (name, i)).Where(c => c.name is not null).Select(c =>
            new DataViewSchema.DetachedColumn(c.name!, UnsupervisedTransformer<TModel>.TypeOf(_definition.Outputs[c.i], known: false))));
    }
}

/// <summary>A learner in a nutshell.</summary>
/// <param name="Name">As it appears in log messages.</param>
/// <param name="Options">Columns, seed, cancellation, progress.</param>
/// <param name="Outputs">Kinds of the model's outputs, for schemas before there is a model.</param>
/// <param name="Learn">From rows in memory to a model.</param>
internal sealed record UnsupervisedDefinition<TModel>(
    string Name, UnsupervisedOptions Options, IReadOnlyList<FeatureOutputKind> Outputs, Func<UnsupervisedContext, TModel> Learn)
    where TModel : class;

/// <summary>What a rule is given to learn with.</summary>
/// <param name="Rows">All finite.</param>
/// <param name="ColumnName">Where they come from, for error messages.</param>
/// <param name="Seed">From which all random streams are named.</param>
/// <param name="Run">Log, progress, cancellation.</param>
internal sealed record UnsupervisedContext(FloatRows Rows, string ColumnName, int Seed, TrainingRun Run);
