using System.Numerics;

namespace BioLearn.Experiments;

/// <summary>
/// Share of rows whose largest output is not the class's, or not the class's alone: a tie of the largest is an error, and so is a row with
/// NaN, so that a diverged network's error is 1.
/// </summary>
public static class ClassificationError
{
    /// <summary>Whether a row's outputs speak for its class and for no other.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="outputs">Outputs of the row.</param>
    /// <param name="label">Its class.</param>
    /// <returns>True if they do.</returns>
    public static bool IsRight<T>(ReadOnlySpan<T> outputs, int label)
        where T : IFloatingPointIeee754<T>
    {
        T own = outputs[label];
        for (int i = 0; i < outputs.Length; i++)
        {
            // Not "outputs[i] >= own": NaN anywhere must count as an error.
            if (i != label && !(outputs[i] < own))
                return false;
        }
        return !T.IsNaN(own);
    }

    /// <summary>The error of some rows.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="outputs">[rows, outputs], row by row.</param>
    /// <param name="labels">Class of each row.</param>
    /// <returns>From 0 to 1.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit one another.</exception>
    public static double Of<T>(ReadOnlySpan<T> outputs, ReadOnlySpan<int> labels)
        where T : IFloatingPointIeee754<T>
    {
        if (labels.IsEmpty || outputs.Length % labels.Length != 0)
            throw new ArgumentException($"{outputs.Length} outputs do not make {labels.Length} rows.", nameof(outputs));
        int width = outputs.Length / labels.Length, wrong = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            if (!IsRight(outputs.Slice(i * width, width), labels[i]))
                wrong++;
        }
        return (double)wrong / labels.Length;
    }
}
