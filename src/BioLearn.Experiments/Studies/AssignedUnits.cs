using Microsoft.ML;

namespace BioLearn.Experiments.Studies;

/// <summary>The readout of Diehl and Cook (2015): units have classes, and classes the votes of their units.</summary>
internal static class AssignedUnits
{
    /// <summary>Share of the rows of <paramref name="held"/> whose class is not found.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="learned">Rows that give units their classes, with labels from 0.</param>
    /// <param name="held">Rows to find the classes of.</param>
    /// <param name="column">What the units answer, a vector of Single.</param>
    /// <param name="classes">Number of classes.</param>
    public static double Error(MLContext mlContext, IDataView learned, IDataView held, string column, int classes)
    {
        int[] assigned = Assign(FeatureRows.Read(mlContext, learned, column), classes);
        int wrong = 0, count = 0;
        foreach (var (answers, label) in FeatureRows.Read(mlContext, held, column))
        {
            count++;
            wrong += Vote(answers, assigned, classes) == label ? 0 : 1;
        }
        return (double)wrong / count;
    }

    /// <summary>The class of each unit; -1 for one that never answers.</summary>
    public static int[] Assign(IEnumerable<(float[] Answers, uint Label)> rows, int classes)
    {
        double[][] sums = [];
        long[] counts = new long[classes];
        foreach (var (answers, label) in rows)
        {
            if (sums.Length == 0)
                sums = [.. answers.Select(_ => new double[classes])];
            counts[label]++;
            for (int n = 0; n < answers.Length; n++)
                sums[n][label] += answers[n];
        }
        return [.. sums.Select(sum =>
        {
            double[] means = [.. sum.Select((total, c) => counts[c] > 0 ? total / counts[c] : 0)];
            return means.Max() > 0 ? Array.IndexOf(means, means.Max()) : -1;
        })];
    }

    /// <summary>The class whose units answer most on the average; the first of several.</summary>
    public static int Vote(ReadOnlySpan<float> answers, ReadOnlySpan<int> assigned, int classes)
    {
        Span<double> sums = stackalloc double[classes], counts = stackalloc double[classes];
        sums.Clear();
        counts.Clear();
        for (int n = 0; n < answers.Length; n++)
        {
            if (assigned[n] < 0)
                continue;
            sums[assigned[n]] += answers[n];
            counts[assigned[n]]++;
        }
        int best = 0;
        for (int c = 0; c < classes; c++)
        {
            sums[c] /= Math.Max(counts[c], 1);
            if (sums[c] > sums[best])
                best = c;
        }
        return best;
    }
}
