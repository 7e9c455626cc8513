using System.Buffers;
using System.Numerics.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// Local response normalisation y = x D^-beta, D = bias + (alpha/n) sum of x^2 over n neighbouring channels. The current is multiplied by
/// D^-beta; the Jacobian subtracts (2 alpha beta / n) x sum over neighbours of r y / D.
/// </summary>
internal sealed class ResponseNormReversal : OperatorReversal
{
    private readonly LrnNode _norm;
    private readonly bool _jacobian;

    private ResponseNormReversal(LrnNode norm, bool jacobian)
    {
        _norm = norm;
        _jacobian = jacobian;
    }

    public override bool InPlace => true;

    public override IEnumerable<CnnTensor> Activations => [_norm.Input];

    public static ResponseNormReversal? Create(LrnNode norm, CurrentShape arriving, ResponseNormRule rule)
    {
        if (rule == ResponseNormRule.Identity)
            return null;
        Operators.RequireRecorded(norm, norm.Output, arriving);
        return new(norm, rule == ResponseNormRule.Jacobian) { Returned = arriving };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        ReadOnlySpan<float> x = recorded.Activation(_norm.Input);
        int channels = Returned.Shape.Channels, plane = Returned.Shape.PlaneSize;
        // The window of channel c reaches `before` channels down and `after` up; in the transposed sum the two change places.
        int before = (_norm.Size - 1) / 2, after = _norm.Size / 2;
        float[] rented = ArrayPool<float>.Shared.Rent(3 * x.Length);
        Span<float> squares = rented.AsSpan(0, x.Length), denominator = rented.AsSpan(x.Length, x.Length), gain = rented.AsSpan(2 * x.Length, x.Length);

        TensorPrimitives.Multiply(x, x, squares);
        SumNeighbours(squares, denominator, channels, plane, before, after);
        TensorPrimitives.Multiply(denominator, _norm.Alpha / _norm.Size, denominator);
        TensorPrimitives.Add(denominator, _norm.Bias, denominator);
        TensorPrimitives.Pow(denominator, -_norm.Beta, gain);
        if (_jacobian)
        {
            Span<float> carried = squares, sums = denominator; // r y / D, and its sums over neighbours
            for (int i = 0; i < carried.Length; i++)
                carried[i] = arriving[i] * x[i] * gain[i] / denominator[i];
            SumNeighbours(carried, sums, channels, plane, after, before);
            float factor = 2 * _norm.Alpha * _norm.Beta / _norm.Size;
            for (int i = 0; i < x.Length; i++)
                returned[i] = returned[i] * gain[i] - factor * x[i] * sums[i];
        }
        else
            TensorPrimitives.Multiply(returned, gain, returned);
        ArrayPool<float>.Shared.Return(rented);
    }

    private static void SumNeighbours(ReadOnlySpan<float> values, Span<float> sums, int channels, int plane, int before, int after)
    {
        for (int c = 0; c < channels; c++)
        {
            Span<float> sum = sums.Slice(c * plane, plane);
            sum.Clear();
            for (int j = Math.Max(0, c - before); j <= Math.Min(channels - 1, c + after); j++)
                TensorPrimitives.Add(sum, values.Slice(j * plane, plane), sum);
        }
    }
}
