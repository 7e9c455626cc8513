using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Hosting;

/// <summary>A model that was learned from features alone, in a pipeline: it adds one or more columns computed from the input column.</summary>
/// <remarks>A row with a missing feature has missing (NaN) outputs, unless the model takes unknown features.</remarks>
/// <typeparam name="TModel">The model.</typeparam>
public sealed class UnsupervisedTransformer<TModel> : RowTransformer<UnsupervisedTransformer<TModel>>, ILoadableTransformer<UnsupervisedTransformer<TModel>>, ITensorSource
    where TModel : class, IFeatureModel<TModel>
{
    private readonly string _input;
    private readonly int[] _wanted; // outputs of the model, in the order of their columns
    private readonly string?[] _columns; // one name an output

    internal UnsupervisedTransformer(IHostEnvironment environment, TModel model, string inputColumnName, IReadOnlyList<string?> outputColumnNames)
        : base(environment)
    {
        Model = model;
        _input = inputColumnName;
        _columns = [.. outputColumnNames];
        _wanted = [.. Enumerable.Range(0, _columns.Length).Where(i => _columns[i] is not null)];
    }

    /// <summary>What was learned.</summary>
    public TModel Model { get; }

    /// <inheritdoc/>
    public NamedTensors GetTensors() => Model.GetTensors();

    internal string InputColumnName => _input;

    static string ILoadableTransformer<UnsupervisedTransformer<TModel>>.ComponentName => TModel.ComponentName;

    static int ILoadableTransformer<UnsupervisedTransformer<TModel>>.Version => TModel.Version;

    static Assembly ILoadableTransformer<UnsupervisedTransformer<TModel>>.Owner => typeof(TModel).Assembly;

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer)
    {
        writer.Fields.Write(_input);
        writer.Fields.Write(_columns.Length);
        foreach (string? column in _columns)
            writer.WriteOptional(column);
        Model.Save(writer);
    }

    static UnsupervisedTransformer<TModel> ILoadableTransformer<UnsupervisedTransformer<TModel>>.Load(IHostEnvironment environment, ModelReader reader)
    {
        string input = reader.Fields.ReadString();
        var columns = new string?[reader.ReadLength("output columns", 1)];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = reader.ReadOptional();
        TModel model = TModel.Load(reader);
        if (columns.Length != model.Outputs.Count)
            throw reader.Damaged($"it names {columns.Length} columns for {model.Outputs.Count} outputs");
        return new UnsupervisedTransformer<TModel>(environment, model, input, columns);
    }

    internal static DataViewType TypeOf(FeatureOutputKind kind, bool known = true, int width = 1) => kind switch
    {
        FeatureOutputKind.Vector => new VectorDataViewType(NumberDataViewType.Single, known ? width : 1),
        FeatureOutputKind.Number => NumberDataViewType.Single,
        _ => BooleanDataViewType.Instance,
    };

    /// <inheritdoc/>
    protected override ColumnMap Map(DataViewSchema inputSchema)
    {
        InputColumn.FloatVector("input", _input).CheckIn(inputSchema, Model.FeatureCount);
        return new ColumnMap(
            [.. _wanted.Select(i => new DataViewSchema.DetachedColumn(_columns[i]!, TypeOf(Model.Outputs[i].Kind, width: Model.Outputs[i].Width)))],
            [_input],
            BatchSize,
            (row, isActive, capacity) => new FeatureBatch<TModel>(Model, new FeatureReader(row, row.Schema[_input]), _wanted, isActive, capacity));
    }

    /// <summary>Enough rows for a matrix product to run at speed, in a buffer that stays in the cache.</summary>
    private int BatchSize => Math.Clamp((1 << 18) / Math.Max(1, Model.FeatureCount), 16, 256);
}
