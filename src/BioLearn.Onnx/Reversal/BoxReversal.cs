using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// Operators that move a box of values: Concat, Split, Slice, Pad. Each element i of the small tensor stands at starts + i * steps of the
/// large one. Where the operator took the box out (Split, Slice), the current is put back there and the rest is zero; where it put the box
/// in (Concat, Pad), the current is taken out.
/// </summary>
internal sealed class BoxReversal : OperatorReversal
{
    private readonly int[] _sizes; // of the small tensor, padded to three axes
    private readonly int[] _large;
    private readonly int[] _starts;
    private readonly int[] _steps;
    private readonly bool _putBack;

    private BoxReversal(int[] small, int[] large, int[] starts, int[] steps, bool putBack)
    {
        int missing = 3 - starts.Length;
        _sizes = [.. Ones(missing), .. small];
        _large = [.. Ones(missing), .. large];
        _starts = [.. new int[missing], .. starts];
        _steps = [.. Enumerable.Repeat(1, missing), .. steps];
        _putBack = putBack;
    }

    public static BoxReversal OfConcat(ConcatNode concat, int input, CurrentShape arriving)
    {
        Operators.RequireRecorded(concat, concat.Output, arriving);
        int offset = concat.Inputs.Take(input).Sum(part => part.Shape[concat.Axis]);
        return Create(concat, concat.Inputs[input].Shape, concat.Output.Shape, concat.Axis, offset, putBack: false);
    }

    public static BoxReversal OfSplit(SplitNode split, int output, CurrentShape arriving)
    {
        Operators.RequireRecorded(split, split.Outputs[output], arriving);
        int offset = split.Outputs.Take(output).Sum(part => part.Shape[split.Axis]);
        return Create(split, split.Outputs[output].Shape, split.Input.Shape, split.Axis, offset, putBack: true);
    }

    public static BoxReversal OfSlice(SliceNode slice, CurrentShape arriving)
    {
        Operators.RequireRecorded(slice, slice.Output, arriving);
        return Create(slice, slice.Output.Shape, slice.Input.Shape, slice.Starts, slice.Steps, putBack: true);
    }

    public static BoxReversal OfPad(PadNode pad, CurrentShape arriving)
    {
        Operators.RequireRecorded(pad, pad.Output, arriving);
        return Create(pad, pad.Input.Shape, pad.Output.Shape, pad.Before, Ones(pad.Before.Length), putBack: false);
    }

    public override string? Emit(ReversalEmitter emitter, string arriving)
    {
        bool inside = Enumerable.Range(0, 3).All(axis => _sizes[axis] > 0 && Inside(axis, 0) && Inside(axis, _sizes[axis] - 1));
        if (!inside || _steps.Any(step => step < 1) || (_putBack && _steps[0] != 1))
            return null;
        var (small, large) = (new TensorShape(_sizes), new TensorShape(_large));
        if (_putBack)
        {
            // A stride leaves zeros between the values, as the transposed convolution of single ones does.
            int[] spread = [.. Enumerable.Range(0, 3).Select(axis => At(axis, _sizes[axis] - 1) + 1 - _starts[axis])];
            string box = _steps is [1, 1, 1] ? emitter.Shaped(arriving, small) : emitter.TransposedConvolution(
                arriving, emitter.Filled(1, _sizes[0], 1, 1, 1), new Window(1, 1, _steps[1], _steps[2]), small, new TensorShape(spread), groups: _sizes[0]);
            long[] behind = [.. Enumerable.Range(0, 3).Select(axis => (long)_large[axis] - _starts[axis] - spread[axis])];
            return emitter.Node("Pad", [box, emitter.Integers([0, .. _starts.Select(s => (long)s), 0, .. behind])], large);
        }
        long[] ends = [.. Enumerable.Range(0, 3).Select(axis => (long)At(axis, _sizes[axis] - 1) + 1)];
        string[] ranges = [emitter.Integers([.. _starts.Select(s => (long)s)]), emitter.Integers(ends), emitter.Integers(1, 2, 3), emitter.Integers([.. _steps.Select(s => (long)s)])];
        return emitter.Node("Slice", [emitter.Shaped(arriving, large), .. ranges], small);
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        returned.Clear();
        int at = 0;
        for (int c = 0; c < _sizes[0]; c++)
        {
            for (int i = 0; i < _sizes[1]; i++)
            {
                int row = (At(0, c) * _large[1] + At(1, i)) * _large[2];
                bool inside = Inside(0, c) && Inside(1, i);
                for (int j = 0; j < _sizes[2]; j++, at++)
                {
                    if (!inside || !Inside(2, j))
                        continue;
                    if (_putBack)
                        returned[row + At(2, j)] = arriving[at];
                    else
                        returned[at] = arriving[row + At(2, j)];
                }
            }
        }
    }

    private int At(int axis, int index) => _starts[axis] + index * _steps[axis];

    private bool Inside(int axis, int index) => (uint)At(axis, index) < (uint)_large[axis]; // negative padding cuts

    private static BoxReversal Create(CnnNode node, TensorShape small, TensorShape large, int axis, int offset, bool putBack)
    {
        int[] starts = new int[large.Rank];
        starts[axis] = offset;
        return Create(node, small, large, starts, Ones(large.Rank), putBack);
    }

    private static BoxReversal Create(CnnNode node, TensorShape small, TensorShape large, int[] starts, int[] steps, bool putBack)
    {
        List<(int Size, int Large, int Start, int Step)> axes = [.. Enumerable.Range(0, large.Rank).Select(axis => (small[axis], large[axis], starts[axis], steps[axis]))];
        // An axis that is whole is one with the axis before it, so that three are enough.
        for (int axis = axes.Count - 1; axis > 0 && axes.Count > 3; axis--)
        {
            (int size, int whole, int start, int step) = axes[axis];
            if (size != whole || start != 0 || step != 1 || axes[axis - 1].Step != 1)
                continue;
            axes[axis - 1] = (axes[axis - 1].Size * size, axes[axis - 1].Large * size, axes[axis - 1].Start * size, 1);
            axes.RemoveAt(axis);
        }
        if (axes.Count > 3)
            throw new ReversalException(node, $"cuts along {axes.Count} axes beside the batch; at most 3 can be reversed");
        return new([.. axes.Select(a => a.Size)], [.. axes.Select(a => a.Large)], [.. axes.Select(a => a.Start)], [.. axes.Select(a => a.Step)], putBack)
        {
            Returned = new(putBack ? large : small, IsVector: (putBack ? large : small).Rank == 1),
        };
    }

    private static int[] Ones(int count) => [.. Enumerable.Repeat(1, count)];
}
