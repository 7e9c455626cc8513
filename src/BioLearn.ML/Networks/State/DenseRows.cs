using System.Numerics;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.ML.Networks;

/// <summary>Rows of samples, scaled, each by one thread, behind each other.</summary>
internal unsafe struct DenseRows<T> : IRangeJob
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Samples<T> Samples;
    public int* Rows;
    public int Width;
    public NativeBuffer<T> Dense;

    public readonly void Invoke(int piece, int begin, int end)
    {
        for (int i = begin; i < end; i++)
        {
            Span<T> row = Dense.Span.Slice(i * Width, Width);
            if (Samples.Sparse is { } sets)
                sets.CopyTo(Rows[i], row);
            else
                Samples.Features.Span.Slice(Rows[i] * Width, Width).CopyTo(row);
            Samples.Map?.Apply(row);
        }
    }
}
