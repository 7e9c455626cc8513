using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>Dense layer: r_in[j] = sum over i of r_out[i] W[i, j], bias ignored. Of a single row only units that carry current cost anything.</summary>
internal sealed class DenseReversal : OperatorReversal
{
    private readonly DenseNode _dense;
    private readonly bool _takePositive;

    private DenseReversal(DenseNode dense, bool takePositive)
    {
        _dense = dense;
        _takePositive = takePositive;
    }

    public override bool Batched => true;

    public static DenseReversal Create(DenseNode dense, bool takePositive) =>
        new(dense, takePositive) { Returned = new(dense.Input.Shape, IsVector: dense.Rows == 1) };

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded) => RunBatch(1, arriving, returned, 1);

    public override void RunBatch(int count, ReadOnlySpan<float> arriving, Span<float> returned, int threads)
    {
        if (_dense.Rows == 1)
        {
            WeightedRowSum.Run(_dense.Weights, count, arriving, _takePositive, returned, threads);
            return;
        }
        // Tokens: too many rows for a pass over the weights each.
        int rows = count * _dense.Rows;
        if (_takePositive)
        {
            var positive = new float[arriving.Length];
            TensorPrimitives.Max(arriving, 0f, positive);
            arriving = positive;
        }
        Gemm.NN(new ReadOnlyMatrixSpan<float>(arriving, rows, _dense.OutputSize), new(_dense.Weights, _dense.OutputSize, _dense.InputSize), new MatrixSpan<float>(returned, rows, _dense.InputSize), threads);
    }

    public override string? Emit(ReversalEmitter emitter, string arriving)
    {
        TensorShape outputs = _dense.Rows == 1 ? new TensorShape(_dense.OutputSize) : _dense.Output.Shape;
        string from = emitter.Shaped(arriving, outputs);
        if (_takePositive)
            from = emitter.Node("Relu", [from], outputs);
        return emitter.Node("MatMul", [from, emitter.Weights(_dense.Weights, _dense.OutputSize, _dense.InputSize)], Returned.Shape);
    }
}
