using System.Numerics;
using BioLearn.Benchmarks.Torch;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tensors;
using TorchSharp;

namespace BioLearn.Benchmarks.Kernels;

/// <summary>Uniform numbers between -0.5 and 0.5 of named streams, for both sides.</summary>
internal static class Inputs
{
    public static NativeBuffer<float> Buffer(int count, string name)
    {
        var values = new NativeBuffer<float>(count);
        new RandomStream(1, name).FillUniform(values.Span, -0.5f, 0.5f);
        return values;
    }

    public static float[] Array(int count, string name) => Array<float>(count, name);

    public static T[] Array<T>(int count, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new float[count];
        new RandomStream(1, name).FillUniform(values, -0.5f, 0.5f);
        return System.Array.ConvertAll(values, v => T.CreateChecked(v));
    }

    public static torch.Tensor Vector(NativeBuffer<float> values) => TorchPeer.Vector(values.Span.ToArray());

    public static torch.Tensor Matrix(NativeBuffer<float> values, int rows, int columns) => TorchPeer.Matrix(values.Span.ToArray(), rows, columns);
}
