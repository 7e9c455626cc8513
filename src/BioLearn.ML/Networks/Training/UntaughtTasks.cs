using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>Finds tasks of a key column that no training row asks: the model would answer them all the same.</summary>
internal static class UntaughtTasks
{
    /// <summary>Says which tasks are not taught, in one warning.</summary>
    /// <param name="instructions">What rows ask; null for nothing.</param>
    /// <param name="form">Names of what they ask.</param>
    /// <param name="goesOn">Whether the training goes on from a model, which may have been taught them.</param>
    /// <param name="run">The log.</param>
    public static void Warn(Instructions<float>? instructions, InstructionForm? form, bool goesOn, TrainingRun run)
    {
        if (instructions is null || form is not { IsKey: true } || goesOn)
            return;
        bool[] taught = new bool[form.Width];
        foreach (int row in instructions.OfRow.Span)
        {
            // A task is the place of the one in its vector.
            int task = instructions.Vectors.Span.Slice(row * instructions.Width, instructions.Width).IndexOf(1f);
            if (task >= 0)
                taught[task] = true;
        }
        const int named = 8;
        int[] missing = [.. Enumerable.Range(0, form.Width).Where(task => !taught[task])];
        if (missing.Length > 0)
            run.Warning($"No training row asks {string.Join(", ", missing.Take(named).Select(form.NameOf))}{(missing.Length > named ? $" and {missing.Length - named} more" : "")}: rows that ask so get an answer that nothing taught.");
    }
}
