using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// Product C = A B of matrices of the image, group by group: the current of A is R B', that of B is A' R, the other factor as it stood in the forward pass.
/// In attention A is a softmax over places and B are values: with the recorded weights C is a linear map of the values, and each value gets what the
/// places that looked at it got, in proportion to how much they looked.
/// </summary>
internal sealed class MatrixProductReversal : OperatorReversal
{
    private readonly MatrixProductNode _product;
    private readonly bool _toFirst;

    private MatrixProductReversal(MatrixProductNode product, bool toFirst)
    {
        _product = product;
        _toFirst = toFirst;
    }

    public override IEnumerable<CnnTensor> Activations => [_product.Inputs[_toFirst ? 1 : 0]];

    /// <summary>The reversal, or null where open gates let each place pass to itself: the weights are square then.</summary>
    public static MatrixProductReversal? Create(MatrixProductNode product, int input, CurrentShape arriving, GateRule rule)
    {
        Operators.RequireRecorded(product, product.Output, arriving);
        TensorShape returned = product.Inputs[input].Shape;
        if (rule == GateRule.Identity && product.Gate >= 0 && returned == product.Output.Shape)
            return null;
        return new(product, toFirst: input == 0) { Returned = new(returned, IsVector: false) };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        ReadOnlySpan<float> other = recorded.Activation(_product.Inputs[_toFirst ? 1 : 0]);
        (int rows, int inner, int columns) = (_product.Rows, _product.Inner, _product.Columns);
        for (int group = 0; group < _product.Groups; group++)
        {
            var current = new ReadOnlyMatrixSpan<float>(arriving.Slice(group * rows * columns, rows * columns), rows, columns);
            if (_toFirst)
                Gemm.NT(current, new(other.Slice(group * inner * columns, inner * columns), inner, columns), new(returned.Slice(group * rows * inner, rows * inner), rows, inner), recorded.Threads);
            else
                Gemm.TN(new(other.Slice(group * rows * inner, rows * inner), rows, inner), current, new(returned.Slice(group * inner * columns, inner * columns), inner, columns), recorded.Threads);
        }
    }
}
