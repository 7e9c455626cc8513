using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Torch;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace BioLearn.Benchmarks.Kernels;

/// <summary>Matrix times vector, vector times matrix, and outer products: of one sample, of a batch, of two pairs at once.</summary>
internal sealed class VectorProductBenchmark : IBenchmark
{
    private const int Batch = 16;
    private const float Decay = 0.99f, Gain = 0.01f;

    public void Run(SideBySide bench)
    {
        foreach (int n in (int[])[32, 128, 512, 1024])
        {
            Products(bench, n);
            Outer(bench, n);
        }
    }

    private static void Products(SideBySide bench, int n)
    {
        using NativeBuffer<float> a = Inputs.Buffer(n * n, "a"), x = Inputs.Buffer(n, "x"), y = new(n);
        int threads = bench.Threads;
        Compare("gemv/N", new("Gemv.N", () => Gemv.N(new(a.Span, n, n), x.Span, y.Span, 1f, 0f, threads)), q => q);
        Compare("gemv/T", new("Gemv.T", () => Gemv.T<float>(new(a.Span, n, n), x.Span, y.Span, 1f, 0f, threads)), q => q.t());

        void Compare(string name, Contestant ours, Func<Tensor, Tensor> form)
        {
            if (!bench.Selects(name, n))
                return;
            List<Contestant> peers = [];
            if (TorchPeer.IsAvailable)
            {
                Tensor ta = form(Inputs.Matrix(a, n, n)), tx = Inputs.Vector(x), row = tx.reshape(1, n), turned = ta.t();
                peers.Add(new("mv", () => ta.mv(tx).Dispose()));
                peers.Add(new("mm", () => row.mm(turned).Dispose()));
            }
            bench.Compare(name, n, ours, peers, flops: 2.0 * n * n, bytes: 4.0 * n * n, peak: FmaPeak.Float);
        }
    }

    private static void Outer(SideBySide bench, int n)
    {
        using NativeBuffer<float> d = Inputs.Buffer(n * n, "d"), p = Inputs.Buffer(Batch * n, "p"), q = Inputs.Buffer(Batch * n, "q");
        using NativeBuffer<float> p2 = Inputs.Buffer(Batch * n, "p2"), q2 = Inputs.Buffer(Batch * n, "q2");
        int threads = bench.Threads;
        Compare(
            "ger/one", 1, new("Ger.Update", () => Ger.Update(new MatrixSpan<float>(d.Span, n, n), Decay, Gain, p.Span[..n], q.Span[..n], threads)),
            (td, tp, tq, _, _) => [new("addr_", () => td.addr_(tp[0], tq[0], beta: Decay, alpha: Gain))]);
        Compare(
            "ger/two-pairs", 2,
            new("Ger.Update", () => Ger.Update(new MatrixSpan<float>(d.Span, n, n), Decay, Gain, p.Span[..n], q.Span[..n], -Gain, p2.Span[..n], q2.Span[..n], threads)),
            (td, tp, tq, tp2, tq2) =>
            {
                Tensor a = tp[0], b = tq[0], a2 = tp2[0], b2 = tq2[0], left = stack([a, -a2], 1), right = stack([b, b2], 0);
                return
                [
                    new("addr_ twice", () => td.addr_(a, b, beta: Decay, alpha: Gain).addr_(a2, b2, beta: 1, alpha: -Gain)),
                    new("addmm_ of two", () => td.addmm_(left, right, beta: Decay, alpha: Gain)),
                ];
            });
        Compare(
            "ger/batch-16", Batch,
            new("Ger.Update", () => Ger.Update(new MatrixSpan<float>(d.Span, n, n), Decay, Gain, new ReadOnlyMatrixSpan<float>(p.Span, Batch, n), new ReadOnlyMatrixSpan<float>(q.Span, Batch, n), threads: threads)),
            (td, tp, tq, _, _) =>
            {
                Tensor turned = tp.t();
                return [new("addmm_", () => td.addmm_(turned, tq, beta: Decay, alpha: Gain))];
            });

        void Compare(string name, int rank, Contestant ours, Func<Tensor, Tensor, Tensor, Tensor, Tensor, Contestant[]> torch)
        {
            if (!bench.Selects(name, n))
                return;
            Contestant[] peers = TorchPeer.IsAvailable
                ? torch(Inputs.Matrix(d, n, n), Inputs.Matrix(p, Batch, n), Inputs.Matrix(q, Batch, n), Inputs.Matrix(p2, Batch, n), Inputs.Matrix(q2, Batch, n))
                : [];
            bench.Compare(name, n, ours, peers, flops: 2.0 * rank * n * n, bytes: 8.0 * n * n, peak: FmaPeak.Float, footprint: 4.0 * n * n);
        }
    }
}
