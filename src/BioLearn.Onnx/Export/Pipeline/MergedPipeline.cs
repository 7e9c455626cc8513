using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Graph.Wire;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Onnx.Export;

/// <summary>Graphs of steps, one behind the other: names are made unique, a column that a step reads is the tensor that an earlier step gave.</summary>
internal sealed class MergedPipeline
{
    private const int IrVersion = 8;

    private readonly List<NodeProto> _nodes = [];
    private readonly Dictionary<string, TensorProto> _constants = [];
    private readonly Dictionary<string, ValueInfoProto> _inputs = [];
    private readonly Dictionary<string, long> _operatorSets = new() { [""] = GraphWriter.OperatorSet };
    private int _steps;

    /// <summary>A column that comes from outside. Its type is taken from the first step that reads it.</summary>
    public ColumnTensor Input(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType { ItemType: NumberDataViewType item } vector || item != NumberDataViewType.Single)
            return new(column.Name, null);
        return new(column.Name, _inputs[column.Name] = Info(column.Name, ElementType.Float, vector.Size));
    }

    /// <summary>Adds a step's graph.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="inputs">What its inputs are; one without a tensor makes an output without one of what needs it.</param>
    /// <param name="outputs">The columns to take of it, and the graph's names for them.</param>
    public IReadOnlyList<(string Column, ColumnTensor Tensor)> Append(ModelProto model, Dictionary<string, ColumnTensor> inputs, Dictionary<string, string> outputs)
    {
        string prefix = $"step{_steps++}/";
        Dictionary<string, string> names = []; // of the graph -> merged
        Dictionary<string, string> missing = []; // of the graph -> why
        foreach (TensorProto constant in model.Graph.Initializer)
        {
            TensorProto copy = constant.Clone();
            copy.Name = names[constant.Name] = prefix + constant.Name;
            _constants.Add(copy.Name, copy);
        }
        foreach (ValueInfoProto input in model.Graph.Input.Where(input => !names.ContainsKey(input.Name)))
        {
            ColumnTensor tensor = inputs[input.Name];
            if (tensor.Name is null)
                missing[input.Name] = tensor.Missing!;
            else
                names[input.Name] = Fitting(tensor, input, prefix);
        }
        foreach (NodeProto node in model.Graph.Node)
        {
            if (node.Input.FirstOrDefault(missing.ContainsKey) is { } lost)
            {
                foreach (string output in node.Output)
                    missing[output] = missing[lost];
                continue;
            }
            NodeProto copy = node.Clone();
            copy.Name = prefix + node.Name;
            for (int i = 0; i < node.Input.Count; i++)
                copy.Input[i] = node.Input[i].Length == 0 ? "" : names[node.Input[i]];
            for (int i = 0; i < node.Output.Count; i++)
                copy.Output[i] = node.Output[i].Length == 0 ? "" : names[node.Output[i]] = prefix + node.Output[i];
            _nodes.Add(copy);
        }
        foreach (OperatorSetIdProto set in model.OpsetImport)
            _operatorSets[set.Domain] = Math.Max(set.Version, _operatorSets.GetValueOrDefault(set.Domain));
        Dictionary<string, ValueInfoProto> infos = model.Graph.Output.ToDictionary(output => output.Name);
        return [.. outputs.Select(output => (output.Key, missing.TryGetValue(output.Value, out string? why) ? ColumnTensor.Without(why) : new ColumnTensor(names[output.Value], infos[output.Value])))];
    }

    /// <summary>Adds to a set of tensors all that are computed from them.</summary>
    public void Spread(HashSet<string> tensors)
    {
        foreach (NodeProto node in _nodes.Where(node => node.Input.Any(tensors.Contains)))
            tensors.UnionWith(node.Output);
    }

    /// <summary>The model of the outputs, and of what they need.</summary>
    public ModelProto ToModel(IEnumerable<(string Name, ColumnTensor Tensor)> outputs)
    {
        var graph = new GraphProto { Name = "pipeline" };
        HashSet<string> needed = [];
        foreach ((string name, ColumnTensor tensor) in outputs)
        {
            // A column may pass under the name of an input; two tensors of one name there cannot be.
            string given = _inputs.ContainsKey(name) ? name + StepConversion.Suffix : name;
            ValueInfoProto info = (tensor.Info ?? _inputs[tensor.Name!]).Clone();
            info.Name = given;
            graph.Output.Add(info);
            _nodes.Add(new NodeProto { OpType = "Identity", Name = "output/" + name, Input = { tensor.Name }, Output = { given } });
            needed.Add(given);
        }
        List<NodeProto> kept = [];
        foreach (NodeProto node in Enumerable.Reverse(_nodes).Where(node => node.Output.Any(needed.Contains)))
        {
            kept.Add(node);
            needed.UnionWith(node.Input);
        }
        kept.Reverse();
        graph.Node.Add(kept);
        graph.Initializer.Add(_constants.Values.Where(constant => needed.Contains(constant.Name)));
        graph.Input.Add(_inputs.Values.Where(input => needed.Contains(input.Name)));
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "BioLearn.Onnx", Graph = graph };
        foreach ((string domain, long version) in _operatorSets.Where(set => set.Key is "" || kept.Any(node => node.Domain == set.Key)))
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = version });
        return model;
    }

    /// <summary>The tensor as a step wants it: an input from outside takes the step's type, another type is cast.</summary>
    private string Fitting(ColumnTensor tensor, ValueInfoProto wanted, string prefix)
    {
        string name = tensor.Name!;
        ValueInfoProto? known = tensor.Info ?? _inputs.GetValueOrDefault(name);
        if (known is null)
        {
            ValueInfoProto input = wanted.Clone();
            input.Name = name;
            _inputs[name] = input;
            return name;
        }
        int type = wanted.Type.TensorType.ElemType;
        if (known.Type.TensorType.ElemType == type)
            return name;
        string cast = $"{prefix}{wanted.Name}/cast";
        _nodes.Add(new NodeProto { OpType = "Cast", Name = cast, Input = { name }, Output = { cast }, Attribute = { GraphWriter.Attribute("to", type) } });
        return cast;
    }

    private static ValueInfoProto Info(string name, ElementType type, int length) => new()
    {
        Name = name,
        Type = new() { TensorType = new() { ElemType = (int)type, Shape = new() { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" }, new TensorShapeProto.Types.Dimension { DimValue = length } } } } },
    };
}
