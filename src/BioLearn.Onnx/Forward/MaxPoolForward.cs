using BioLearn.Kernels.Convolution;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

/// <summary>Max-pooling; records its switches when they are wanted.</summary>
internal sealed class MaxPoolForward : ForwardOperator
{
    private readonly MaxPoolNode _pool;
    private readonly PoolingShape _shape;

    private MaxPoolForward(MaxPoolNode pool, in PoolingShape shape)
    {
        _pool = pool;
        _shape = shape;
    }

    public static MaxPoolForward Of(MaxPoolNode pool) => new(pool, pool.Window.Pooling(pool.Input.Shape.Height, pool.Input.Shape.Width, pool.Output.Shape)) { Reads = [pool.Input], Writes = pool.Output };

    public override void Run(in ForwardFrame frame) => MaxPooling.Forward(_shape, 1, frame.Read(Reads[0]), frame.Write(Writes), frame.Switches(_pool));
}
