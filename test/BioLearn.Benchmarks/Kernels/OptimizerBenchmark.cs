using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Torch;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Random;
using TorchSharp;
using static TorchSharp.torch;

namespace BioLearn.Benchmarks.Kernels;

/// <summary>Adam's step as one pass over memory, beside TorchSharp's own optimizer and the same formula in place.</summary>
internal sealed class OptimizerBenchmark : IBenchmark
{
    private const string Name = "optimizer/adam-float";
    private const double Rate = 1e-9;

    // Far from the first steps, so that the corrections of the averages are the same numbers in every call.
    private const int StepNumber = 100_000;

    public void Run(SideBySide bench)
    {
        foreach (int size in (int[])[1024, 65536, 1 << 20])
        {
            if (!bench.Selects(Name, size))
                continue;
            float[] p = Numbers(size, "p"), g = Numbers(size, "g"), m = new float[size], v = new float[size];
            // Parameter, gradient and both averages are read, all but the gradient written.
            bench.Compare(
                Name, size, new("OptimizerSweep", () => OptimizerSweep.Step(Adam<float>.Standard(Rate, StepNumber), p, g, m, v, 0)),
                TorchPeer.IsAvailable ? Peers(p, g) : [], bytes: 28.0 * size);
        }
    }

    private static Contestant[] Peers(float[] p, float[] g)
    {
        Tensor tp = TorchPeer.Vector(p), tg = TorchPeer.Vector(g), m = zeros_like(tp), v = zeros_like(tp);
        var trained = new TorchSharp.Modules.Parameter(TorchPeer.Vector(p), requires_grad: true) { grad = TorchPeer.Vector(g) };
        optim.Optimizer adam = optim.Adam([trained], lr: Rate);
        return
        [
            new("optim.Adam", () => adam.step()?.Dispose()),
            new("in place", () =>
            {
                m.mul_(0.9f).add_(tg, alpha: 0.1f);
                v.mul_(0.999f).addcmul_(tg, tg, 0.001f);
                using Tensor spread = v.sqrt();
                spread.add_(1e-8f);
                tp.addcdiv_(m, spread, (float)-Rate);
            }),
        ];
    }

    private static float[] Numbers(int size, string name)
    {
        var values = new float[size];
        new RandomStream(1, name).FillUniform(values, -1f, 1f);
        return values;
    }
}
