using System.Numerics;

namespace BioLearn.Experiments;

/// <summary>Targets of classes: one number for the class, another for all others.</summary>
public static class ClassTargets
{
    /// <summary>Writes the targets of labels.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="labels">Class of each row, from 0; −1 stands for no class and gives 1 / outputs everywhere.</param>
    /// <param name="outputs">Number of outputs.</param>
    /// <param name="low">Target of the other outputs.</param>
    /// <param name="high">Target of the class's output.</param>
    /// <returns>[rows, outputs].</returns>
    /// <exception cref="ArgumentException">A label has no output.</exception>
    public static T[] Of<T>(ReadOnlySpan<int> labels, int outputs, double low = 0, double high = 1)
        where T : IFloatingPoint<T>
    {
        T[] targets = new T[labels.Length * outputs];
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] < -1 || labels[i] >= outputs)
                throw new ArgumentException($"The label {labels[i]} of row {i} has no output; there are {outputs}.", nameof(labels));
            Span<T> row = targets.AsSpan(i * outputs, outputs);
            row.Fill(T.CreateChecked(labels[i] == -1 ? 1.0 / outputs : low));
            if (labels[i] >= 0)
                row[labels[i]] = T.CreateChecked(high);
        }
        return targets;
    }
}
