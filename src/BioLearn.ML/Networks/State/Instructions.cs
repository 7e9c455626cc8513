using System.Numerics;
using System.Runtime.InteropServices;

namespace BioLearn.ML.Networks;

/// <summary>
/// What rows are asked: the distinct instruction vectors, and which of them each row has. A task is the one-hot vector of its number.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Instructions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Instructions(ReadOnlyMemory<T> vectors, int width, ReadOnlyMemory<int> ofRow) => (Vectors, Width, OfRow) = (vectors, width, ofRow);

    /// <summary>Numbers of one instruction.</summary>
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    public int Count => OfRow.Length;

    /// <summary>The distinct instructions, [distinct, <see cref="Width"/>].</summary>
    public ReadOnlyMemory<T> Vectors { get; }

    /// <summary>How many distinct instructions there are.</summary>
    public int Distinct => Vectors.Length / Width;

    /// <summary>Index of each row's instruction in <see cref="Vectors"/>, from 0.</summary>
    public ReadOnlyMemory<int> OfRow { get; }

    /// <summary>A task a row, as a one-hot vector.</summary>
    /// <param name="taskOfRow">Number of each row's task, from 0.</param>
    /// <param name="tasks">Number of tasks; at least 1.</param>
    /// <returns>The instructions; the numbers are not copied.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is not below <paramref name="tasks"/>.</exception>
    public static Instructions<T> OfTasks(ReadOnlyMemory<int> taskOfRow, int tasks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tasks, 1);
        foreach (int task in taskOfRow.Span)
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)task, (uint)tasks, nameof(taskOfRow));
        T[] vectors = new T[tasks * tasks];
        for (int task = 0; task < tasks; task++)
            vectors[(task * tasks) + task] = T.One;
        return new(vectors, tasks, taskOfRow);
    }

    /// <summary>A vector a row; equal vectors are kept once.</summary>
    /// <param name="vectors">[rows, width], row by row.</param>
    /// <param name="width">Numbers of one instruction; at least 1.</param>
    /// <returns>The instructions.</returns>
    /// <exception cref="ArgumentException">The vectors do not make whole rows.</exception>
    public static Instructions<T> OfVectors(ReadOnlySpan<T> vectors, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (vectors.Length % width != 0)
            throw new ArgumentException($"There are {vectors.Length} numbers of instructions; expected {width} for each row.", nameof(vectors));
        int[] ofRow = new int[vectors.Length / width];
        List<T> distinct = [];
        Dictionary<int, List<int>> known = [];
        for (int row = 0; row < ofRow.Length; row++)
        {
            ReadOnlySpan<T> vector = vectors.Slice(row * width, width);
            List<int> alike = CollectionsMarshal.GetValueRefOrAddDefault(known, HashOf(vector), out _) ??= [];
            int found = -1;
            foreach (int candidate in alike)
            {
                if (CollectionsMarshal.AsSpan(distinct).Slice(candidate * width, width).SequenceEqual(vector))
                    found = candidate;
            }
            if (found < 0)
            {
                found = distinct.Count / width;
                distinct.AddRange(vector);
                alike.Add(found);
            }
            ofRow[row] = found;
        }
        return new(distinct.ToArray(), width, ofRow);
    }

    /// <summary>The instructions of some rows.</summary>
    /// <param name="rows">Their indices, from 0.</param>
    /// <returns>The instructions, in this order.</returns>
    public Instructions<T> Take(ReadOnlySpan<int> rows)
    {
        int[] taken = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            taken[i] = OfRow.Span[rows[i]];
        return new(Vectors, Width, taken);
    }

    /// <summary>The instruction of a row.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <returns>Its vector, of length <see cref="Width"/>.</returns>
    public ReadOnlySpan<T> this[int row] => Vectors.Span.Slice(OfRow.Span[row] * Width, Width);

    private static int HashOf(ReadOnlySpan<T> vector)
    {
        HashCode hash = default;
        hash.AddBytes(MemoryMarshal.AsBytes(vector));
        return hash.ToHashCode();
    }
}
