using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Torch;
using BioLearn.Kernels.Plastic;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace BioLearn.Benchmarks.Plastic;

/// <summary>
/// One step of backpropagation through a plastic layer by its closed form, no autograd on either side: r += (W + α∘H)ᵀ d,
/// dα += H∘(d sᵀ), G ← β G + α∘(d sᵀ), one update of H, and the sums G s' and Gᵀ k that the step before needs. (The update decays
/// where undoing would grow, so that a trace repeated without end stays finite.)
/// </summary>
internal sealed class BackwardStepBenchmark : IBenchmark
{
    private const string Name = "plastic/backward-step";
    private const float Eta = 0.01f;

    public void Run(SideBySide bench)
    {
        foreach (int n in (int[])[32, 128, 512, 1024])
        {
            if (bench.Selects(Name, n))
                Step(bench, n);
        }
    }

    private static void Step(SideBySide bench, int n)
    {
        float[] w = Numbers(n * n, "w"), alpha = Numbers(n * n, "alpha"), h = Numbers(n * n, "h"), g = Numbers(n * n, "g"), da = new float[n * n];
        float[] s = Numbers(n, "s"), d = Numbers(n, "d"), k = Numbers(n, "k"), nextS = Numbers(n, "next"), r = new float[n], nextR = new float[n], gs = new float[n];
        float[] decay = [.. Enumerable.Repeat(1 - Eta, n)], undoDecay = [.. Enumerable.Repeat(1 - Eta, n)], undoGain = [.. k.Select(x => -Eta * x)];
        int threads = bench.Threads;
        var ours = new Contestant("fused sweep", () => PlasticBackward.Step(
            new PlasticLayer<float>(new(w, n, n), new(alpha, n, n), new(h, n, n)), s, d, decay, new MatrixSpan<float>(g, n, n), new MatrixSpan<float>(da, n, n), r,
            new TraceUpdate<float>(undoDecay, undoGain, nextS), new Contraction<float>(nextS, k, nextR, gs), threads));
        // Five matrices are read and three written.
        bench.Compare(
            Name, n, ours, TorchPeer.IsAvailable ? [new("closed form in place", Peer(n, w, alpha, h, g, s, d, k, nextS))] : [],
            flops: 17.0 * n * n, bytes: 32.0 * n * n, peak: FmaPeak.Float);
    }

    private static Action Peer(int n, float[] w, float[] alpha, float[] h, float[] g, float[] s, float[] d, float[] k, float[] nextS)
    {
        Tensor tw = TorchPeer.Matrix(w, n, n), ta = TorchPeer.Matrix(alpha, n, n), th = TorchPeer.Matrix(h, n, n), tg = TorchPeer.Matrix(g, n, n);
        Tensor tda = zeros(n, n), ts = TorchPeer.Vector(s), td = TorchPeer.Vector(d), tk = TorchPeer.Vector(k), tNext = TorchPeer.Vector(nextS);
        Tensor r = zeros(n), nextR = zeros(n), row = td.reshape(1, n), gainRow = tk.reshape(1, n);
        return () =>
        {
            using DisposeScope scope = NewDisposeScope();
            r.add_(row.mm(tw.addcmul(ta, th, 1)).reshape(n));
            Tensor outer = td.outer(ts);
            tda.addcmul_(th, outer, 1);
            tg.mul_(1 - Eta).addcmul_(ta, outer, 1);
            th.addr_(tk, tNext, beta: 1 - Eta, alpha: -Eta);
            _ = tg.mv(tNext);
            nextR.add_(gainRow.mm(tg).reshape(n));
        };
    }

    private static float[] Numbers(int count, string name)
    {
        var values = new float[count];
        new RandomStream(1, name).FillUniform(values, -0.01f, 0.01f);
        return values;
    }
}
