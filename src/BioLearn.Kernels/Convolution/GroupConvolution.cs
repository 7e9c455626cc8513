using System.Numerics;
using System.Runtime.Intrinsics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Convolution;

/// <summary>One group of a convolution or adjoint: chooses, picture by picture, the fastest exact way to compute it.</summary>
internal sealed unsafe class GroupConvolution<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Measured: below these shares of exceptions the sparse way is faster than the dense ones.
    private const double DensityAgainstWinograd = 0.24, DensityAgainstDirect = 0.4;

    // Winograd's transforms cost as much as they save where channels are few.
    private const int WinogradChannels = 12;

    private readonly PackedWay<DirectConvolution<T>, T> _direct;
    private readonly PackedWay<PointwiseConvolution<T>, T>? _pointwise;
    private readonly PackedWay<Winograd<T>, T>? _winograd;
    private readonly PackedWay<SparseScatter<T>, T>? _sparse;

    public GroupConvolution(ConvolutionShape shape, bool adjoint, ReadOnlyMemory<T> weights)
    {
        (InputLength, OutputLength) = adjoint ? (shape.OutputLength, shape.InputLength) : (shape.InputLength, shape.OutputLength);
        (InputChannels, OutputChannels) = adjoint ? (shape.Filters, shape.Channels) : (shape.Channels, shape.Filters);
        var phases = adjoint ? GatherPhase.Adjoint(shape, Panels.Lanes<T>()) : [GatherPhase.Forward(shape)];
        _direct = new(weights, () => new(shape, adjoint, phases, weights.Span));
        if (phases is not [{ InputStepY: 1, InputStepX: 1 } grid] || grid.Taps.Length == 0) return;
        if (PointwiseConvolution<T>.Handles(shape, grid))
            _pointwise = new(weights, () => new(shape, adjoint, weights.Span));
        if (Math.Min(shape.Channels, shape.Filters) >= WinogradChannels && Winograd<T>.Handles(grid))
            _winograd = new(weights, () => new(shape, adjoint, grid, weights.Span));
        if (SparseScatter<T>.Handles(shape, adjoint, grid))
            _sparse = new(weights, () => new(shape, adjoint, grid, weights.Span));
    }

    public int InputLength { get; }

    public int OutputLength { get; }

    public int InputChannels { get; }

    public int OutputChannels { get; }

    /// <summary>The weights have changed in place: what was rearranged of them is rearranged anew before it is used again. Nobody may run meanwhile.</summary>
    public void Renew()
    {
        _direct.Renew();
        _pointwise?.Renew();
        _winograd?.Renew();
        _sparse?.Renew();
    }

    public void Run(int batch, T* input, T* bias, T floor, T ceiling, T* output, int threads)
    {
        int dense = 0; // pictures behind us that wait for the dense way, which is faster for several
        for (int n = 0; n < batch; n++)
        {
            T* picture = input + (nint)n * InputLength;
            if (_sparse is not null && FindBackground(picture, out T* backgrounds))
            {
                _sparse.Current.Run(picture, backgrounds, bias, floor, output + (nint)n * OutputLength, threads);
                RunDense(n - dense, dense);
                dense = 0;
            }
            else
                dense++;
        }

        RunDense(batch - dense, dense);
        if (_pointwise is null && T.IsFinite(ceiling)) PlaneEpilogue.Cut((nint)batch * OutputLength, ceiling, output);

        void RunDense(int first, int count)
        {
            if (count == 0) return;
            T* from = input + (nint)first * InputLength, to = output + (nint)first * OutputLength;
            if (_winograd is not null)
                _winograd.Current.Run(count, from, bias, floor, to, threads);
            else if (_pointwise is not null)
            {
                for (int n = 0; n < count; n++) _pointwise.Current.Run(from + (nint)n * InputLength, bias, floor, ceiling, to + (nint)n * OutputLength, threads);
            }
            else
            {
                for (int n = 0; n < count; n++) _direct.Current.Run(from + (nint)n * InputLength, bias, floor, to + (nint)n * OutputLength, threads);
            }
        }
    }

    private bool FindBackground(T* picture, out T* backgrounds)
    {
        backgrounds = ScratchMemory<T>.Take(ScratchUse.Backgrounds, InputChannels + Vector512<T>.Count);
        long limit = (long)(InputLength * (_winograd is null ? DensityAgainstDirect : DensityAgainstWinograd));
        return Background.TryFind(InputChannels, InputLength / InputChannels, picture, limit, backgrounds);
    }

    public void Dispose()
    {
        _direct.Dispose();
        _pointwise?.Dispose();
        _winograd?.Dispose();
        _sparse?.Dispose();
    }
}
