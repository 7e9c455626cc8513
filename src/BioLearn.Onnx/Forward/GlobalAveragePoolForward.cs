using System.Numerics.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

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
