using System.Numerics.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// y = a x + b by channel or by value: the current is multiplied by a, or, for batch normalisation on request, the normalisation is
/// undone: (r - b)/a, 0 where a is 0.
/// </summary>
internal sealed class AffineReversal : OperatorReversal
{
    private readonly float[] _scale;
    private readonly float[]? _shift;
    private readonly int _run; // values that share one factor

    private AffineReversal(float[] scale, float[]? shift, int run)
    {
        _scale = scale;
        _shift = shift;
        _run = run;
    }

    public override bool InPlace => true;

    public static AffineReversal? Create(AffineNode affine, CurrentShape arriving, BatchNormRule rule)
    {
        bool undo = rule == BatchNormRule.Inverse && affine.OpType == "BatchNormalization";
        if (!undo && affine.Scale.AsSpan().IndexOfAnyExcept(1f) < 0)
            return null;
        if (!affine.IsPerChannel)
            Operators.RequireRecorded(affine, affine.Output, arriving);
        // Two statements of the same map: x = r*scale, or x = r*(1/a) - b/a.
        float[] scale = undo ? [.. affine.Scale.Select(a => a == 0 ? 0 : 1 / a)] : affine.Scale;
        float[]? shift = undo ? [.. scale.Select((inverse, c) => -affine.Shift[c] * inverse)] : null;
        return new(scale, shift, arriving.Count / scale.Length) { Returned = arriving };
    }

    public override string? Emit(ReversalEmitter emitter, string arriving)
    {
        var rows = new TensorShape(_scale.Length, _run);
        string current = emitter.Node("Mul", [emitter.Shaped(arriving, rows), emitter.Weights(_scale, _scale.Length, 1)], rows);
        return _shift is null ? current : emitter.Node("Add", [current, emitter.Weights(_shift, _shift.Length, 1)], rows);
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        if (_run == 1)
        {
            TensorPrimitives.Multiply(returned, _scale, returned);
            if (_shift is not null)
                TensorPrimitives.Add(returned, _shift, returned);
            return;
        }
        for (int c = 0; c < _scale.Length; c++)
        {
            Span<float> plane = returned.Slice(c * _run, _run);
            TensorPrimitives.Multiply(plane, _scale[c], plane);
            if (_shift is not null)
                TensorPrimitives.Add(plane, _shift[c], plane);
        }
    }
}
