using BioLearn.Kernels.Random;

namespace BioLearn.Experiments;

/// <summary>Permutations of class labels, and how tasks share outputs.</summary>
public static class ClassPermutation
{
    /// <summary>A new label for each class, of which those from <paramref name="first"/> on are exchanged among one another.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="first">The first class that may get another label; those before keep theirs.</param>
    /// <param name="random">What is drawn from.</param>
    /// <returns>The new label of each class.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="first"/> lies outside 0 to <paramref name="classes"/>.</exception>
    public static int[] Draw(int classes, int first, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, classes);
        int[] labels = [.. Enumerable.Range(0, classes)];
        random.Shuffle(labels.AsSpan(first));
        return labels;
    }

    /// <summary>The classes of a task, where tasks share all classes in equal blocks.</summary>
    /// <param name="task">The task, from 0.</param>
    /// <param name="tasks">Number of tasks.</param>
    /// <param name="classes">Number of classes, a multiple of <paramref name="tasks"/>.</param>
    /// <returns>Its classes.</returns>
    /// <exception cref="ArgumentException">The classes cannot be shared out.</exception>
    public static int[] ClassesOfTask(int task, int tasks, int classes)
    {
        if (tasks < 1 || classes % tasks != 0 || task < 0 || task >= tasks)
            throw new ArgumentException($"{classes} classes cannot be shared out so that task {task} of {tasks} gets as many as the others.", nameof(tasks));
        return [.. Enumerable.Range(task * classes / tasks, classes / tasks)];
    }

    /// <summary>
    /// The output of each class: its new label, modulo the classes of a task where tasks share outputs. Two classes of one task may then meet on
    /// one output, since the permutation knows no tasks.
    /// </summary>
    /// <param name="permutation">New label of each class.</param>
    /// <param name="tasks">Number of tasks.</param>
    /// <param name="sharesOutputs">Whether all tasks have the same outputs.</param>
    /// <returns>Output of each class.</returns>
    public static int[] Outputs(ReadOnlySpan<int> permutation, int tasks, bool sharesOutputs)
    {
        int outputs = sharesOutputs ? permutation.Length / tasks : permutation.Length;
        int[] output = permutation.ToArray();
        for (int i = 0; i < output.Length; i++)
            output[i] %= outputs;
        return output;
    }
}
