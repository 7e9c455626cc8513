using System.Runtime.InteropServices;
using BioLearn.Onnx.Graph;
using Microsoft.ML.OnnxRuntime;

namespace BioLearn.Onnx.Forward;

/// <summary>Runs a network forward on ONNX Runtime, which writes what is asked for straight into the arrays of a trace.</summary>
internal sealed class RuntimeForward : IForwardSession
{
    // Images in one call of the runtime. On a CPU each goes alone, so that it gets the same bits whatever the batch: with several, products of
    // matrices round otherwise. Elsewhere more than four gain little, and memory and the time to a cancellation grow.
    private readonly int _imagesPerCall;

    private readonly CnnGraph _graph;
    private readonly TraceRequest _request;
    private readonly InferenceSession _session;
    private readonly CnnTensor[] _outputs;
    private readonly string[] _outputNames;

    public RuntimeForward(CnnGraph graph, TraceRequest request, ExecutionOptions options)
    {
        _graph = graph;
        _request = request;
        _imagesPerCall = RuntimeSession.Choose(options) == ExecutionProvider.Cpu ? 1 : 4;
        _outputs = TraceBuffers.Outputs(graph, request);
        _outputNames = [.. _outputs.Select(ForwardWriter.NameOf), .. request.Switches.Select(p => ForwardWriter.IndicesOf(p.Output))];
        _session = RuntimeSession.Open(ForwardWriter.Write(graph, _outputs, request.Switches), options, graph.File);
    }

    public ForwardTrace Run(ReadOnlyMemory<float> images, int count, ForwardTrace? reuse, CancellationToken cancellationToken)
    {
        var buffers = new TraceBuffers(_graph, _request, images, count, reuse);
        int[][] switches = buffers.Switches;
        long[][] indices = [.. _request.Switches.Select(p => GC.AllocateUninitializedArray<long>(Math.Min(count, _imagesPerCall) * p.Output.Shape.Count))];
        using var runOptions = new RunOptions();
        for (int first = 0; first < count; first += _imagesPerCall)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int several = Math.Min(_imagesPerCall, count - first);
            Call(runOptions, images, first, several, buffers.Values, indices);
            for (int p = 0; p < switches.Length; p++)
            {
                int size = _request.Switches[p].Output.Shape.Count;
                PlanePositions(indices[p].AsSpan(0, several * size), _request.Switches[p].Input.Shape.PlaneSize, switches[p].AsSpan(first * size, several * size));
            }
        }
        return buffers.ToTrace();
    }

    private void Call(RunOptions runOptions, ReadOnlyMemory<float> images, int first, int several, float[][] values, long[][] indices)
    {
        var outputs = new OrtValue[_outputNames.Length];
        try
        {
            for (int i = 0; i < values.Length; i++) outputs[i] = Value<float>(values[i], _outputs[i].Shape, first, several);
            for (int i = 0; i < indices.Length; i++) outputs[values.Length + i] = Value<long>(indices[i], _request.Switches[i].Output.Shape, 0, several);
            using OrtValue input = Value(MemoryMarshal.AsMemory(images), _graph.Input.Shape, first, several);
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

    // The runtime counts through the whole tensor; a switch is the position in its own plane.
    private static void PlanePositions(ReadOnlySpan<long> indices, int planeSize, Span<int> switches)
    {
        for (int i = 0; i < indices.Length; i++) switches[i] = (int)(indices[i] % planeSize);
    }

    private static OrtValue Value<T>(Memory<T> values, TensorShape shape, int first, int several)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, values.Slice(first * shape.Count, several * shape.Count), [several, .. shape.Dimensions.Select(d => (long)d)]);

    public void Dispose() => _session.Dispose();
}
