using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.Onnx.Graph.Wire;
using Microsoft.ML;

namespace BioLearn.Onnx.Export;

/// <summary>
/// Goes through a pipeline step by step and keeps, for every visible column, the tensor that it is, or the reason why there is none. The reason is an
/// error only if an output needs the column.
/// </summary>
internal sealed class PipelineExport
{
    private readonly ModelOperationsCatalog _catalog;
    private readonly MergedPipeline _merged = new();
    private readonly Dictionary<string, ColumnTensor> _columns = [];
    private readonly HashSet<string> _taught = []; // tensors that BioLearn's steps give, and what they give is computed from
    private DataViewSchema _schema;
    private bool _isBehindOurs;

    private PipelineExport(ModelOperationsCatalog catalog, DataViewSchema schema)
    {
        _catalog = catalog;
        _schema = SchemaView.VisibleOf(schema);
        foreach (DataViewSchema.Column column in _schema)
            _columns[column.Name] = _merged.Input(column);
    }

    /// <param name="catalog">Model operations.</param>
    /// <param name="model">The fitted pipeline.</param>
    /// <param name="schema">Rows that it takes.</param>
    /// <param name="outputs">Columns to give; none means those that depend on a step of ours.</param>
    public static ModelProto Of(ModelOperationsCatalog catalog, ITransformer model, DataViewSchema schema, IReadOnlyList<string> outputs)
    {
        var export = new PipelineExport(catalog, schema);
        foreach (ITransformer step in Steps(model))
            export.Add(step);
        return export.Finish(outputs);
    }

    private static IEnumerable<ITransformer> Steps(ITransformer model) => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];

    private void Add(ITransformer step)
    {
        DataViewSchema given = step.GetOutputSchema(_schema), after = SchemaView.VisibleOf(given);
        string[] added = SchemaView.Added(_schema, given);
        if (step.GetType().Assembly == typeof(NetworkModelParameters).Assembly || step.GetType().Assembly == typeof(PipelineExport).Assembly)
            AddOurs(step, added);
        else
            AddTheirs(step, after, added);
        foreach (string gone in _columns.Keys.Where(name => after.GetColumnOrNull(name) is null).ToArray())
            _columns.Remove(gone);
        _schema = after;
    }

    private void AddOurs(ITransformer step, string[] added)
    {
        _isBehindOurs = true;
        (ModelProto Graph, string Input, Dictionary<string, string> Outputs)? written = step switch
        {
            PredictionTransformer<NetworkModelParameters> prediction => NetworkStep.Of(prediction),
            UnsupervisedTransformer<HiddenActivations> hidden => NetworkStep.Of(hidden, added.Single()),
            _ => null,
        };
        if (written is not { } graph)
        {
            foreach (string column in added)
                _columns[column] = ColumnTensor.Without($"{NameOf(step)} cannot be written as ONNX; networks taught by a learning rule and their HiddenActivations can");
            return;
        }
        foreach ((string column, ColumnTensor tensor) in _merged.Append(graph.Graph, new() { [graph.Graph.Graph.Input[0].Name] = _columns[graph.Input] }, graph.Outputs))
        {
            _columns[column] = tensor;
            if (tensor.Name is { } name)
                _taught.Add(name);
        }
    }

    private void AddTheirs(ITransformer step, DataViewSchema after, string[] added)
    {
        var conversion = StepConversion.Of(_catalog, step, _schema, after, added);
        Dictionary<string, ColumnTensor> inputs = [];
        if (conversion.Graph is { } model)
        {
            foreach (ValueInfoProto input in model.Graph.Input)
                inputs[input.Name] = _columns[input.Name];
            var outputs = conversion.Changed.ToDictionary(column => column, column => column + StepConversion.Suffix);
            foreach ((string column, ColumnTensor tensor) in _merged.Append(model, inputs, outputs))
                _columns[column] = tensor with { IsBehindOurs = _isBehindOurs };
        }
        foreach (string lost in conversion.Lost)
            _columns[lost] = ColumnTensor.Without($"{NameOf(step)} cannot be written as ONNX by Microsoft.ML.OnnxConverter{conversion.Reason}") with { IsBehindOurs = _isBehindOurs };
    }

    private ModelProto Finish(IReadOnlyList<string> outputs)
    {
        if (!_isBehindOurs)
            throw new ArgumentException("The pipeline has no BioLearn step: ML.NET's own ConvertToOnnx writes it.", nameof(outputs));
        _merged.Spread(_taught);
        string[] names = outputs.Count > 0
            ? [.. outputs.Distinct()]
            : [.. _columns.Where(c => c.Value.Name is { } tensor ? _taught.Contains(tensor) : c.Value.IsBehindOurs).Select(c => c.Key)];
        foreach (string name in names)
        {
            if (!_columns.TryGetValue(name, out ColumnTensor? tensor))
                throw new ArgumentException($"The pipeline gives no column {name}; it gives {string.Join(", ", _columns.Keys)}.", nameof(outputs));
            if (tensor.Name is null)
                throw new NotSupportedException($"The column {name} cannot be written: {tensor.Missing}.");
        }
        return _merged.ToModel(names.Select(name => (name, _columns[name])));
    }

    private static string NameOf(ITransformer step)
    {
        Type type = step.GetType();
        string name = type.IsNested ? $"{type.DeclaringType!.Name}.{type.Name}" : type.Name;
        return type.IsGenericType ? $"{name[..name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(a => a.Name.Split('`')[0]))}>" : name;
    }
}

/// <summary>The tensor that a column is.</summary>
/// <param name="Name">Its name in the merged graph; null where there is none.</param>
/// <param name="Info">Element type and shape.</param>
/// <param name="Missing">Why there is none.</param>
internal sealed record ColumnTensor(string? Name, ValueInfoProto? Info, string? Missing = null)
{
    /// <summary>Whether a step behind one of ours should have given it.</summary>
    public bool IsBehindOurs { get; init; } = true;

    public static ColumnTensor Without(string reason) => new(null, null, reason);
}
