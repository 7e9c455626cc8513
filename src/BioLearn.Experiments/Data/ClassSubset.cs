using BioLearn.Kernels.Random;

namespace BioLearn.Experiments;

/// <summary>Random subsets of labelled rows with so many rows of each class.</summary>
public static class ClassSubset
{
    /// <summary>Chooses rows of each class by a permutation of the class, class after class; those of a class keep their order.</summary>
    /// <param name="labels">Class of each row.</param>
    /// <param name="perClass">Rows of each class; 0 or more than there are take all.</param>
    /// <param name="random">What is drawn from: one permutation a class.</param>
    /// <param name="omitsLast">
    /// As in the published program of Song et al. (2024): where all rows of a class are asked for, by 0 or by at least their number, one of them
    /// is left out, so that "6000" of Fashion-MNIST means 5,999 a class and "all" of its test pictures 999.
    /// </param>
    /// <param name="classes">The classes that are taken; empty for all.</param>
    /// <returns>Indices of rows, the classes one after the other.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 0.</exception>
    /// <exception cref="ArgumentException">Nothing is left.</exception>
    public static int[] PerClass(ReadOnlySpan<int> labels, int perClass, RandomStream random, bool omitsLast = false, ReadOnlySpan<int> classes = default)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegative(perClass);
        int[] all = classes.IsEmpty ? [.. Enumerable.Range(0, labels.IsEmpty ? 0 : Largest(labels) + 1)] : classes.ToArray();
        List<int> chosen = [];
        foreach (int one in all)
        {
            List<int> members = [];
            for (int i = 0; i < labels.Length; i++)
            {
                if (labels[i] == one)
                    members.Add(i);
            }
            int[] order = new int[members.Count];
            random.FillPermutation(order);
            bool isWhole = perClass == 0 || perClass >= members.Count;
            int count = !isWhole ? perClass : omitsLast ? Math.Max(0, members.Count - 1) : members.Count;
            chosen.AddRange(order.Take(count).Order().Select(i => members[i]));
        }
        return chosen.Count > 0 ? [.. chosen] : throw new ArgumentException($"No row of the classes {string.Join(", ", all)} is left of {labels.Length}.", nameof(labels));
    }

    private static int Largest(ReadOnlySpan<int> labels)
    {
        int largest = 0;
        foreach (int label in labels)
            largest = Math.Max(largest, label);
        return largest;
    }
}
