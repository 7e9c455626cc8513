using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Torch;
using BioLearn.Kernels.Convolution;
using BioLearn.Kernels.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace BioLearn.Benchmarks.Kernels;

/// <summary>Convolution, its adjoint and weight gradient, with one group and depthwise, and max-pooling with switches and back.</summary>
internal sealed class ConvolutionBenchmark : IBenchmark
{
    // Channels, side, filters, kernel, stride, padding.
    private static readonly (int C, int Side, int F, int K, int S, int P)[] Dense =
        [(3, 64, 32, 5, 2, 2), (32, 28, 64, 3, 1, 1), (64, 14, 64, 3, 1, 1), (64, 14, 128, 1, 1, 0)];

    // Batch, channels, side, kernel, stride, padding: what follows the convolutions of a small network, and layers of a mobile one.
    private static readonly (int N, int C, int Side, int K, int S, int P)[] Depthwise =
    [
        (64, 32, 24, 2, 2, 0), (64, 32, 8, 3, 2, 0), (1, 64, 56, 3, 1, 1), (1, 64, 28, 3, 1, 1), (1, 128, 28, 3, 1, 1), (1, 256, 14, 3, 1, 1), (8, 256, 14, 3, 1, 1),
        (1, 64, 56, 3, 2, 1), (1, 128, 28, 3, 2, 1), (8, 256, 14, 3, 2, 1), (1, 128, 28, 5, 1, 2), (1, 128, 28, 5, 2, 2),
    ];

    public void Run(SideBySide bench)
    {
        foreach ((int c, int side, int f, int k, int s, int p) in Dense)
            Convolutions<float>(bench, ConvolutionShape.Forward(c, side, side, f, (k, k), (s, s), (p, p, p, p), (1, 1)), 1, $"{c}x{side}x{side} {k}x{k}/{s} {f}");
        foreach ((int n, int c, int side, int k, int s, int p) in Depthwise)
        {
            ConvolutionShape shape = ConvolutionShape.Forward(c, side, side, c, (k, k), (s, s), (p, p, p, p), (1, 1), c);
            string size = $"{n}x{c}x{side}x{side} {k}x{k}/{s} depthwise";
            Convolutions<float>(bench, shape, n, size);
            Convolutions<double>(bench, shape, n, $"{size} double");
        }
        Pooling(bench, 64, 28);
    }

    private static void Convolutions<T>(SideBySide bench, ConvolutionShape shape, int batch, string size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = Inputs.Array<T>(batch * shape.InputLength, "x"), w = Inputs.Array<T>(shape.WeightLength, "w"), y = Inputs.Array<T>(batch * shape.OutputLength, "y");
        T[] gradient = new T[shape.WeightLength];
        // Where the engine has them: in memory of its own, as the peer's tensors are.
        using NativeBuffer<T> input = new(x.Length), output = new(y.Length), result = new(batch * Math.Max(shape.OutputLength, shape.InputLength));
        x.CopyTo(input.Span);
        y.CopyTo(output.Span);
        using var forward = ConvolutionPlan<T>.Forward(shape, w);
        using var adjoint = ConvolutionPlan<T>.Adjoint(shape, w);
        double flops = 2.0 * batch * shape.MultiplyAdds, peak = typeof(T) == typeof(float) ? FmaPeak.Float : FmaPeak.Double;
        double bytes = Unsafe.SizeOf<T>() * (((double)batch * (shape.InputLength + shape.OutputLength)) + shape.WeightLength);
        int threads = bench.Threads;
        Peers<T>? peers = TorchPeer.IsAvailable && (bench.Selects("convolution/forward", size) || bench.Selects("convolution/adjoint", size) || bench.Selects("convolution/weights", size))
            ? new Peers<T>(shape, batch, x, w, y) : null;
        if (bench.Selects("convolution/forward", size))
            bench.Compare("convolution/forward", size, new("ConvolutionPlan", () => forward.Run(batch, input.Span, default, false, result.Span[..(batch * shape.OutputLength)], threads)), peers is null ? [] : peers.Forward(), flops: flops, bytes: bytes, peak: peak);
        if (bench.Selects("convolution/adjoint", size))
            bench.Compare("convolution/adjoint", size, new("ConvolutionPlan", () => adjoint.Run(batch, output.Span, default, false, result.Span[..(batch * shape.InputLength)], threads)), peers is null ? [] : peers.Back("input"), flops: flops, bytes: bytes, peak: peak);
        if (bench.Selects("convolution/weights", size))
            bench.Compare("convolution/weights", size, new("WeightGradient", () => Convolution2D.WeightGradient<T>(shape, batch, input.Span, output.Span, gradient, threads)), peers is null ? [] : peers.Back("weights"), flops: flops, bytes: bytes, peak: peak);
    }

    private static void Pooling(SideBySide bench, int channels, int side)
    {
        string size = $"{channels}x{side}x{side} 2x2/2";
        PoolingShape shape = PoolingShape.Forward(channels, side, side, (2, 2), (2, 2), (0, 0, 0, 0), (1, 1));
        float[] x = Inputs.Array(shape.InputLength, "x"), y = new float[shape.OutputLength], back = new float[shape.InputLength];
        var switches = new int[shape.OutputLength];
        Tensor? tx = TorchPeer.IsAvailable ? TorchPeer.Vector(x).reshape(1, channels, side, side) : null;
        if (bench.Selects("pooling/max", size))
        {
            bench.Compare("pooling/max", size, new("MaxPooling", () => MaxPooling.Forward<float>(shape, 1, x, y, switches)), tx is null ? [] :
            [
                new("max_pool2d_with_indices", () =>
                {
                    (Tensor maxima, Tensor where) = nn.functional.max_pool2d_with_indices(tx, [2, 2], [2, 2], [0, 0]);
                    maxima.Dispose();
                    where.Dispose();
                }),
            ]);
        }
        if (bench.Selects("pooling/unpool", size))
        {
            MaxPooling.Forward<float>(shape, 1, x, y, switches);
            (Tensor Maxima, Tensor Where)? pooled = tx is null ? null : nn.functional.max_pool2d_with_indices(tx, [2, 2], [2, 2], [0, 0]);
            bench.Compare("pooling/unpool", size, new("Unpooling.Write", () => Unpooling.Write<float>(shape, 1, y, switches, back)), pooled is not (Tensor maxima, Tensor where) ? [] :
            [
                new("max_unpool2d", () => nn.functional.max_unpool2d(maxima, where, [2, 2], [2, 2], [0, 0], [1, channels, side, side]).Dispose()),
            ]);
        }
    }

    /// <summary>
    /// TorchSharp's side, planes as they lie and channels last, whichever is faster. Backwards it is the kernel that automatic differentiation
    /// calls, for the one gradient alone.
    /// </summary>
    private sealed class Peers<T>(ConvolutionShape shape, int batch, T[] x, T[] w, T[] y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Tensor _x = TorchPeer.Vector(x).reshape(batch, shape.Channels, shape.Height, shape.Width);
        private readonly Tensor _w = TorchPeer.Vector(w).reshape(shape.Filters, shape.Channels / shape.Groups, shape.KernelHeight, shape.KernelWidth);
        private readonly Tensor _y = TorchPeer.Vector(y).reshape(batch, shape.Filters, shape.OutputHeight, shape.OutputWidth);

        public Contestant[] Forward() => [Forward(false), Forward(true)];

        public Contestant[] Back(string what) => [Back(what, false), Back(what, true)];

        private Contestant Forward(bool channelsLast)
        {
            Tensor input = Lay(_x, channelsLast), weights = Lay(_w, channelsLast);
            return new(channelsLast ? "conv2d, channels last" : "conv2d", () => Convolve(input, weights).Dispose());
        }

        private Contestant Back(string what, bool channelsLast)
        {
            using IDisposable mode = set_grad_enabled(true);
            Tensor input = Lay(_x, channelsLast), weights = Lay(_w, channelsLast), credit = Lay(_y, channelsLast);
            Tensor wanted = what == "input" ? input = input.detach().requires_grad_(true) : weights = weights.detach().requires_grad_(true);
            Tensor output = Convolve(input, weights);
            return new(channelsLast ? "its backward kernel, channels last" : "its backward kernel", () => autograd.grad([output], [wanted], [credit], retain_graph: true)[0]!.Dispose());
        }

        private static Tensor Lay(Tensor planes, bool channelsLast) => channelsLast ? planes.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : planes;

        private Tensor Convolve(Tensor input, Tensor weights) => nn.functional.conv2d(
            input, weights, null, strides: [shape.StrideY, shape.StrideX], padding: [shape.PadTop, shape.PadLeft], groups: shape.Groups);
    }
}
