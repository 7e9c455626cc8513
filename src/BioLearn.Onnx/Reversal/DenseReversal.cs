using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>Dense layer: r_in[j] = sum over i of r_out[i] W[i, j], bias ignored. Only units that carry current cost anything.</summary>
internal sealed class DenseReversal : OperatorReversal
{
    private readonly float[] _weights; // [outputs, inputs]
    private readonly bool _takePositive;

    private DenseReversal(DenseNode dense, bool takePositive)
    {
        _weights = dense.Weights;
        _takePositive = takePositive;
    }

    public override bool Batched => true;

    public static DenseReversal Create(DenseNode dense, bool takePositive) =>
        new(dense, takePositive) { Returned = new(dense.Input.Shape, IsVector: true) };

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded) => RunBatch(1, arriving, returned, 1);

    public override void RunBatch(int count, ReadOnlySpan<float> arriving, Span<float> returned, int threads) =>
        WeightedRows.Sum(_weights, count, arriving, _takePositive, returned, threads);
}
