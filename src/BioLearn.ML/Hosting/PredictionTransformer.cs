using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Hosting;

/// <summary>
/// A trained model in a pipeline. Adds <c>PredictedLabel</c> and <c>Score</c> (multiclass), <c>PredictedLabel</c>,
/// <c>Score</c> and <c>Probability</c> (binary), or <c>Score</c> (regression). A row with a missing feature has missing (NaN)
/// scores, and a missing predicted key or the negative class.
/// </summary>
/// <typeparam name="TModel">The model parameters.</typeparam>
public sealed class PredictionTransformer<TModel>
    : RowTransformer<PredictionTransformer<TModel>>, ISingleFeaturePredictionTransformer<TModel>, ILoadableTransformer<PredictionTransformer<TModel>>
    where TModel : class, IPredictionModel<TModel>
{
    private readonly IHostEnvironment _environment;
    private readonly LabelValues? _labelValues;
    private readonly PredictionTask _task;

    internal PredictionTransformer(IHostEnvironment environment, TModel model, PredictionTask task, string featureColumnName, LabelValues? labelValues)
        : base(environment)
    {
        _environment = environment;
        Model = model;
        FeatureColumnName = featureColumnName;
        _task = task;
        _labelValues = labelValues;
        KnownClasses.Set(model, labelValues);
    }

    /// <summary>The model parameters.</summary>
    public TModel Model { get; }

    /// <inheritdoc/>
    public string FeatureColumnName { get; }

    /// <inheritdoc/>
    public DataViewType FeatureColumnType => new VectorDataViewType(NumberDataViewType.Single, Model.FeatureCount);

    /// <summary>The values of the classes as text, in the order of the scores; null if the label had none.</summary>
    public IReadOnlyList<string>? ClassNames => _labelValues is { } values ? [.. values.Names.Select(name => name.ToString())] : null;

    /// <summary>The values of the classes, if the label had them.</summary>
    internal LabelValues? LabelValues => _labelValues;

    static string ILoadableTransformer<PredictionTransformer<TModel>>.ComponentName => TModel.ComponentName;

    /// <summary>Of all models: 2 has names where 1 has numbers, 3 the maps of a network's features and label and where its training stands.</summary>
    static int ILoadableTransformer<PredictionTransformer<TModel>>.Version => 3;

    static Assembly ILoadableTransformer<PredictionTransformer<TModel>>.Owner => OwnerOf(typeof(TModel));

    /// <summary>The same with another model, and values for its classes.</summary>
    internal PredictionTransformer<TModel> With(TModel model, LabelValues? labelValues) => new(_environment, model, _task, FeatureColumnName, labelValues);

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer)
    {
        writer.WriteName(_task);
        writer.Fields.Write(FeatureColumnName);
        LabelValues.Save(_labelValues, writer.Fields);
        Model.Save(writer);
    }

    static PredictionTransformer<TModel> ILoadableTransformer<PredictionTransformer<TModel>>.Load(IHostEnvironment environment, ModelReader reader)
    {
        var task = reader.ReadName("prediction task", namedSince: 2, [PredictionTask.Multiclass, PredictionTask.Binary, PredictionTask.Regression], first: 1);
        string feature = reader.Fields.ReadString();
        var labelValues = LabelValues.Load(reader);
        return new PredictionTransformer<TModel>(environment, TModel.Load(reader), task, feature, labelValues);
    }

    // The assembly that declares the component: of a model of models, the one of the innermost.
    private static Assembly OwnerOf(Type model) => model.IsGenericType ? OwnerOf(model.GetGenericArguments()[0]) : model.Assembly;

    /// <inheritdoc/>
    protected override ColumnMap Map(DataViewSchema inputSchema)
    {
        InputColumn.FloatVector("feature", FeatureColumnName).CheckIn(inputSchema, Model.FeatureCount);
        // Key values count only if there is one for each class.
        var values = _labelValues?.Count == Model.OutputCount ? _labelValues : null;
        var added = ScoreColumns.For(_task, inputSchema, Model.OutputCount, values);
        return new ColumnMap(added, [FeatureColumnName], BatchSize, (input, _, capacity) => _task switch
        {
            PredictionTask.Multiclass => new MulticlassScores<TModel>(Model, input, FeatureColumnName, capacity),
            PredictionTask.Binary => new BinaryScores<TModel>(Model, input, FeatureColumnName, capacity),
            _ => new RegressionScores<TModel>(Model, input, FeatureColumnName, capacity),
        });
    }

    /// <summary>Enough rows for a matrix product to run at speed, in a buffer that stays in the cache.</summary>
    private int BatchSize => Math.Clamp((1 << 18) / Math.Max(1, Model.FeatureCount), 16, 256);
}
