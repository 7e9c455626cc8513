using System.Numerics;

namespace BioLearn.Kernels.Simd;

/// <summary>A kernel with its arguments as fields, written once for all widths; <see cref="Hardware.Run"/> runs it.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IVectorKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The work, in vectors of one width.</summary>
    /// <typeparam name="V">The vector.</typeparam>
    void Invoke<V>()
        where V : unmanaged, ILanes<V, T>;
}
