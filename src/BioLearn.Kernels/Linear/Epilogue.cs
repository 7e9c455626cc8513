using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// What a matrix product does to each finished element while it is still in the first-level cache:
/// <c>c[i,j] = f(product[i,j] + bias[j]) * gate[i,j]</c>. The function f is a type argument of the product.
/// </summary>
/// <param name="bias">One number a column, or empty.</param>
/// <param name="gate">A matrix of the product's shape, such as the derivative of an activation, or empty.</param>
internal readonly ref struct Epilogue<T>(ReadOnlySpan<T> bias, ReadOnlyMatrixSpan<T> gate = default)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ReadOnlySpan<T> Bias { get; } = bias;

    public ReadOnlyMatrixSpan<T> Gate { get; } = gate;

    public static Epilogue<T> GatedBy(ReadOnlyMatrixSpan<T> gate) => new(default, gate);
}
