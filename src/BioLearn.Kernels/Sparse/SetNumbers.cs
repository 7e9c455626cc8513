using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BioLearn.Kernels.Sparse;

/// <summary>Finds the numbers of a dense row that are not zero. NaN counts as set, both zeros do not.</summary>
internal static unsafe class SetNumbers
{
    /// <summary>How many are set; stops counting where there are more than <paramref name="most"/>.</summary>
    /// <returns>The number, or any number above <paramref name="most"/>.</returns>
    public static int Count<T>(ReadOnlySpan<T> row, int most)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = 0;
        const int block = 1024;
        for (int i = 0; i < row.Length && count <= most; i += block)
            count += CountBlock(row.Slice(i, Math.Min(block, row.Length - i)));
        return count;
    }

    /// <summary>Copies the set numbers and where they stand.</summary>
    /// <param name="row">The row.</param>
    /// <param name="indices">Receives the places, ascending; has room for all that are set.</param>
    /// <param name="values">Receives the numbers; likewise.</param>
    /// <returns>How many are set.</returns>
    /// <exception cref="ArgumentException">There is not room enough.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Copy<T>(ReadOnlySpan<T> row, Span<int> indices, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int room = Math.Min(indices.Length, values.Length), set = 0, i = 0;
        fixed (T* p = row, v = values)
        fixed (int* index = indices)
        {
            for (; i <= row.Length - Vector256<T>.Count; i += Vector256<T>.Count)
            {
                for (uint mask = SetIn(p + i); mask != 0; mask &= mask - 1)
                {
                    if (set == room)
                        throw new ArgumentException($"There is room for {room} set numbers.", nameof(indices));
                    int at = i + BitOperations.TrailingZeroCount(mask);
                    index[set] = at;
                    v[set++] = p[at];
                }
            }
            for (; i < row.Length; i++)
            {
                if (p[i] == T.Zero)
                    continue;
                if (set == room)
                    throw new ArgumentException($"There is room for {room} set numbers.", nameof(indices));
                index[set] = i;
                v[set++] = p[i];
            }
        }
        return set;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CountBlock<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = 0, i = 0;
        fixed (T* p = row)
        {
            for (; i <= row.Length - Vector256<T>.Count; i += Vector256<T>.Count)
                count += BitOperations.PopCount(SetIn(p + i));
            for (; i < row.Length; i++)
                count += p[i] == T.Zero ? 0 : 1;
        }
        return count;
    }

    /// <summary>A bit for each number of a vector that is not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint SetIn<T>(T* p)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ~Vector256.Equals(Vector256.Load(p), Vector256<T>.Zero).ExtractMostSignificantBits() & ((1u << Vector256<T>.Count) - 1);
}
