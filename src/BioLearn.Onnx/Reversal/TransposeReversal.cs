using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>Transpose: the current's axes are permuted back.</summary>
internal sealed class TransposeReversal : OperatorReversal
{
    private readonly int[] _source; // position in the arriving current of each value of the returned one

    private TransposeReversal(int[] source) => _source = source;

    public static TransposeReversal Create(TransposeNode transpose, CurrentShape arriving)
    {
        Operators.RequireRecorded(transpose, transpose.Output, arriving);
        TensorShape input = transpose.Input.Shape, output = transpose.Output.Shape;
        // Stride that each axis of the input has in the output.
        var strides = new int[input.Rank];
        for (int axis = output.Rank - 1, stride = 1; axis >= 0; stride *= output[axis--])
            strides[transpose.Permutation[axis]] = stride;
        var source = new int[input.Count];
        for (int i = 0; i < source.Length; i++)
        {
            for (int axis = input.Rank - 1, rest = i; axis >= 0; axis--)
            {
                (rest, int index) = Math.DivRem(rest, input[axis]);
                source[i] += index * strides[axis];
            }
        }
        return new(source) { Returned = new(input, IsVector: input.Rank == 1) };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        for (int i = 0; i < returned.Length; i++)
            returned[i] = arriving[_source[i]];
    }
}
