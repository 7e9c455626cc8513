using System.Numerics;

namespace BioLearn.Kernels.Simd;

/// <summary>A kernel with its arguments as fields, written once for all widths.</summary>
internal interface IVectorKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    void Invoke<V>()
        where V : unmanaged, ILanes<V, T>;
}
