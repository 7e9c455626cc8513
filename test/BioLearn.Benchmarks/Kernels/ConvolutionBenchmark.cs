using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Torch;
using BioLearn.Kernels.Convolution;
using TorchSharp;
using static TorchSharp.torch;

namespace BioLearn.Benchmarks.Kernels;

/// <summary>Convolution, its adjoint and weight gradient, with one group and depthwise, and max-pooling with switches and back.</summary>
internal sealed class ConvolutionBenchmark : IBenchmark
{
    // Channels, side, filters, kernel, stride, padding, groups.
    private static readonly (int C, int Side, int F, int K, int S, int P, int G)[] Layers =
        [(3, 64, 32, 5, 2, 2, 1), (32, 28, 64, 3, 1, 1, 1), (64, 14, 64, 3, 1, 1, 1), (64, 14, 128, 1, 1, 0, 1), (64, 28, 64, 3, 1, 1, 64)];

    public void Run(SideBySide bench)
    {
        foreach ((int c, int side, int f, int k, int s, int p, int g) in Layers)
        {
            ConvolutionShape shape = ConvolutionShape.Forward(c, side, side, f, (k, k), (s, s), (p, p, p, p), (1, 1), g);
            string size = g == 1 ? $"{c}x{side}x{side} {k}x{k}/{s} {f}" : $"{c}x{side}x{side} {k}x{k} depthwise";
            Convolutions(bench, shape, size);
        }
        Pooling(bench, 64, 28);
    }

    private static void Convolutions(SideBySide bench, ConvolutionShape shape, string size)
    {
        float[] x = Inputs.Array(shape.InputLength, "x"), w = Inputs.Array(shape.WeightLength, "w"), y = Inputs.Array(shape.OutputLength, "y");
        float[] result = new float[Math.Max(shape.OutputLength, shape.InputLength)], gradient = new float[shape.WeightLength];
        using var forward = ConvolutionPlan<float>.Forward(shape, w);
        using var adjoint = ConvolutionPlan<float>.Adjoint(shape, w);
        double flops = 2.0 * shape.MultiplyAdds;
        int threads = bench.Threads;
        Peers? peers = TorchPeer.IsAvailable && (bench.Selects("convolution/forward", size) || bench.Selects("convolution/adjoint", size) || bench.Selects("convolution/weights", size))
            ? new Peers(shape, x, w, y) : null;
        if (bench.Selects("convolution/forward", size))
            bench.Compare("convolution/forward", size, new("ConvolutionPlan", () => forward.Run(1, x, default, false, result.AsSpan(0, shape.OutputLength), threads)), peers is null ? [] : [peers.Forward()], flops: flops, peak: FmaPeak.Float);
        if (bench.Selects("convolution/adjoint", size))
            bench.Compare("convolution/adjoint", size, new("ConvolutionPlan", () => adjoint.Run(1, y, default, false, result.AsSpan(0, shape.InputLength), threads)), peers is null ? [] : [peers.Back("input")], flops: flops, peak: FmaPeak.Float);
        if (bench.Selects("convolution/weights", size))
            bench.Compare("convolution/weights", size, new("WeightGradient", () => Convolution2D.WeightGradient(shape, 1, x, y, gradient)), peers is null ? [] : [peers.Back("weights")], flops: flops, peak: FmaPeak.Float);
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

    /// <summary>TorchSharp's side. Backwards it is the kernel that automatic differentiation calls, for the one gradient alone.</summary>
    private sealed class Peers(ConvolutionShape shape, float[] x, float[] w, float[] y)
    {
        private readonly Tensor _x = TorchPeer.Vector(x).reshape(1, shape.Channels, shape.Height, shape.Width);
        private readonly Tensor _w = TorchPeer.Vector(w).reshape(shape.Filters, shape.Channels / shape.Groups, shape.KernelHeight, shape.KernelWidth);
        private readonly Tensor _y = TorchPeer.Vector(y).reshape(1, shape.Filters, shape.OutputHeight, shape.OutputWidth);

        public Contestant Forward() => new("conv2d", () => Convolve(_x, _w).Dispose());

        public Contestant Back(string what)
        {
            using IDisposable mode = set_grad_enabled(true);
            Tensor input = what == "input" ? _x.detach().requires_grad_(true) : _x, weights = what == "input" ? _w : _w.detach().requires_grad_(true);
            Tensor output = Convolve(input, weights), wanted = what == "input" ? input : weights;
            return new("its backward kernel", () => autograd.grad([output], [wanted], [_y], retain_graph: true)[0]!.Dispose());
        }

        private Tensor Convolve(Tensor input, Tensor weights) => nn.functional.conv2d(
            input, weights, null, strides: [shape.StrideY, shape.StrideX], padding: [shape.PadTop, shape.PadLeft], groups: shape.Groups);
    }
}
