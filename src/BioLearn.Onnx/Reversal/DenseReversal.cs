using System.Numerics.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>Dense layer: r_in[j] = sum over i of r_out[i] W[i, j], bias ignored. Only units that carry current cost anything.</summary>
internal sealed class DenseReversal : OperatorReversal
{
    private readonly float[] _weights; // [outputs, inputs]
    private readonly int _outputs;
    private readonly int _inputs;
    private readonly bool _takePositive;

    private DenseReversal(DenseNode dense, bool takePositive)
    {
        _weights = dense.Weights;
        _outputs = dense.OutputSize;
        _inputs = dense.InputSize;
        _takePositive = takePositive;
    }

    public static DenseReversal Create(DenseNode dense, bool takePositive) =>
        new(dense, takePositive) { Returned = new(dense.Input.Shape, IsVector: true) };

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        returned.Clear();
        for (int i = 0; i < _outputs; i++)
        {
            float r = arriving[i];
            if (r == 0 || (_takePositive && r < 0))
                continue;
            TensorPrimitives.MultiplyAdd(_weights.AsSpan(i * _inputs, _inputs), r, returned, returned);
        }
    }
}
