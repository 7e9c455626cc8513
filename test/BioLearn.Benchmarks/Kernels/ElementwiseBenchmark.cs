using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Torch;
using BioLearn.Kernels.Elementwise;
using TorchSharp;

namespace BioLearn.Benchmarks.Kernels;

/// <summary>Activations beside TorchSharp's in-place functions and System.Numerics.Tensors.</summary>
internal sealed class ElementwiseBenchmark : IBenchmark
{
    public void Run(SideBySide bench)
    {
        foreach (int size in (int[])[64, 1024, 65536])
        {
            Tanh<float>(bench, size, "elementwise/tanh-float");
            Tanh<double>(bench, size, "elementwise/tanh-double");
            Sigmoid(bench, size);
        }
    }

    private static void Tanh<T>(SideBySide bench, int size, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!bench.Selects(name, size))
            return;
        T[] x = Values<T>(size), y = new T[size];
        List<Contestant> peers = [new("TensorPrimitives", () => TensorPrimitives.Tanh<T>(x, y))];
        if (TorchPeer.IsAvailable)
        {
            torch.Tensor tx = TorchPeer.Vector(x), ty = tx.clone();
            peers.Add(new("torch tanh_ of a copy", () => ty.copy_(tx).tanh_()));
            peers.Add(new("torch tanh", () => tx.tanh().Dispose()));
        }
        bench.Compare(name, size, new("ActivationSweep", () => ActivationSweep.Apply<T, Tanh<T>>(x, y)), peers, bytes: 2.0 * size * Unsafe.SizeOf<T>());
    }

    private static void Sigmoid(SideBySide bench, int size)
    {
        const string Name = "elementwise/sigmoid-float";
        if (!bench.Selects(Name, size))
            return;
        float[] x = Values<float>(size), y = new float[size];
        List<Contestant> peers = [new("TensorPrimitives", () => TensorPrimitives.Sigmoid<float>(x, y))];
        if (TorchPeer.IsAvailable)
        {
            torch.Tensor tx = TorchPeer.Vector(x);
            peers.Add(new("torch sigmoid", () => tx.sigmoid().Dispose()));
        }
        bench.Compare(Name, size, new("ActivationSweep", () => ActivationSweep.Apply<float, Sigmoid<float>>(x, y)), peers, bytes: 8.0 * size);
    }

    private static T[] Values<T>(int size)
        where T : INumberBase<T> => [.. Enumerable.Range(0, size).Select(i => T.CreateTruncating(Math.Sin(i * 0.7) * 3))];
}
