using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>Products with a stored matrix a group, y = x W_g: the current of a group's rows is r W_g'.</summary>
internal sealed class GroupDenseReversal : OperatorReversal
{
    private readonly GroupDenseNode _dense;

    private GroupDenseReversal(GroupDenseNode dense) => _dense = dense;

    public static GroupDenseReversal Create(GroupDenseNode dense, CurrentShape arriving)
    {
        Operators.RequireRecorded(dense, dense.Output, arriving);
        return new(dense) { Returned = new(dense.Input.Shape, IsVector: false) };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        (int rows, int inner, int columns) = (_dense.Rows, _dense.Inner, _dense.Columns);
        for (int group = 0; group < _dense.Groups; group++)
        {
            Gemm.NT(
                new ReadOnlyMatrixSpan<float>(arriving.Slice(group * rows * columns, rows * columns), rows, columns),
                new(_dense.Weights.AsSpan(group * inner * columns, inner * columns), inner, columns),
                new MatrixSpan<float>(returned.Slice(group * rows * inner, rows * inner), rows, inner),
                recorded.Threads);
        }
    }

    public override string? Emit(ReversalEmitter emitter, string arriving)
    {
        TensorShape y = _dense.Output.Shape, weights = new([.. y.Dimensions[..^2], _dense.Inner, _dense.Columns]);
        int rank = weights.Rank;
        string stored = emitter.Weights(_dense.Weights, weights.Dimensions.AsSpan());
        string turned = emitter.Node("Transpose", [stored], new([.. weights.Dimensions[..^2], _dense.Columns, _dense.Inner]), GraphWriter.List("perm", [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2]));
        return emitter.Node("MatMul", [emitter.Shaped(arriving, y), turned], Returned.Shape);
    }
}
