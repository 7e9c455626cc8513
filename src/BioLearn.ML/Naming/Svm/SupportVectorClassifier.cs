using BioLearn.Kernels.Random;
using BioLearn.Kernels.Threading;

namespace BioLearn.ML.Naming.Svm;

/// <summary>A decision between two classes: f(x) = Σ coefficient K(vector, x) + bias; above 0 for the first, else the second.</summary>
/// <param name="First">Class from 0.</param>
/// <param name="Second">A later class.</param>
/// <param name="Vectors">Indices of its support vectors.</param>
/// <param name="Coefficients">α y of each.</param>
/// <param name="Bias">b.</param>
public sealed record PairDecision(int First, int Second, int[] Vectors, double[] Coefficients, double Bias)
{
    /// <summary>From the decision to a probability of the first class; null where none was fitted.</summary>
    public PlattSigmoid? Sigmoid { get; init; }
}

/// <summary>
/// A support vector classifier with radial basis functions, one decision for each pair of classes, on any numbers of points and classes.
/// Features are standardized with the mean and the population deviation of the training points, (x - mean) / (deviation + 1e-5).
/// </summary>
public sealed class SupportVectorClassifier
{
    /// <summary>Added to every deviation, as in the original's program: a feature that never varied does not divide by zero.</summary>
    internal const double DeviationOffset = 1e-5;

    /// <summary>Number of classes.</summary>
    public required int ClassCount { get; init; }

    /// <summary>γ of K(x, y) = exp(-γ |x - y|²).</summary>
    public required double Gamma { get; init; }

    /// <summary>Mean of each feature over the training points; 0 where they are not standardized.</summary>
    public required double[] Mean { get; init; }

    /// <summary>Deviation of each feature, by which points are divided; 1 where they are not standardized.</summary>
    public required double[] Scale { get; init; }

    /// <summary>Standardized.</summary>
    public required double[][] SupportVectors { get; init; }

    /// <summary>One for each pair of classes that both had points.</summary>
    public required PairDecision[] Decisions { get; init; }

    /// <summary>Whether every decision has a sigmoid, so that <see cref="Probabilities"/> can be had.</summary>
    public bool HasProbabilities => Decisions.Length > 0 && Array.TrueForAll(Decisions, d => d.Sigmoid is not null);

    /// <summary>Trains on raw points; classes without points are never predicted.</summary>
    /// <param name="points">Rows of equal length, at least one.</param>
    /// <param name="classes">Class of each row, from 0.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="c">C, the largest weight of a point; above 0.</param>
    /// <param name="gamma">γ; null takes 1 / number of features.</param>
    /// <param name="standardize">Whether features are standardized first.</param>
    /// <param name="tolerance">By how much the optimality conditions may be missed at the end; above 0.</param>
    /// <param name="throwIfCancelled">Called now and then, from the threads that share the pairs; or null.</param>
    /// <param name="probabilitySeed">
    /// Seed of the five folds by which each decision gets a <see cref="PlattSigmoid"/>, at five times the cost; null fits none.
    /// </param>
    /// <returns>The classifier.</returns>
    public static SupportVectorClassifier Train(
        double[][] points, ReadOnlySpan<int> classes, int classCount, double c, double? gamma, bool standardize, double tolerance, Action? throwIfCancelled = null, long? probabilitySeed = null)
    {
        var (mean, scale) = Statistics(points, standardize);
        double[][] standard = Array.ConvertAll(points, point => Standardize(point, mean, scale));
        double width = gamma ?? 1.0 / mean.Length;
        int[][] members = [.. Enumerable.Range(0, classCount).Select(_ => Array.Empty<int>())];
        for (int k = 0; k < classCount; k++)
            members[k] = Members(classes, k);
        var vectors = new SortedDictionary<int, int>();
        (int First, int Second)[] pairs = [.. from first in Enumerable.Range(0, classCount) from second in Enumerable.Range(first + 1, classCount - first - 1) where members[first].Length > 0 && members[second].Length > 0 select (first, second)];
        PairDecision[] decisions = new PairDecision[pairs.Length];
        var job = new Pairs { Problem = new(standard, c, width, tolerance, throwIfCancelled ?? (() => { }), probabilitySeed), Members = members, All = pairs, Decisions = decisions };
        // Each pair's kernel at least: a product of its points with one another.
        double work = pairs.Sum(pair => Math.Pow(members[pair.First].Length + members[pair.Second].Length, 2) * mean.Length * 2);
        Partitioner.For(pairs.Length, 1, WorkSize.Threads(Environment.ProcessorCount, work, 0), ref job);
        foreach (int vector in decisions.SelectMany(decision => decision.Vectors))
            vectors[vector] = 0;
        int[] kept = [.. vectors.Keys];
        for (int i = 0; i < kept.Length; i++)
            vectors[kept[i]] = i;
        return new()
        {
            ClassCount = classCount,
            Gamma = width,
            Mean = mean,
            Scale = scale,
            SupportVectors = Array.ConvertAll(kept, i => standard[i]),
            Decisions = [.. decisions.Select(decision => decision with { Vectors = Array.ConvertAll(decision.Vectors, v => vectors[v]) })],
        };
    }

    /// <summary>
    /// γ = 1 / (features x variance of all values), for features that are not standardized: of many that nearly all examples leave silent most have no
    /// deviation, and standardized the kernel would be 0 everywhere.
    /// </summary>
    /// <param name="points">Rows of equal length, at least one.</param>
    /// <returns>γ; 1 where nothing varies.</returns>
    public static double GammaOfVariance(IReadOnlyList<double[]> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        double count = (double)points.Count * points[0].Length, mean = points.Sum(row => row.Sum()) / count;
        double variance = points.Sum(row => row.Sum(x => (x - mean) * (x - mean))) / count;
        return variance > 0 ? 1 / (points[0].Length * variance) : 1;
    }

    /// <summary>f of every pair of classes.</summary>
    /// <param name="point">A raw point.</param>
    /// <param name="decisions">Receives one for each of <see cref="Decisions"/>.</param>
    public void Decide(ReadOnlySpan<double> point, Span<double> decisions)
    {
        double[] standard = Standardize(point, Mean, Scale);
        double[] kernels = Array.ConvertAll(SupportVectors, vector => RbfKernel.Value(vector, standard, Gamma));
        for (int p = 0; p < Decisions.Length; p++)
        {
            var decision = Decisions[p];
            double sum = 0;
            for (int i = 0; i < decision.Vectors.Length; i++)
                sum += decision.Coefficients[i] * kernels[decision.Vectors[i]];
            decisions[p] = sum + decision.Bias;
        }
    }

    /// <summary>
    /// Votes of each class, one a decision. With <paramref name="breakTies"/> the decisions' values, squeezed into less than a third of a
    /// vote, choose among classes with equal votes; without, the first of them wins, as in libsvm.
    /// </summary>
    /// <param name="point">A raw point.</param>
    /// <param name="breakTies">Whether decisions' values choose among equals.</param>
    /// <param name="scores">Receives one for each class; -1 for those without points.</param>
    public void Score(ReadOnlySpan<double> point, bool breakTies, Span<float> scores)
    {
        Span<double> decisions = new double[Decisions.Length];
        Span<double> confidence = new double[ClassCount];
        Decide(point, decisions);
        scores.Fill(-1);
        foreach (var decision in Decisions)
            scores[decision.First] = scores[decision.Second] = 0;
        for (int p = 0; p < decisions.Length; p++)
        {
            var (first, second) = (Decisions[p].First, Decisions[p].Second);
            scores[decisions[p] > 0 ? first : second]++;
            confidence[first] += decisions[p];
            confidence[second] -= decisions[p];
        }

        for (int k = 0; breakTies && k < scores.Length; k++)
            scores[k] += (float)(confidence[k] / (3 * (Math.Abs(confidence[k]) + 1)));
    }

    /// <summary>
    /// Probability of each class: the sigmoids of all pairs, kept 1e-7 from 0 and 1, coupled (Wu, Lin and Weng 2004). Time grows with the
    /// support vectors times the classes, and with the square of the classes for the coupling.
    /// </summary>
    /// <param name="point">A raw point.</param>
    /// <param name="scores">Receives one for each class, 0 for those without points; their sum is 1.</param>
    public void Probabilities(ReadOnlySpan<double> point, Span<float> scores)
    {
        const double least = 1e-7;
        int[] present = [.. Decisions.SelectMany(d => (int[])[d.First, d.Second]).Distinct().Order()];
        int[] place = new int[ClassCount];
        for (int i = 0; i < present.Length; i++)
            place[present[i]] = i;
        double[] decisions = new double[Decisions.Length], pairs = new double[present.Length * present.Length], probabilities = new double[present.Length];
        Decide(point, decisions);
        for (int p = 0; p < decisions.Length; p++)
        {
            double first = Math.Clamp(Decisions[p].Sigmoid!.Value.Of(decisions[p]), least, 1 - least);
            (int i, int j) = (place[Decisions[p].First], place[Decisions[p].Second]);
            (pairs[(i * present.Length) + j], pairs[(j * present.Length) + i]) = (first, 1 - first);
        }
        PairwiseCoupling.Couple(pairs, probabilities);
        scores.Clear();
        for (int i = 0; i < present.Length; i++)
            scores[present[i]] = (float)probabilities[i];
    }

    /// <summary>Decisions of some pairs of classes; none knows of the others.</summary>
    private struct Pairs : IRangeJob
    {
        public Problem Problem;
        public int[][] Members;
        public (int First, int Second)[] All;
        public PairDecision[] Decisions;

        public readonly void Invoke(int piece, int begin, int end)
        {
            for (int p = begin; p < end; p++)
                Decisions[p] = Decide(Problem, Members, All[p].First, All[p].Second);
        }
    }

    private readonly record struct Problem(double[][] Standard, double C, double Gamma, double Tolerance, Action ThrowIfCancelled, long? ProbabilitySeed)
    {
        /// <summary>α y of the rows, the first <paramref name="firsts"/> of which are of the first class, and b.</summary>
        public (double[] Coefficients, double Bias) Solve(ReadOnlySpan<int> rows, int firsts)
        {
            sbyte[] y = new sbyte[rows.Length];
            y.AsSpan(0, firsts).Fill(1);
            y.AsSpan(firsts).Fill(-1);
            double[][] points = new double[rows.Length][];
            for (int i = 0; i < points.Length; i++)
                points[i] = Standard[rows[i]];
            return SequentialMinimalOptimization.Solve(new RbfKernel(points, Gamma), y, C, Tolerance, ThrowIfCancelled);
        }
    }

    /// <summary>As libsvm: each fifth of the rows is decided by a decision that was trained on the others; where those are of one class, as it says.</summary>
    private static PlattSigmoid Sigmoid(Problem problem, int[] rows, int firsts, string stream)
    {
        const int folds = 5;
        int[] order = new int[rows.Length];
        new RandomStream(problem.ProbabilitySeed!.Value, stream).FillPermutation(order);
        double[] decisions = new double[rows.Length];
        for (int fold = 0; fold < folds; fold++)
        {
            int begin = fold * rows.Length / folds, end = (fold + 1) * rows.Length / folds;
            int[] held = order[begin..end], kept = [.. order[..begin], .. order[end..]];
            Array.Sort(kept); // those of the first class come first
            int keptFirsts = kept.Count(i => i < firsts);
            if (keptFirsts == 0 || keptFirsts == kept.Length)
            {
                foreach (int i in held)
                    decisions[i] = kept.Length == 0 ? 0 : keptFirsts > 0 ? 1 : -1;
                continue;
            }
            int[] training = Array.ConvertAll(kept, i => rows[i]);
            var (coefficients, bias) = problem.Solve(training, keptFirsts);
            foreach (int i in held)
            {
                double sum = bias;
                for (int s = 0; s < training.Length; s++)
                {
                    if (coefficients[s] != 0)
                        sum += coefficients[s] * RbfKernel.Value(problem.Standard[training[s]], problem.Standard[rows[i]], problem.Gamma);
                }
                decisions[i] = sum;
            }
            problem.ThrowIfCancelled();
        }
        return PlattSigmoid.Fit(decisions, [.. Enumerable.Range(0, rows.Length).Select(i => i < firsts)]);
    }

    private static PairDecision Decide(Problem problem, int[][] members, int first, int second)
    {
        int[] rows = [.. members[first], .. members[second]];
        int firsts = members[first].Length;
        var (coefficients, bias) = problem.Solve(rows, firsts);
        int[] support = [.. Enumerable.Range(0, rows.Length).Where(i => coefficients[i] != 0)];
        return new(first, second, Array.ConvertAll(support, i => rows[i]), Array.ConvertAll(support, i => coefficients[i]), bias)
        {
            Sigmoid = problem.ProbabilitySeed is null ? null : Sigmoid(problem, rows, firsts, $"folds/{first}/{second}"),
        };
    }

    private static int[] Members(ReadOnlySpan<int> classes, int k)
    {
        var found = new List<int>();
        for (int i = 0; i < classes.Length; i++)
        {
            if (classes[i] == k)
                found.Add(i);
        }

        return [.. found];
    }

    private static (double[] Mean, double[] Scale) Statistics(double[][] points, bool standardize)
    {
        int width = points[0].Length;
        double[] mean = new double[width], scale = new double[width];
        if (!standardize)
        {
            Array.Fill(scale, 1);
            return (mean, scale);
        }

        for (int k = 0; k < width; k++)
        {
            double sum = 0, squares = 0;
            foreach (double[] point in points)
                sum += point[k];
            mean[k] = sum / points.Length;
            foreach (double[] point in points)
                squares += (point[k] - mean[k]) * (point[k] - mean[k]);
            scale[k] = Math.Sqrt(squares / points.Length) + DeviationOffset;
        }

        return (mean, scale);
    }

    private static double[] Standardize(ReadOnlySpan<double> point, double[] mean, double[] scale)
    {
        double[] standard = new double[mean.Length];
        for (int k = 0; k < standard.Length; k++)
            standard[k] = (point[k] - mean[k]) / scale[k];
        return standard;
    }
}
