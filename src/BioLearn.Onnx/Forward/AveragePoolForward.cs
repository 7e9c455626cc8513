using System.Numerics.Tensors;
using BioLearn.Kernels.Convolution;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

/// <summary>Average pooling with the node's own divisors.</summary>
internal sealed class AveragePoolForward : ForwardOperator
{
    private readonly PoolingShape _shape;
    private readonly float[] _inverseCounts;

    private AveragePoolForward(in PoolingShape shape, float[] inverseCounts)
    {
        _shape = shape;
        _inverseCounts = inverseCounts;
    }

    public static AveragePoolForward Of(AveragePoolNode pool) =>
        new(pool.Window.Pooling(pool.Input.Shape.Height, pool.Input.Shape.Width, pool.Output.Shape), pool.InverseCounts) { Reads = [pool.Input], Writes = pool.Output };

    public override void Run(in ForwardFrame frame)
    {
        Span<float> y = frame.Write(Writes);
        AveragePooling.Sum(_shape, 1, frame.Read(Reads[0]), y);
        for (int at = 0; at < y.Length; at += _inverseCounts.Length)
        {
            Span<float> plane = y.Slice(at, _inverseCounts.Length);
            TensorPrimitives.Multiply(plane, _inverseCounts, plane);
        }
    }
}
