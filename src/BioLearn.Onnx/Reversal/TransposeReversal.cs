using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>Transpose: the current's axes are permuted back.</summary>
internal sealed class TransposeReversal : OperatorReversal
{
    private readonly TransposeNode _transpose;
    private readonly int[] _source; // position in the arriving current of each value of the returned one

    private TransposeReversal(TransposeNode transpose, int[] source)
    {
        _transpose = transpose;
        _source = source;
    }

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
        return new(transpose, source) { Returned = new(input, IsVector: input.Rank == 1) };
    }

    public override string? Emit(ReversalEmitter emitter, string arriving)
    {
        int[] forward = _transpose.Permutation;
        int[] back = [0, .. Enumerable.Range(0, forward.Length).Select(axis => Array.IndexOf(forward, axis) + 1)];
        return emitter.Node("Transpose", [emitter.Shaped(arriving, _transpose.Output.Shape)], Returned.Shape, GraphWriter.List("perm", back));
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        for (int i = 0; i < returned.Length; i++)
            returned[i] = arriving[_source[i]];
    }
}
