using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>What is done at a place of a locally connected layer.</summary>
internal enum PlaceWork
{
    /// <summary>y = W x + b.</summary>
    Forward,

    /// <summary>W' y, to be folded.</summary>
    Send,

    /// <summary>W = keep · W + c y x'.</summary>
    Meet,
}

/// <summary>Products at the places of a locally connected layer; a piece is some places.</summary>
internal unsafe struct Places<T> : IRangeJob
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ConvolutionShape Shape;
    public PlaceWork Work;
    public int Batch;
    public T* Picture, Signal, Weights, Bias, Sent;
    public T Coefficient, Keep;

    public readonly void Invoke(int piece, int begin, int end)
    {
        int taps = LocallyConnected2D.Taps(Shape), area = LocallyConnected2D.Area(Shape);
        T* seen = ScratchMemory<T>.Take(ScratchUse.Windows, (long)Batch * taps), sums = ScratchMemory<T>.Take(ScratchUse.Sums, (long)Batch * Shape.Filters);
        MatrixSpan<T> windows = new(new Span<T>(seen, Batch * taps), Batch, taps), signals = new(new Span<T>(sums, Batch * Shape.Filters), Batch, Shape.Filters);
        for (int place = begin; place < end; place++)
        {
            if (Work != PlaceWork.Send)
            {
                for (int n = 0; n < Batch; n++)
                    LocalWindow.Gather(Shape, Picture + ((nint)n * Shape.InputLength), place, seen + ((nint)n * taps));
            }
            if (Work != PlaceWork.Forward)
                GatherSignals(place, area, sums);
            // The weights of a place: a row a filter, all places of the filters before them in between.
            T* first = Weights + ((nint)place * taps);
            MatrixSpan<T> weights = new(new Span<T>(first, checked((int)(((long)(Shape.Filters - 1) * area * taps) + taps))), Shape.Filters, taps, area * taps);
            switch (Work)
            {
                case PlaceWork.Forward:
                    Gemm.NT<T>(windows, weights, signals);
                    ScatterSums(place, area, sums);
                    break;
                case PlaceWork.Send:
                    Gemm.NN<T>(signals, weights, new MatrixSpan<T>(new Span<T>(Sent + ((nint)place * Batch * taps), Batch * taps), Batch, taps));
                    break;
                default:
                    Gemm.TN<T>(signals, windows, weights, Coefficient, Keep);
                    break;
            }
        }
    }

    private readonly void GatherSignals(int place, int area, T* to)
    {
        for (int n = 0; n < Batch; n++)
        {
            T* from = Signal + ((nint)n * Shape.OutputLength) + place;
            for (int o = 0; o < Shape.Filters; o++)
                to[(n * Shape.Filters) + o] = from[o * area];
        }
    }

    private readonly void ScatterSums(int place, int area, T* from)
    {
        for (int n = 0; n < Batch; n++)
        {
            T* to = Signal + ((nint)n * Shape.OutputLength) + place;
            for (int o = 0; o < Shape.Filters; o++)
                to[o * area] = Bias is null ? from[(n * Shape.Filters) + o] : from[(n * Shape.Filters) + o] + Bias[(o * area) + place];
        }
    }
}

/// <summary>Adds what all places sent down, [places, samples, taps], sample by sample in the places' order.</summary>
internal unsafe struct Folding<T> : IRangeJob
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ConvolutionShape Shape;
    public T* Sent, Pictures;
    public int Count;

    public readonly void Invoke(int piece, int begin, int end)
    {
        int taps = LocallyConnected2D.Taps(Shape), area = LocallyConnected2D.Area(Shape);
        for (int n = begin; n < end; n++)
        {
            T* picture = Pictures + ((nint)n * Shape.InputLength);
            new Span<T>(picture, Shape.InputLength).Clear();
            for (int place = 0; place < area; place++)
                LocalWindow.Add(Shape, Sent + (((nint)place * Count) + n) * taps, place, picture);
        }
    }
}
