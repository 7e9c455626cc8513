using System.Numerics;
using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Torch;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tensors;
using TorchSharp;

namespace BioLearn.Benchmarks.Kernels;

/// <summary>Matrix products: square ones, and the shapes of layers, beside <c>torch.mm</c> and <c>addmm_</c> (MKL).</summary>
internal sealed unsafe class GemmBenchmark : IBenchmark
{
    private static readonly (int M, int N, int K)[] Layers =
        [(1, 32, 32), (1, 1000, 1000), (4, 512, 512), (16, 256, 784), (128, 256, 784), (128, 10, 256), (32, 1000, 1000), (37, 101, 333)];

    // What a layer of 784 inputs asks for when samples come one by one, or a few at a time: forwards, backwards, and its gradient.
    private static readonly (string Form, int M, int N, int K)[] FewRows =
    [
        ("NT", 1, 256, 784), ("NT", 2, 256, 784), ("NT", 4, 256, 784), ("NT", 8, 256, 784), ("NT", 1, 10, 256), ("NT", 1, 32, 784),
        ("NN", 1, 784, 256), ("NN", 2, 784, 256), ("NN", 4, 784, 256), ("NN", 8, 784, 256), ("NN", 1, 256, 10), ("NN", 1, 784, 32),
        ("TN", 256, 784, 1), ("TN", 256, 784, 2), ("TN", 256, 784, 4), ("TN", 256, 784, 8), ("TN", 10, 256, 1), ("TN", 32, 784, 1),
    ];

    public void Run(SideBySide bench)
    {
        foreach (int n in (int[])[32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048])
            Compare<float>(bench, "gemm/NN", n, n, n);
        foreach (int n in (int[])[32, 128, 512, 1024])
        {
            Compare<float>(bench, "gemm/NT", n, n, n);
            Compare<float>(bench, "gemm/TN", n, n, n);
            Compare<double>(bench, "gemm/NN double", n, n, n);
        }
        foreach ((int m, int n, int k) in Layers)
        {
            Compare<float>(bench, "gemm/NN", m, n, k);
            Compare<float>(bench, "gemm/NT", m, n, k);
            Compare<float>(bench, "gemm/TN", m, n, k);
        }
        foreach ((string form, int m, int n, int k) in FewRows)
            Compare<float>(bench, "gemm/" + form, m, n, k);
    }

    private static void Compare<T>(SideBySide bench, string name, int m, int n, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string size = m == n && n == k ? $"{n}" : $"{m}x{n}x{k}";
        if (!bench.Selects(name, size))
            return;
        string form = name.Substring("gemm/".Length, 2);
        using NativeBuffer<T> a = Numbers<T>(m * k, "a"), b = Numbers<T>(k * n, "b"), c = Numbers<T>(m * n, "c");
        Contestant ours = form switch
        {
            "NN" => new("Gemm.NN", () => Gemm.NN(new(a.Span, m, k), new(b.Span, k, n), new MatrixSpan<T>(c.Span, m, n), bench.Threads)),
            "NT" => new("Gemm.NT", () => Gemm.NT(new(a.Span, m, k), new(b.Span, n, k), new MatrixSpan<T>(c.Span, m, n), bench.Threads)),
            _ => new("Gemm.TN", () => Gemm.TN(new(a.Span, k, m), new(b.Span, k, n), new MatrixSpan<T>(c.Span, m, n), bench.Threads)),
        };
        bench.Compare(
            name, size, ours, TorchPeer.IsAvailable ? Torch(form, a, b, m, n, k) : [],
            flops: 2.0 * m * n * k, bytes: sizeof(T) * (((double)m * k) + ((double)k * n) + ((double)m * n)), peak: typeof(T) == typeof(float) ? FmaPeak.Float : FmaPeak.Double);
    }

    private static Contestant[] Torch<T>(string form, NativeBuffer<T> a, NativeBuffer<T> b, int m, int n, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        torch.Tensor x = Tensor(a, form == "TN" ? [k, m] : [m, k]), y = Tensor(b, form == "NT" ? [n, k] : [k, n]);
        if (form == "TN")
            x = x.t();
        if (form == "NT")
            y = y.t();
        torch.Tensor z = torch.zeros(m, n, dtype: x.dtype);
        return
        [
            new("mm", () => x.mm(y).Dispose()),
            new("addmm_", () => z.addmm_(x, y, beta: 0, alpha: 1)),
        ];
    }

    private static torch.Tensor Tensor<T>(NativeBuffer<T> values, long[] shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (typeof(T) == typeof(float) ? torch.tensor((float[])(object)values.Span.ToArray()) : torch.tensor((double[])(object)values.Span.ToArray())).reshape(shape);

    private static NativeBuffer<T> Numbers<T>(int count, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var buffer = new NativeBuffer<T>(count);
        new RandomStream(1, name).FillUniform(buffer.Span, -T.One, T.One);
        return buffer;
    }
}
