using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Torch;
using BioLearn.Kernels.Elementwise;
using TorchSharp;
using static TorchSharp.torch;

namespace BioLearn.Benchmarks.Kernels;

/// <summary>Steps of optimizers as one pass over memory, beside TorchSharp's own optimizers and the same formulas in place.</summary>
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
                TorchPeer.IsAvailable ? Peers(p, g) : [], bytes: 28.0 * size, footprint: 16.0 * size);
        }
        foreach (int size in (int[])[1024, 65536])
            Others(bench, size);
    }

    private static void Others(SideBySide bench, int size)
    {
        const float rate = (float)Rate;
        float[] p = Numbers(size, "p"), g = Numbers(size, "g"), m = new float[size], v = new float[size];
        Tensor? tp = TorchPeer.IsAvailable ? TorchPeer.Vector(p) : null, tg = tp is null ? null : TorchPeer.Vector(g), tm = tp is null ? null : zeros_like(tp);
        Compare(
            "optimizer/sgd-float", 12, () => OptimizerSweep.Step(new GradientDescent<float>(rate, float.PositiveInfinity), p, g, default, default, 0),
            q => optim.SGD([q], Rate), () => tp!.add_(tg!, alpha: -rate));
        Compare(
            "optimizer/momentum-float", 20, () => OptimizerSweep.Step(new Momentum<float>(rate, 0.9f, false), p, g, m, default, 0),
            q => optim.SGD([q], Rate, momentum: 0.9), () => tp!.add_(tm!.mul_(0.9f).add_(tg!), alpha: -rate));
        Compare(
            "optimizer/rmsprop-float", 20, () => OptimizerSweep.Step(new RmsProp<float>(rate, 0.99f, 1e-8f), p, g, m, default, 0),
            q => optim.RMSProp([q], Rate), () =>
            {
                tm!.mul_(0.99f).addcmul_(tg!, tg!, 0.01f);
                using Tensor spread = tm.sqrt();
                tp!.addcdiv_(tg!, spread.add_(1e-8f), -rate);
            });
        Compare(
            "optimizer/adamw-float", 28, () => OptimizerSweep.Step(Adam<float>.DecoupledDecay(Rate, 0.01, StepNumber), p, g, m, v, 0),
            q => optim.AdamW([q], Rate), null);

        void Compare(string name, double bytes, Action ours, Func<TorchSharp.Modules.Parameter, optim.Optimizer> create, Action? inPlace)
        {
            if (!bench.Selects(name, size))
                return;
            List<Contestant> peers = [];
            if (TorchPeer.IsAvailable)
            {
                optim.Optimizer optimizer = create(new TorchSharp.Modules.Parameter(TorchPeer.Vector(p), requires_grad: true) { grad = TorchPeer.Vector(g) });
                peers.Add(new("optim", () => optimizer.step()?.Dispose()));
                if (inPlace is not null)
                    peers.Add(new("in place", inPlace));
            }
            bench.Compare(name, size, new("OptimizerSweep", ours), peers, bytes: bytes * size, footprint: (bytes + 4) / 2 * size);
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

    private static float[] Numbers(int size, string name) => Inputs.Array(size, name);
}
