using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

/// <summary>The arrays of a trace while a forward pass fills them.</summary>
internal sealed class TraceBuffers
{
    private readonly CnnGraph _graph;
    private readonly TraceRequest _request;
    private readonly ReadOnlyMemory<float> _images;
    private readonly int _count;

    /// <param name="graph">The network.</param>
    /// <param name="request">What to keep.</param>
    /// <param name="images">The images, one after the other.</param>
    /// <param name="count">How many.</param>
    /// <param name="reuse">A trace no longer needed, whose arrays are filled again where they fit; or null.</param>
    public TraceBuffers(CnnGraph graph, TraceRequest request, ReadOnlyMemory<float> images, int count, ForwardTrace? reuse)
    {
        _graph = graph;
        _request = request;
        _images = images;
        _count = count;
        Values = [.. Outputs(graph, request).Select((t, i) => i == 0 ? new float[count * t.Shape.Count] : ForwardTrace.Buffer(reuse?.ActivationBuffer(t.Name), count * t.Shape.Count))];
        Switches = [.. request.Switches.Select(p => ForwardTrace.Buffer(reuse?.SwitchBuffer(p.Output.Name), count * p.Output.Shape.Count))];
    }

    /// <summary>One array for each of <see cref="Outputs"/>, image after image.</summary>
    public float[][] Values { get; }

    /// <summary>One array for each pool of the request, image after image.</summary>
    public int[][] Switches { get; }

    /// <summary>The tensors that a forward pass must write for a request: the logits, then the activations that are not the image itself.</summary>
    public static CnnTensor[] Outputs(CnnGraph graph, TraceRequest request) => [graph.Logits, .. request.Activations.Where(t => t != graph.Input && t != graph.Logits)];

    public ForwardTrace ToTrace()
    {
        CnnTensor[] outputs = Outputs(_graph, _request);
        var activations = new Dictionary<string, ForwardTrace.Entry<float>>();
        foreach (CnnTensor tensor in _request.Activations)
        {
            float[] held = tensor == _graph.Input ? _images.ToArray() : Values[Array.IndexOf(outputs, tensor)];
            activations.Add(tensor.Name, new(tensor.Shape, held));
        }
        var positions = new Dictionary<string, ForwardTrace.Entry<int>>();
        for (int p = 0; p < Switches.Length; p++) positions.Add(_request.Switches[p].Output.Name, new(_request.Switches[p].Output.Shape, Switches[p]));
        return new(_count, _graph.Logits.Shape.Count, Values[0], activations, positions);
    }
}

/// <summary>Runs a network forward and fills traces.</summary>
internal interface IForwardSession : IDisposable
{
    /// <param name="images">The images, one after the other.</param>
    /// <param name="count">How many.</param>
    /// <param name="reuse">A trace no longer needed, whose arrays are filled again where they fit; or null.</param>
    /// <param name="cancellationToken">Checked between images.</param>
    ForwardTrace Run(ReadOnlyMemory<float> images, int count, ForwardTrace? reuse, CancellationToken cancellationToken);
}
