using System.Numerics.Tensors;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Benchmarks.Recollection;

/// <summary>
/// How far both sides computed the same. Pictures may differ where two activations of a pooling window are equal to the last bits and the two
/// forward passes, which round differently, choose different switches; most pixels agree to rounding.
/// </summary>
internal static class Agreement
{
    /// <summary>Median, ninth decile and maximum of the differences, relative to the largest value.</summary>
    public static (double Median, double Decile, double Worst) Errors(IReadOnlyList<RecollectedImage> ours, float[] peer)
    {
        float[] values = [.. ours.SelectMany(image => image.Values.ToArray())];
        if (values.Length != peer.Length) throw new InvalidOperationException($"the peer has {peer.Length} values, we have {values.Length}");
        double scale = Math.Abs(TensorPrimitives.MaxMagnitude<float>(peer));
        double[] errors = [.. values.Zip(peer, (a, b) => Math.Abs(a - b) / scale).Order()];
        return (errors[errors.Length / 2], errors[errors.Length * 9 / 10], errors[^1]);
    }
}
