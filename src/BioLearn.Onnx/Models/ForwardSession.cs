using System.Runtime.InteropServices;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Recollection;
using Microsoft.ML.OnnxRuntime;

namespace BioLearn.Onnx.Models;

/// <summary>Runs a network forward on ONNX Runtime and writes what is asked for straight into the arrays of a trace.</summary>
internal sealed class ForwardSession : IDisposable
{
    private readonly CnnGraph _graph;
    private readonly TraceRequest _request;
    private readonly InferenceSession _session;
    private readonly CnnTensor[] _outputs;
    private readonly string[] _outputNames;

    public ForwardSession(CnnGraph graph, TraceRequest request, CnnModelOptions options)
    {
        _graph = graph;
        _request = request;
        _outputs = [graph.Logits, .. request.Activations.Where(t => t != graph.Input && t != graph.Logits)];
        _outputNames = [.. _outputs.Select(ForwardWriter.NameOf), .. request.Switches.Select(p => ForwardWriter.IndicesOf(p.Output))];
        _session = RuntimeSession.Open(ForwardWriter.Write(graph, _outputs, request.Switches), options, graph.File);
    }

    public ForwardTrace Run(ReadOnlyMemory<float> images, int count, CancellationToken cancellationToken)
    {
        float[][] values = [.. _outputs.Select(t => GC.AllocateUninitializedArray<float>(count * t.Shape.Count))];
        int[][] switches = [.. _request.Switches.Select(p => GC.AllocateUninitializedArray<int>(count * p.Output.Shape.Count))];
        long[][] indices = [.. _request.Switches.Select(p => GC.AllocateUninitializedArray<long>(p.Output.Shape.Count))];
        using var runOptions = new RunOptions();
        for (int sample = 0; sample < count; sample++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RunOne(runOptions, images, sample, values, indices);
            for (int p = 0; p < switches.Length; p++) PlaneIndices(indices[p], _request.Switches[p].Input.Shape.PlaneSize, switches[p].AsSpan(sample * indices[p].Length, indices[p].Length));
        }
        return Trace(images, count, values, switches);
    }

    private void RunOne(RunOptions runOptions, ReadOnlyMemory<float> images, int sample, float[][] values, long[][] indices)
    {
        var outputs = new OrtValue[_outputNames.Length];
        try
        {
            for (int i = 0; i < values.Length; i++) outputs[i] = Value(values[i].AsMemory(sample * _outputs[i].Shape.Count, _outputs[i].Shape.Count), _outputs[i].Shape);
            for (int i = 0; i < indices.Length; i++) outputs[values.Length + i] = Value(indices[i].AsMemory(), _request.Switches[i].Output.Shape);
            using OrtValue input = Value(MemoryMarshal.AsMemory(images.Slice(sample * _graph.Input.Shape.Count, _graph.Input.Shape.Count)), _graph.Input.Shape);
            _session.Run(runOptions, [ForwardWriter.NameOf(_graph.Input)], [input], _outputNames, outputs);
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"ONNX Runtime failed while running the model: {e.Message}", _graph.File, inner: e);
        }
        finally
        {
            foreach (OrtValue? value in outputs) value?.Dispose();
        }
    }

    private ForwardTrace Trace(ReadOnlyMemory<float> images, int count, float[][] values, int[][] switches)
    {
        var activations = new Dictionary<string, ForwardTrace.Entry<float>>();
        foreach (CnnTensor tensor in _request.Activations)
        {
            float[] held = tensor == _graph.Input ? images.ToArray() : values[Array.IndexOf(_outputs, tensor)];
            activations.Add(tensor.Name, new(tensor.Shape, held));
        }
        var positions = new Dictionary<string, ForwardTrace.Entry<int>>();
        for (int p = 0; p < switches.Length; p++) positions.Add(_request.Switches[p].Output.Name, new(_request.Switches[p].Output.Shape, switches[p]));
        return new(count, _graph.Logits.Shape.Count, values[0], activations, positions);
    }

    // The runtime counts through the whole tensor; a switch is the position in its own plane.
    private static void PlaneIndices(ReadOnlySpan<long> indices, int planeSize, Span<int> switches)
    {
        for (int i = 0; i < indices.Length; i++) switches[i] = (int)(indices[i] % planeSize);
    }

    private static OrtValue Value<T>(Memory<T> memory, TensorShape shape)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, [1, .. shape.Dimensions.Select(d => (long)d)]);

    public void Dispose() => _session.Dispose();
}
