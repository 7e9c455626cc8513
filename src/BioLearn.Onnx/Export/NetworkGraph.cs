using BioLearn.ML.Networks;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Graph.Wire;
using static BioLearn.Onnx.Graph.GraphWriter;

namespace BioLearn.Onnx.Export;

/// <summary>Writes the forward pass of a trained network, from feature vectors to ML.NET's scores.</summary>
internal sealed class NetworkGraph
{
    private const float LeastVote = 1e-6f;

    private readonly NetworkModelParameters _model;
    private readonly GraphWriter _writer = new("network");

    private readonly OnnxNodes _nodes;

    private NetworkGraph(NetworkModelParameters model)
    {
        _model = model;
        _nodes = new OnnxNodes(_writer);
    }

    /// <exception cref="NotSupportedException">The network predicts in a way that has no ONNX form, or is asked something.</exception>
    public static ModelProto Of(NetworkModelParameters model)
    {
        if (model.InstructionWidth > 0)
            throw new NotSupportedException("A network that is asked something beside its features opens units by a pass of its own from the instruction down; it cannot be written as ONNX.");
        return new NetworkGraph(model).Write();
    }

    /// <summary>The activities of a layer, from 1: what <see cref="HiddenActivations"/> gives, the last layer's after its output head.</summary>
    public static ModelProto Of(NetworkModelParameters model, int layer)
    {
        var graph = new NetworkGraph(model);
        string activity = graph.Layers(layer);
        bool isLast = layer == model.Spec.Graph.Length;
        graph.Name(isLast ? model.Spec.Head.WriteOnnx(graph._nodes, activity) : graph._writer.Node("Flatten", [activity], Attribute("axis", 1)), "Activity");
        graph._writer.Output("Activity", [model.Spec.Graph[layer - 1].Output.Size]);
        return graph._writer.ToModel();
    }

    /// <summary>
    /// The pass up from pictures to the sums of the last layer, whatever way the network predicts in, and the names of each layer's activity, the last
    /// layer's sums at the end: for reversal.
    /// </summary>
    /// <exception cref="NotSupportedException">A layer has no ONNX form, or the network is asked something.</exception>
    public static (ModelProto Graph, IReadOnlyList<string> Activities) OfPictures(NetworkModelParameters model, BioLearn.ML.Networks.TensorShape picture)
    {
        if (model.InstructionWidth > 0)
            throw new NotSupportedException("A network that is asked something beside its features opens units by a pass of its own from the instruction down; it is another network for each instruction.");
        var graph = new NetworkGraph(model);
        graph._writer.Input("image", [picture.Channels, picture.Height, picture.Width]);
        List<string> activities = graph.PassUp(graph._writer.Node("Flatten", ["image"], Attribute("axis", 1)), model.Spec.Graph.Length);
        graph._writer.Output(activities[^1], [model.OutputCount]);
        return (graph._writer.ToModel(), activities[1..]);
    }

    private ModelProto Write()
    {
        Finish(Layers(_model.Spec.Graph.Length));
        return _writer.ToModel();
    }

    /// <summary>All layers up to one, and its activity; of a network that settles, its state in the end.</summary>
    private string Layers(int last)
    {
        _writer.Input(NetworkExport.Input, [_model.Spec.Input.Size]);
        return _model.Rule is { PredictsByForwardPass: false } rule
            ? rule.WritePrediction(new RelaxationGraph(_nodes, _model.Spec, Mapped(NetworkExport.Input), _model.GetWeights, _model.GetBiases))[last - 1]
            : PassUp(NetworkExport.Input, last)[^1];
    }

    /// <summary>Features as the network reads them, and the activities of the layers.</summary>
    private List<string> PassUp(string features, int last)
    {
        List<string> activities = [Mapped(features)];
        foreach (Layer layer in _model.Spec.Graph.Take(last))
            activities.Add(Write(layer, activities));
        return activities;
    }

    /// <summary>The features as the network reads them.</summary>
    private string Mapped(string features)
    {
        if (_model.InputMap is not { } map || _model.IsInputMapFolded)
            return features;
        string centred = map.KeepsZeros ? features : _nodes.Node("Sub", [features, _nodes.Constant("centre", map.Centre, map.Width)]);
        return _nodes.Node("Mul", [centred, _nodes.Constant("scale", map.Scale, map.Width)]);
    }

    /// <summary>h_l from the activities of the layers before; for the last layer its sums.</summary>
    private string Write(Layer layer, List<string> activities)
    {
        string read = activities[layer.Source];
        // The features come as a row; whoever reads an image gets one.
        if (layer.Source == 0 && !layer.Input.IsVector)
            read = _nodes.Node("Reshape", [read, _nodes.Integers(0, layer.Input.Channels, layer.Input.Height, layer.Input.Width)]);
        string tensor = layer.Synapses.WriteOnnx(_nodes, read, _model.GetWeights(layer.Index), _model.GetBiases(layer.Index));
        if (layer.Normalization is { } normalization)
            tensor = normalization.WriteOnnx(_nodes, tensor, _model.GetNormalization(layer.Index));
        foreach (int added in layer.Adds)
            tensor = _nodes.Node("Add", [tensor, added == 0 && !layer.Units.IsVector ? _nodes.Node("Reshape", [activities[0], _nodes.Integers(0, layer.Units.Channels, layer.Units.Height, layer.Units.Width)]) : activities[added]]);
        if (layer.Index == _model.Spec.Graph.Length)
            return tensor;
        tensor = layer.Activation.WriteOnnx(_nodes, tensor);
        if (layer.Readout is { } readout)
            tensor = readout.WriteOnnx(_nodes, tensor);
        if (layer.Gating is { InPrediction: true })
            throw new NotSupportedException($"{layer} gates its predictions; it cannot be written as ONNX.");
        BioLearn.ML.Networks.TensorShape shown = layer.Readout?.Output ?? layer.Units;
        return layer.Output.IsVector && !shown.IsVector ? _nodes.Node("Flatten", [tensor], ("axis", 1L)) : tensor;
    }

    /// <summary>From a_L to the columns that the ML.NET transformer adds.</summary>
    private void Finish(string sums)
    {
        OutputHead head = _model.Spec.Head;
        string output = head.WriteOnnx(_nodes, sums);
        int outputs = _model.OutputCount;
        if (_model.IsRegression)
            Name(Unmapped(output), NetworkExport.Score);
        else if (outputs > 1)
            Name(head.SumsToOne ? output : Shares(output), NetworkExport.Score);
        else
        {
            string score = head.IsLogit ? sums : Logit(output);
            Name(score, NetworkExport.Score);
            Name(_writer.Node("Sigmoid", [score]), NetworkExport.Probability);
            _writer.Output(NetworkExport.Probability, [1]);
        }
        _writer.Output(NetworkExport.Score, [outputs]);
    }

    /// <summary>The output on the label's own scale.</summary>
    private string Unmapped(string output)
    {
        if (_model.LabelMap is not { } map || _model.IsLabelMapFolded)
            return output;
        string scaled = _nodes.Node("Div", [output, _nodes.Constant("label scale", map.Scale, map.Width)]);
        return map.KeepsZeros ? scaled : _nodes.Node("Add", [scaled, _nodes.Constant("label centre", map.Centre, map.Width)]);
    }

    /// <summary>What is above zero, divided by its sum.</summary>
    private string Shares(string output)
    {
        string votes = _writer.Node("Max", [output, Number(LeastVote)]);
        return _writer.Node("Div", [votes, _writer.Node("ReduceSum", [votes, _writer.Constant(1)], Attribute("keepdims", 1))]);
    }

    private string Logit(string output)
    {
        string p = _writer.Node("Clip", [output, Number(LeastVote), Number(1 - LeastVote)]);
        return _writer.Node("Log", [_writer.Node("Div", [p, _writer.Node("Sub", [Number(1), p])])]);
    }

    private void Name(string tensor, string name) => _writer.Node("Identity", [tensor], [name]);

    private string Number(float value) => _writer.Constant("c", [value]);
}
