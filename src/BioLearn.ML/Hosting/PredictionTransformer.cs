using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Hosting;

/// <summary>
/// A trained model in a pipeline. Adds <c>PredictedLabel</c> and <c>Score</c> (multiclass), <c>PredictedLabel</c>,
/// <c>Score</c> and <c>Probability</c> (binary), or <c>Score</c> (regression). A row with a missing feature has missing (NaN)
/// scores, and a missing predicted key or the negative class. A network that is asked something beside each row's features reads that from
/// <see cref="InstructionColumnName"/>, and may add the gates of each layer, 0 or 1 a unit. A row of a table that asks what the model was not taught has
/// missing scores, as one with a missing feature; of a row by itself, as in a <c>PredictionEngine</c>, that is an error.
/// </summary>
/// <typeparam name="TModel">The model parameters.</typeparam>
public sealed class PredictionTransformer<TModel>
    : RowTransformer<PredictionTransformer<TModel>>, ISingleFeaturePredictionTransformer<TModel>, ILoadableTransformer<PredictionTransformer<TModel>>, ITensorSource, ILayeredPart
    where TModel : class, IPredictionModel<TModel>
{
    private readonly IHostEnvironment _environment;
    private readonly LabelValues? _labelValues;
    private readonly PredictionTask _task;
    private readonly InstructionColumns? _instruction;

    internal PredictionTransformer(
        IHostEnvironment environment, TModel model, PredictionTask task, string featureColumnName, LabelValues? labelValues, InstructionColumns? instruction = null)
        : base(environment)
    {
        _environment = environment;
        _instruction = instruction;
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

    /// <summary>The column of what each row asks; null of a model that is asked nothing.</summary>
    public string? InstructionColumnName => _instruction?.Name;

    /// <summary>
    /// The names of the tasks that can be asked, in the order of the key; null where nothing is asked, or without names. An instruction that is a
    /// vector has none.
    /// </summary>
    public IReadOnlyList<string>? InstructionNames => Model.Instruction?.Names is { } values ? [.. values.Names.Select(name => name.ToString())] : null;

    /// <summary>The values of the classes as text, in the order of the scores; null if the label had none.</summary>
    public IReadOnlyList<string>? ClassNames => _labelValues is { } values ? [.. values.Names.Select(name => name.ToString())] : null;

    /// <inheritdoc/>
    public NamedTensors GetTensors() => Model.GetTensors();

    ILayeredModel? ILayeredPart.Layers => Model as ILayeredModel;

    /// <summary>The values of the classes, if the label had them.</summary>
    internal LabelValues? LabelValues => _labelValues;

    static string ILoadableTransformer<PredictionTransformer<TModel>>.ComponentName => TModel.ComponentName;

    /// <summary>Of all models: 2 has names where 1 has numbers, 3 the maps of a network's features and label and where its training stands, 4 instructions.</summary>
    static int ILoadableTransformer<PredictionTransformer<TModel>>.Version => 4;

    static Assembly ILoadableTransformer<PredictionTransformer<TModel>>.Owner => OwnerOf(typeof(TModel));

    /// <summary>The same with another model, and values for its classes.</summary>
    internal PredictionTransformer<TModel> With(TModel model, LabelValues? labelValues) => new(_environment, model, _task, FeatureColumnName, labelValues, _instruction);

    /// <summary>
    /// The same model, asked by another column: with both in a pipeline it answers two questions about one row in one pass over the data. The
    /// later one's <c>Score</c> and <c>PredictedLabel</c> hide the earlier one's; <c>CopyColumns</c> between them keeps both.
    /// </summary>
    /// <param name="instructionColumnName">A column of the type, width and names that the model was taught with.</param>
    /// <param name="gatesColumnName">Begins the names of the columns of gates, "Gates" those of "Gates.1", "Gates.2"; null for none.</param>
    /// <returns>The transformer; both share the model.</returns>
    /// <exception cref="InvalidOperationException">The model is asked nothing.</exception>
    public PredictionTransformer<TModel> AskedBy(string instructionColumnName, string? gatesColumnName = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(instructionColumnName);
        if (gatesColumnName is not null)
            ArgumentException.ThrowIfNullOrEmpty(gatesColumnName);
        if (Model.Instruction is null)
            throw new InvalidOperationException("This model is asked nothing beside a row's features; InstructedNetwork trains one that is.");
        return new(_environment, Model, _task, FeatureColumnName, _labelValues, new(instructionColumnName, gatesColumnName));
    }

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer)
    {
        writer.WriteName(_task);
        writer.Fields.Write(FeatureColumnName);
        writer.WriteOptional(_instruction?.Name);
        writer.WriteOptional(_instruction?.Gates);
        LabelValues.Save(_labelValues, writer.Fields);
        Model.Save(writer);
    }

    static PredictionTransformer<TModel> ILoadableTransformer<PredictionTransformer<TModel>>.Load(IHostEnvironment environment, ModelReader reader)
    {
        var task = reader.ReadName("prediction task", namedSince: 2, [PredictionTask.Multiclass, PredictionTask.Binary, PredictionTask.Regression], first: 1);
        string feature = reader.Fields.ReadString();
        (string? asked, string? gates) = reader.ComponentVersion >= 4 ? (reader.ReadOptional(), reader.ReadOptional()) : (null, null);
        var labelValues = LabelValues.Load(reader);
        TModel model = TModel.Load(reader);
        if (asked is null != model.Instruction is null)
            throw reader.Damaged(asked is null ? "it names no column of instructions, which its model needs" : $"it names the column of instructions '{asked}', which its model does not read");
        return new PredictionTransformer<TModel>(environment, model, task, feature, labelValues, asked is null ? null : new(asked, gates));
    }

    // The assembly that declares the component: of a model of models, the one of the innermost.
    private static Assembly OwnerOf(Type model) => model.IsGenericType ? OwnerOf(model.GetGenericArguments()[0]) : model.Assembly;

    /// <inheritdoc/>
    protected override ColumnMap Map(DataViewSchema inputSchema)
    {
        InputColumn.FloatVector("feature", FeatureColumnName).CheckIn(inputSchema, Model.FeatureCount);
        if (_instruction is not null)
            Model.Instruction!.RequireSame(InputColumn.KeyOrFloatVector("instruction", _instruction.Name).CheckIn(inputSchema), "the rows to score", "the model");
        // Key values count only if there is one for each class.
        var values = _labelValues?.Count == Model.OutputCount ? _labelValues : null;
        var added = ScoreColumns.For(_task, inputSchema, Model.OutputCount, values);
        if (_instruction?.Gates is { } prefix)
            added = [.. added, .. Model.GatedLayers.Select(gated => new DataViewSchema.DetachedColumn(InstructionColumns.GatesOf(prefix, gated.Layer), new VectorDataViewType(NumberDataViewType.Single, gated.Units)))];
        AskedColumn? asked = _instruction is null ? null : new(_instruction.Name, WarnOnce());
        string[] inputs = _instruction is null ? [FeatureColumnName] : [FeatureColumnName, _instruction.Name];
        return new ColumnMap(added, inputs, BatchSize, (input, _, capacity) => _task switch
        {
            PredictionTask.Multiclass => new MulticlassScores<TModel>(Model, input, FeatureColumnName, asked, capacity),
            PredictionTask.Binary => new BinaryScores<TModel>(Model, input, FeatureColumnName, asked, capacity),
            _ => new RegressionScores<TModel>(Model, input, FeatureColumnName, asked, capacity),
        });
    }

    /// <summary>Tells the first of all rows that ask what nobody taught.</summary>
    private Action<string> WarnOnce()
    {
        int told = 0;
        return message =>
        {
            if (Interlocked.Exchange(ref told, 1) != 0)
                return;
            using IChannel channel = _environment.Start("InstructedNetwork");
            channel.Warning(MessageSensitivity.None, "{0}", $"{message} Scores of such rows are missing (NaN).");
        };
    }

    /// <summary>Enough rows for a matrix product to run at speed, in a buffer that stays in the cache.</summary>
    private int BatchSize => Math.Clamp((1 << 18) / Math.Max(1, Model.FeatureCount), 16, 256);
}
