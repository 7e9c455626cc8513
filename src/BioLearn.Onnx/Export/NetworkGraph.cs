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

    private NetworkGraph(NetworkModelParameters model) => _model = model;

    /// <exception cref="NotSupportedException">The network predicts by settling.</exception>
    public static ModelProto Of(NetworkModelParameters model)
    {
        if (!model.PredictsByForwardPass)
            throw new NotSupportedException($"A network taught by {model.RuleName} predicts in a way of its own, not by its forward pass; it cannot be written as ONNX.");
        return new NetworkGraph(model).Write();
    }

    private ModelProto Write()
    {
        NetworkSpec spec = _model.Spec;
        _writer.Input(NetworkExport.Input, [spec.Input.Size]);
        string tensor = NetworkExport.Input;
        bool flat = true;
        foreach (SynapticLayer layer in spec.Synaptic)
        {
            if (layer.IsConvolution && flat)
                tensor = _writer.Node("Reshape", [tensor, _writer.Constant(0, layer.Input.Channels, layer.Input.Height, layer.Input.Width)]);
            else if (!layer.IsConvolution && !flat)
                tensor = _writer.Node("Flatten", [tensor], Attribute("axis", 1));
            flat = !layer.IsConvolution;
            tensor = layer.IsConvolution ? Convolve(layer, tensor) : Connect(layer, tensor);
            if (layer.Index < spec.Synaptic.Length)
                tensor = Pool(layer, Activate(layer.Activation, tensor));
        }
        Finish(tensor);
        return _writer.ToModel();
    }

    private string Connect(SynapticLayer layer, string input) =>
        _writer.Node("Gemm", [input, _writer.Constant("W", _model.GetWeights(layer.Index), layer.WeightRows, layer.WeightColumns), Bias(layer)], Attribute("transB", 1));

    private string Convolve(SynapticLayer layer, string input)
    {
        Convolution2D convolution = layer.Convolution!;
        int size = convolution.KernelSize;
        return _writer.Node(
            "Conv",
            [input, _writer.Constant("W", _model.GetWeights(layer.Index), layer.WeightRows, layer.Input.Channels, size, size), Bias(layer)],
            Window(size, convolution.Stride, convolution.Padding));
    }

    private string Bias(SynapticLayer layer) => _writer.Constant("b", _model.GetBiases(layer.Index), layer.WeightRows);

    private string Activate(Activation activation, string input) => activation switch
    {
        Activation.Linear => input,
        Activation.ReLU => _writer.Node("Relu", [input]),
        Activation.LeakyReLU => _writer.Node("LeakyRelu", [input], Attribute("alpha", 0.01f)),
        Activation.Tanh => _writer.Node("Tanh", [input]),
        Activation.Sigmoid => _writer.Node("Sigmoid", [input]),
        Activation.HardSigmoid => _writer.Node("Clip", [input, Number(0), Number(1)]),
        Activation.ShiftedSigmoid => _writer.Node("Sigmoid", [_writer.Node("Mul", [_writer.Node("Sub", [input, Number(0.5f)]), Number(4)])]),
        _ => throw new NotSupportedException($"The activation {activation} cannot be written as ONNX."),
    };

    private string Pool(SynapticLayer layer, string input) => layer.Pooling switch
    {
        Pooling.Max => _writer.Node("MaxPool", [input], Window(layer.PoolSize, layer.PoolStride, 0)),
        Pooling.Average => _writer.Node("AveragePool", [input], Window(layer.PoolSize, layer.PoolStride, 0)),
        _ => input,
    };

    /// <summary>From a_L to the columns that the ML.NET transformer adds.</summary>
    private void Finish(string sums)
    {
        OutputHead head = _model.Spec.Head;
        string output = head switch
        {
            OutputHead.SoftmaxCrossEntropy => _writer.Node("Softmax", [sums], Attribute("axis", 1)),
            OutputHead.LinearSquaredError => sums,
            _ => _writer.Node("Sigmoid", [sums]),
        };
        int outputs = _model.OutputCount;
        if (_model.IsRegression)
            Name(output, NetworkExport.Score);
        else if (outputs > 1)
            Name(head == OutputHead.SoftmaxCrossEntropy ? output : Shares(output), NetworkExport.Score);
        else
        {
            string score = head == OutputHead.SigmoidCrossEntropy ? sums : Logit(output);
            Name(score, NetworkExport.Score);
            Name(_writer.Node("Sigmoid", [score]), NetworkExport.Probability);
            _writer.Output(NetworkExport.Probability, [1]);
        }
        _writer.Output(NetworkExport.Score, [outputs]);
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

    private static AttributeProto[] Window(int size, int stride, int padding) =>
        [List("kernel_shape", size, size), List("strides", stride, stride), List("pads", padding, padding, padding, padding)];
}
