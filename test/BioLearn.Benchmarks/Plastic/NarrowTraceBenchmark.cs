using BioLearn.Benchmarks.Harness;
using BioLearn.Kernels.Plastic;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Benchmarks.Plastic;

/// <summary>
/// What fewer bytes would bring to a plastic step that memory binds, beside the fused sweep: traces of sixteen bits, and two steps between two
/// writes of the trace (of the first step the trace is made in registers alone; the second brings it up to date by both).
/// </summary>
internal sealed unsafe class NarrowTraceBenchmark : IBenchmark
{
    private const float Eta = 0.01f;

    public void Run(SideBySide bench)
    {
        foreach (int n in (int[])[512, 1024, 2048, 4096])
        {
            Narrow<Bfloat16>(bench, n);
            Narrow<Half16>(bench, n);
            if (bench.Selects("plastic/two-steps-a-write", n))
                TwoSteps(bench, n);
        }
    }

    private static void Narrow<TFormat>(SideBySide bench, int n)
        where TFormat : struct, INarrowFormat
    {
        string name = $"plastic/trace-{TFormat.Name}";
        if (!bench.Selects(name, n))
            return;
        using Layer layer = new(n);
        using NativeBuffer<ushort> trace = new(n * n);
        int threads = bench.Threads;
        bench.Compare(name, n, new(TFormat.Name, () =>
        {
            var sweep = new NarrowTraceSweep<TFormat>
            {
                W = layer.W.Pointer, Alpha = layer.Alpha.Pointer, Decay = layer.Decay.Pointer, Gain = layer.Gain.Pointer, Pre = layer.Pre.Pointer, Source = layer.S.Pointer, Sum = layer.X.Pointer,
                Trace = trace.Pointer, N = n,
            };
            Partitioner.For(n, RowSweep.Grain(n), WorkSize.Threads(threads, 0, 12.0 * n * n), ref sweep);
        }), [new("float, the library's", () => layer.Step(threads))], flops: 7.0 * n * n, bytes: 12.0 * n * n, peak: FmaPeak.Float, footprint: 10.0 * n * n);
    }

    private static void TwoSteps(SideBySide bench, int n)
    {
        using Layer layer = new(n);
        int threads = bench.Threads;
        bench.Compare("plastic/two-steps-a-write", n, new("trace written once", () =>
        {
            layer.StepWithoutWriting(threads);
            layer.StepOfTwo(threads);
        }), [new("two steps of the library's", () =>
        {
            layer.Step(threads);
            layer.Step(threads);
        })], flops: 14.0 * n * n, bytes: 28.0 * n * n, peak: FmaPeak.Float, footprint: 12.0 * n * n);
    }

    /// <summary>As a step's linear update, but the trace stays as it was.</summary>
    private readonly struct Unwritten : ITraceOperator<float>
    {
        public static bool Changes => false;

        public static int RowNumbers => 2;

        public static int Signals => 1;

        public V Invoke<V>(V h, V row0, V row1, V row2, V signal1, V signal2)
            where V : unmanaged, ILanes<V, float> => V.MultiplyAdd(row1, signal1, row0 * h);
    }

    private sealed class Layer : IDisposable
    {
        private readonly int _n;

        public Layer(int n)
        {
            _n = n;
            (W, Alpha, H) = (Numbers(n * n, "w"), Numbers(n * n, "alpha"), Numbers(n * n, "h"));
            (Post, Pre, S, X, Decay, Gain) = (Numbers(n, "post"), Numbers(n, "pre"), Numbers(n, "s"), new(n), new(n), new(n));
            Decay.Span.Fill(1 - Eta);
            for (int i = 0; i < n; i++)
                Gain.Span[i] = Eta * Post.Span[i];
        }

        public NativeBuffer<float> W { get; }

        public NativeBuffer<float> Alpha { get; }

        public NativeBuffer<float> H { get; }

        public NativeBuffer<float> Post { get; }

        public NativeBuffer<float> Pre { get; }

        public NativeBuffer<float> S { get; }

        public NativeBuffer<float> X { get; }

        public NativeBuffer<float> Decay { get; }

        public NativeBuffer<float> Gain { get; }

        private PlasticLayer<float> Matrices => new(new(W.Span, _n, _n), new(Alpha.Span, _n, _n), new(H.Span, _n, _n));

        public void Step(int threads) => PlasticForward.UpdateAndExcite(Matrices, new TraceUpdate<float>(Decay.Span, Gain.Span, Pre.Span), S.Span, X.Span, threads);

        public void StepOfTwo(int threads) =>
            PlasticForward.UpdateAndExcite(Matrices, new TraceUpdate<float>(Decay.Span, Gain.Span, Pre.Span, Gain.Span, S.Span), S.Span, X.Span, threads);

        public void StepWithoutWriting(int threads)
        {
            var kernel = new ForwardKernel<float, Unwritten, OneSum<float>>
            {
                W = W.Pointer, A = Alpha.Pointer, H = H.Pointer, Source = S.Pointer, Sum = X.Pointer, Row0 = Decay.Pointer, Row1 = Gain.Pointer, Signal1 = Pre.Pointer, Stride = _n, Columns = _n,
            };
            RowSweep.Run<float, ForwardKernel<float, Unwritten, OneSum<float>>>(_n, _n, threads, ref kernel);
        }

        public void Dispose()
        {
            foreach (NativeBuffer<float> buffer in (NativeBuffer<float>[])[W, Alpha, H, Post, Pre, S, X, Decay, Gain])
                buffer.Dispose();
        }

        private static NativeBuffer<float> Numbers(int count, string name)
        {
            var values = new NativeBuffer<float>(count);
            new RandomStream(1, name).FillUniform(values.Span, -0.5f, 0.5f);
            return values;
        }
    }
}
