using System.Numerics;
using BioLearn.ML.Networks;

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
    /// <summary>The error of a network on the first rows of some.</summary>
    /// <param name="trainer">Predicts.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="count">How many of them; from 1 to all.</param>
    /// <param name="rowsAtOnce">Rows of a prediction; from 1 to the trainer's batch size.</param>
    /// <param name="cancellation">Heard before every prediction.</param>
    /// <returns>From 0 to 1.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static double Of(NetworkTrainer<float> trainer, LabelledRows rows, int count, int rowsAtOnce, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(rows);
        int wrong = 0;
        for (int start = 0; start < count; start += rowsAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            int size = Math.Min(rowsAtOnce, count - start);
            Signal<float> outputs = trainer.Predict(rows.Features.Span.Slice(start * rows.Width, size * rows.Width));
            for (int i = 0; i < size; i++)
                wrong += IsRight<float>(outputs.Row(i), rows.Labels.Span[start + i]) ? 0 : 1;
        }
        return (double)wrong / count;
    }
}
