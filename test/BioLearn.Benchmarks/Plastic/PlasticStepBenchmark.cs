using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Torch;
using BioLearn.Kernels.Plastic;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace BioLearn.Benchmarks.Plastic;

/// <summary>
/// One plastic step: H ← (1-η) H + η post preᵀ, then x = (W + α∘H) s with the new H; once with a target neuron a row, once with a
/// target neuron a column. Ours is one sweep; TorchSharp's side is offered every sequence of in-place operations that we know.
/// </summary>
internal sealed class PlasticStepBenchmark : IBenchmark
{
    private const float Eta = 0.01f;

    // Beside the sequence alone that the first measurements of this step, on another machine, took as their peer.
    private const string FirstSequence = "plastic/step-first-peer";

    public void Run(SideBySide bench)
    {
        foreach (int n in (int[])[32, 64, 128, 256, 512, 1024, 2048])
        {
            if (bench.Selects("plastic/step-by-row", n))
                ByRow(bench, n);
            if (bench.Selects("plastic/step-by-column", n))
                ByColumn(bench, n, "plastic/step-by-column");
            if (bench.Selects(FirstSequence, n))
                ByColumn(bench, n, FirstSequence);
        }
    }

    private static void ByRow(SideBySide bench, int n)
    {
        using NativeBuffer<float> w = Numbers(n * n, "w"), alpha = Numbers(n * n, "alpha"), h = Numbers(n * n, "h");
        using NativeBuffer<float> post = Numbers(n, "post"), pre = Numbers(n, "pre"), s = Numbers(n, "s"), x = new(n), decay = new(n), gain = new(n);
        FillRates(decay, gain, post);
        int threads = bench.Threads;
        var ours = new Contestant("fused sweep", () => PlasticForward.UpdateAndExcite(
            new PlasticLayer<float>(new(w.Span, n, n), new(alpha.Span, n, n), new(h.Span, n, n)),
            new TraceUpdate<float>(decay.Span, gain.Span, pre.Span), s.Span, x.Span, threads));
        Compare(bench, "plastic/step-by-row", n, ours, w, alpha, h, post, pre, s);
    }

    private static void ByColumn(SideBySide bench, int n, string name)
    {
        using NativeBuffer<float> w = Numbers(n * n, "w"), alpha = Numbers(n * n, "alpha"), h = Numbers(n * n, "h");
        using NativeBuffer<float> post = Numbers(n, "post"), pre = Numbers(n, "pre"), s = Numbers(n, "s"), x = new(n), decay = new(n), gain = new(n);
        FillRates(decay, gain, post);
        int threads = bench.Threads;
        var ours = new Contestant("fused sweep", () => PlasticForwardByColumn.UpdateAndExcite(
            new PlasticLayer<float>(new(w.Span, n, n), new(alpha.Span, n, n), new(h.Span, n, n)), decay.Span, gain.Span, pre.Span, s.Span, x.Span, threads));
        Compare(bench, name, n, ours, w, alpha, h, pre, post, s);
    }

    // H takes up left rightᵀ.
    private static void Compare(
        SideBySide bench, string name, int n, Contestant ours,
        NativeBuffer<float> w, NativeBuffer<float> alpha, NativeBuffer<float> h, NativeBuffer<float> left, NativeBuffer<float> right, NativeBuffer<float> s)
    {
        bool byRow = name.EndsWith("row", StringComparison.Ordinal);
        IReadOnlyList<Contestant> peers = TorchPeer.IsAvailable
            ? Peers(byRow, name == FirstSequence, Matrix(w, n), Matrix(alpha, n), Matrix(h, n), Vector(left), Vector(right), Vector(s))
            : [];
        // W, α and H are read and H is written.
        bench.Compare(name, n, ours, peers, flops: 7.0 * n * n, bytes: 16.0 * n * n, peak: FmaPeak.Float, footprint: 12.0 * n * n);
    }

    private static Contestant[] Peers(bool byRow, bool first, Tensor w, Tensor alpha, Tensor h, Tensor left, Tensor right, Tensor s)
    {
        Tensor row = s.reshape(1, -1), column = s.reshape(-1, 1);
        Func<Tensor, Tensor> vector = byRow ? q => q.mv(s) : q => q.t().mv(s);
        Func<Tensor, Tensor> matrix = byRow ? q => q.mm(column) : q => row.mm(q);
        if (first)
            return [new("mul add_ mm flatten addr_", First)];
        return
        [
            new("addr_ mul add_ mv", () => Step(MulAdd, vector)),
            new("addr_ mul add_ mm", () => Step(MulAdd, matrix)),
            new("addr_ addcmul mv", () => Step(AddMul, vector)),
            new("addr_ addcmul mm", () => Step(AddMul, matrix)),
        ];

        void Step(Func<Tensor> effective, Func<Tensor, Tensor> product)
        {
            h.addr_(left, right, beta: 1 - Eta, alpha: Eta);
            using Tensor q = effective();
            product(q).Dispose();
        }

        // The product is flattened and fed back as the trace's other signal, as a loop over steps would.
        void First()
        {
            using Tensor q = MulAdd();
            using Tensor product = row.mm(q);
            using Tensor flat = product.flatten();
            h.addr_(left, flat, beta: 1 - Eta, alpha: Eta);
        }

        Tensor MulAdd()
        {
            Tensor q = alpha.mul(h);
            q.add_(w);
            return q;
        }

        Tensor AddMul() => w.addcmul(alpha, h, 1);
    }

    private static void FillRates(NativeBuffer<float> decay, NativeBuffer<float> gain, NativeBuffer<float> post)
    {
        decay.Span.Fill(1 - Eta);
        for (int i = 0; i < gain.Length; i++)
            gain.Span[i] = Eta * post.Span[i];
    }

    private static Tensor Vector(NativeBuffer<float> values) => TorchPeer.Vector(values.Span.ToArray());

    private static Tensor Matrix(NativeBuffer<float> values, int n) => TorchPeer.Matrix(values.Span.ToArray(), n, n);

    private static NativeBuffer<float> Numbers(int count, string name)
    {
        var values = new NativeBuffer<float>(count);
        new RandomStream(1, name).FillUniform(values.Span, -0.5f, 0.5f);
        return values;
    }
}
