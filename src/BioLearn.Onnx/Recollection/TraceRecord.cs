using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Recollection;

/// <summary>A forward trace as the reversal reads it.</summary>
internal sealed class TraceRecord(CnnGraph graph, ForwardTrace trace) : IForwardRecord
{
    public ReadOnlySpan<float> Activation(CnnTensor tensor, int sample) =>
        tensor == graph.Logits ? trace.Logits(sample) : trace.Activation(tensor.Name, sample);

    public ReadOnlySpan<int> Switches(MaxPoolNode pool, int sample) => trace.Switches(pool.Output.Name, sample);
}
