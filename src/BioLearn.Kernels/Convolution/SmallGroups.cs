using System.Numerics;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>A convolution of groups with few channels each, or its adjoint, the way that suits its planes. Allocates nothing.</summary>
internal static unsafe class SmallGroups<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>output = A input + bias for a batch; negative outputs become 0 on request.</summary>
    public static void Run(in ConvolutionShape shape, bool adjoint, int batch, T* input, T* weights, T* bias, bool rectify, T* output, int threads)
    {
        var groups = new GroupShape(shape, adjoint);
        threads = Worth(shape, batch, threads);
        if (DepthwiseRows<T>.Suits(groups))
            DepthwiseRows<T>.Run(groups, batch, input, weights, bias, rectify, output, threads);
        else if (DepthwiseHalving<T>.Suits(groups))
            DepthwiseHalving<T>.Run(groups, batch, input, weights, bias, rectify, output, threads);
        else if (DepthwiseDoubling<T>.Suits(groups))
            DepthwiseDoubling<T>.Run(groups, batch, input, weights, bias, rectify, output, threads);
        else if (GroupPlanes<T>.Suits(groups))
            GroupPlanes<T>.Run(groups, batch, input, weights, bias, rectify, output, threads);
        else
            GroupLanes<T>.Run(groups, batch, input, weights, bias, rectify, output, threads);
    }

    /// <summary>gradient = Σ over pictures; overwritten.</summary>
    public static void RunGradient(in ConvolutionShape shape, int batch, T* x, T* y, T* gradient, int threads)
    {
        threads = Worth(shape, batch, threads);
        if (DepthwiseGradient<T>.Suits(shape))
            DepthwiseGradient<T>.Run(shape, batch, x, y, gradient, threads);
        else if (HalvingGradient<T>.Suits(shape))
            HalvingGradient<T>.Run(shape, batch, x, y, gradient, threads);
        else if (GroupPlaneGradient<T>.Suits(shape))
            GroupPlaneGradient<T>.Run(shape, batch, x, y, gradient, threads);
        else
            GroupLaneGradient<T>.Run(shape, batch, x, y, gradient);
    }

    private static int Worth(in ConvolutionShape shape, int batch, int threads) => WorkSize.Threads(
        threads, (double)batch * shape.MultiplyAdds * sizeof(T) / sizeof(float), (double)batch * (shape.InputLength + shape.OutputLength) * sizeof(T));
}
