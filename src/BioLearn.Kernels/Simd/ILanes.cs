using System.Numerics;

namespace BioLearn.Kernels.Simd;

/// <summary>
/// A vector of <see cref="Count"/> numbers that the hardware computes at once. Kernels and learning rules are written once against
/// this interface; the sweep that calls them picks the widest implementation that the processor has (see <c>docs/kernels.md</c>).
/// </summary>
/// <remarks>
/// Element-wise operations give the same bits at every width, on every processor that fuses multiply and add.
/// Comparisons return a mask whose lanes are all ones or all zeros, for <see cref="Select"/> and the bit operators.
/// </remarks>
/// <typeparam name="TSelf">The implementing vector.</typeparam>
/// <typeparam name="T">Its element: <see cref="float"/> or <see cref="double"/>.</typeparam>
public unsafe interface ILanes<TSelf, T>
    where TSelf : unmanaged, ILanes<TSelf, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Number of elements in the vector.</summary>
    static abstract int Count { get; }

    /// <summary>All lanes zero.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>The same value in every lane.</summary>
    static abstract TSelf Create(T value);

    /// <summary>Reads <see cref="Count"/> elements; no alignment is required.</summary>
    static abstract TSelf Load(T* source);

    /// <summary>Writes <see cref="Count"/> elements; no alignment is required.</summary>
    static abstract void Store(TSelf value, T* destination);

    /// <summary>Reads the first <paramref name="count"/> elements (0 to <see cref="Count"/>) and nothing behind them; the other lanes are zero.</summary>
    static abstract TSelf LoadFirst(T* source, int count);

    /// <summary>Writes the first <paramref name="count"/> lanes (0 to <see cref="Count"/>) and nothing behind them.</summary>
    static abstract void StoreFirst(TSelf value, T* destination, int count);

    /// <summary>Sum.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>Difference.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>Product, lane by lane.</summary>
    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>Quotient.</summary>
    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>Negation.</summary>
    static abstract TSelf operator -(TSelf value);

    /// <summary>Bitwise and, for masks.</summary>
    static abstract TSelf operator &(TSelf left, TSelf right);

    /// <summary>Bitwise or, for masks.</summary>
    static abstract TSelf operator |(TSelf left, TSelf right);

    /// <summary><c>left * right + addend</c>, rounded once where the hardware has fused multiply-add (<see cref="Hardware.FusesMultiplyAdd"/>).</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary><c>addend - left * right</c>, rounded as <see cref="MultiplyAdd"/>.</summary>
    static abstract TSelf SubtractProduct(TSelf left, TSelf right, TSelf addend);

    /// <summary>The smaller value; NaN if either is NaN.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>The larger value; NaN if either is NaN.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>Absolute value.</summary>
    static abstract TSelf Abs(TSelf value);

    /// <summary>Square root.</summary>
    static abstract TSelf Sqrt(TSelf value);

    /// <summary>Nearest integer, ties to even.</summary>
    static abstract TSelf Round(TSelf value);

    /// <summary>e to the power of each lane.</summary>
    static abstract TSelf Exp(TSelf value);

    /// <summary>Natural logarithm of each lane.</summary>
    static abstract TSelf Log(TSelf value);

    /// <summary>2 to the power of a whole number between -126 and 127 (float) or -1022 and 1023 (double); anything else gives an undefined value.</summary>
    static abstract TSelf PowerOfTwo(TSelf exponent);

    /// <summary>Mask of the lanes where the two are equal.</summary>
    static abstract TSelf Equals(TSelf left, TSelf right);

    /// <summary>Mask of the lanes where <paramref name="left"/> is smaller.</summary>
    static abstract TSelf LessThan(TSelf left, TSelf right);

    /// <summary>Mask of the lanes where <paramref name="left"/> is smaller or equal.</summary>
    static abstract TSelf LessThanOrEqual(TSelf left, TSelf right);

    /// <summary><paramref name="whenSet"/> where the mask is set, <paramref name="otherwise"/> elsewhere.</summary>
    static abstract TSelf Select(TSelf mask, TSelf whenSet, TSelf otherwise);

    /// <summary>Sum of the lanes. The order of additions depends on the width.</summary>
    static abstract T Sum(TSelf value);

    /// <summary>Writes the sums of the lanes of four vectors, in the time of one or two single sums.</summary>
    static abstract void StoreSums(TSelf a, TSelf b, TSelf c, TSelf d, T* destination);
}
