using System.Numerics.Tensors;
using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Torch;
using TorchSharp;

namespace BioLearn.Benchmarks.Kernels;

/// <summary>Elementwise functions: what System.Numerics.Tensors gives, beside TorchSharp into a given output.</summary>
internal sealed class ElementwiseBenchmark : IBenchmark
{
    public void Run(SideBySide bench)
    {
        foreach (int size in (int[])[64, 1024, 65536])
        {
            if (!bench.Selects("elementwise/tanh", size))
                continue;
            var x = new float[size];
            for (int i = 0; i < size; i++)
                x[i] = MathF.Sin(i * 0.7f) * 3;
            var y = new float[size];
            bench.Compare("elementwise/tanh", size,
                new Contestant("TensorPrimitives", () => TensorPrimitives.Tanh<float>(x, y)),
                TorchPeer.IsAvailable ? TorchTanh(x) : []);
        }
    }

    private static Contestant[] TorchTanh(float[] values)
    {
        var x = torch.tensor(values);
        return [new Contestant("tanh", () => x.tanh().Dispose())];
    }
}
