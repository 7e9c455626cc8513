using BioLearn.Kernels.Random;

namespace BioLearn.ML.Data;

/// <summary>
/// The questions "what stands left of the 3?" and "what stands right of the 3?" about things in a row. As an instruction a question is a vector:
/// one-hot of the side (left, right), then one-hot of the class that is named (Abel and Ullman 2024).
/// </summary>
/// <param name="Side">On which side of the named one.</param>
/// <param name="Named">The class that is named, from 0.</param>
public readonly record struct LeftRightOf(Side Side, int Named)
{
    /// <summary>Length of the vector of a question.</summary>
    /// <param name="classes">Classes, at least 1.</param>
    public static int Length(int classes) => 2 + classes;

    /// <summary>The question as an instruction, [2 + classes]: zeros and two ones.</summary>
    /// <param name="classes">Classes; more than <see cref="Named"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The named class is none of them.</exception>
    public float[] ToVector(int classes)
    {
        if (Named < 0 || Named >= classes)
            throw new ArgumentOutOfRangeException(nameof(classes), classes, $"class {Named} is named; expected more classes than that");
        float[] vector = new float[Length(classes)];
        vector[(int)Side] = 1;
        vector[2 + Named] = 1;
        return vector;
    }

    /// <summary>
    /// The class that stands beside the named one. Where that occurs several times, the first from the left that has such a neighbour is meant: of two
    /// equal ones, "left of" names the right one, and the answer is that class itself.
    /// </summary>
    /// <param name="row">Classes from left to right.</param>
    /// <returns>A class.</returns>
    /// <exception cref="ArgumentException">The named class is not in the row, or nothing stands on that side of it.</exception>
    public int Answer(ReadOnlySpan<int> row)
    {
        int step = Side == Side.Left ? -1 : 1;
        for (int i = 0; i < row.Length; i++)
        {
            if (row[i] == Named && i + step >= 0 && i + step < row.Length)
                return row[i + step];
        }
        throw new ArgumentException($"nothing stands {(Side == Side.Left ? "left" : "right")} of class {Named} in {string.Join(", ", row.ToArray())}", nameof(row));
    }

    /// <summary>All questions that a row answers: "left of" all but the first, then "right of" all but the last.</summary>
    /// <param name="row">Classes from left to right, at least two.</param>
    public static IReadOnlyList<LeftRightOf> All(IReadOnlyList<int> row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return [.. row.Skip(1).Select(named => new LeftRightOf(Side.Left, named)), .. row.SkipLast(1).Select(named => new LeftRightOf(Side.Right, named))];
    }

    /// <summary>A question at random, as the original draws them: the side, then the place of the named one among those that have such a neighbour.</summary>
    /// <param name="row">Classes from left to right, at least two.</param>
    /// <param name="stream">Source of the two draws.</param>
    public static LeftRightOf Draw(ReadOnlySpan<int> row, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Side side = (Side)stream.NextInt(2);
        return At(row, side, stream.NextInt(row.Length - 1));
    }

    /// <summary>The question that names the place-th of those that have a neighbour on a side.</summary>
    /// <param name="row">Classes from left to right, at least two.</param>
    /// <param name="side">The side.</param>
    /// <param name="place">From 0 to the length of the row less 2.</param>
    public static LeftRightOf At(ReadOnlySpan<int> row, Side side, int place) => new(side, row[side == Side.Left ? place + 1 : place]);
}
