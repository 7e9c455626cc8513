using System.Numerics.Tensors;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Benchmarks.Recollection;

/// <summary>
/// Whether both sides computed the same. Pictures may differ where two activations of a pooling window are equal to the last bits and the two
/// forward passes, which round differently, choose different switches; most pixels agree to rounding.
/// </summary>
internal static class Agreement
{
    /// <exception cref="InvalidOperationException">The sides computed different things.</exception>
    public static string Describe(IReadOnlyList<RecollectedImage> ours, float[] peer)
    {
        float[] values = [.. ours.SelectMany(image => image.Values.ToArray())];
        if (values.Length != peer.Length) throw new InvalidOperationException($"the peer has {peer.Length} values, we have {values.Length}");
        double scale = TensorPrimitives.MaxMagnitude<float>(peer) is var m ? Math.Abs(m) : 0;
        double[] errors = [.. values.Zip(peer, (a, b) => Math.Abs(a - b) / scale).Order()];
        return $"differs by {errors[errors.Length / 2]:e1} of the scale in the median, {errors[errors.Length * 9 / 10]:e1} at the ninth decile, {errors[^1]:e1} at most";
    }
}
