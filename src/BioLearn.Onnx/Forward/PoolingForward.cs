using System.Numerics.Tensors;
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

    public static MaxPoolForward Of(MaxPoolNode pool) => new(pool, Shape(pool, pool.Window)) { Reads = [pool.Input], Writes = pool.Output };

    public override void Run(in ForwardFrame frame) => MaxPooling.Forward(_shape, 1, frame.Read(Reads[0]), frame.Write(Writes), frame.Switches(_pool));

    internal static PoolingShape Shape(CnnNode pool, Window w)
    {
        TensorShape from = pool.Input.Shape, to = pool.Output.Shape;
        return new PoolingShape
        {
            Channels = from.Channels,
            Height = from.Height,
            Width = from.Width,
            OutputHeight = to.Height,
            OutputWidth = to.Width,
            KernelHeight = w.KernelHeight,
            KernelWidth = w.KernelWidth,
            StrideY = w.StrideHeight,
            StrideX = w.StrideWidth,
            PadTop = w.PadTop,
            PadLeft = w.PadLeft,
            PadBottom = w.PadBottom,
            PadRight = w.PadRight,
            DilationY = w.DilationHeight,
            DilationX = w.DilationWidth,
        };
    }
}

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
        new(MaxPoolForward.Shape(pool, pool.Window), pool.InverseCounts) { Reads = [pool.Input], Writes = pool.Output };

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

/// <summary>Mean of each plane.</summary>
internal sealed class GlobalAveragePoolForward : ForwardOperator
{
    private readonly int _plane;

    private GlobalAveragePoolForward(int plane) => _plane = plane;

    public static GlobalAveragePoolForward Of(GlobalAveragePoolNode pool) => new(pool.Input.Shape.PlaneSize) { Reads = [pool.Input], Writes = pool.Output };

    public override void Run(in ForwardFrame frame)
    {
        ReadOnlySpan<float> x = frame.Read(Reads[0]);
        Span<float> y = frame.Write(Writes);
        for (int c = 0; c < y.Length; c++) y[c] = TensorPrimitives.Sum(x.Slice(c * _plane, _plane)) / _plane;
    }
}
