using BioLearn.Kernels.Random;
using BioLearn.Kernels.Threading;
using BioLearn.ML.Naming.Svm;
using BioLearn.ML.Recurrent;

namespace BioLearn.ML.Tests.Recurrent;

/// <summary>Solvers whose work several threads share.</summary>
[Collection("Worker team")]
public class SharedSolverTests
{
    private static readonly ThreadCosts Free = new(HandOver: 0, Wake: 0, MultiplyAdd: 1, Byte: 1);

    [Fact]
    public void Ridge_has_the_bits_of_one_thread() => Compare(() => Ridge(threads: 1), () => Ridge(threads: 4));

    [Fact]
    public void Support_vectors_have_the_bits_of_one_thread() => Compare(Svm, Svm);

    private static void Compare(Func<double[]> alone, Func<double[]> shared)
    {
        int size = WorkerTeam.Size;
        ThreadCosts before = WorkSize.Costs;
        try
        {
            WorkerTeam.Size = 1;
            double[] expected = alone();
            (WorkSize.Costs, WorkerTeam.Size) = (Free, Math.Max(4, size));
            Assert.Equal(expected, shared());
        }
        finally
        {
            (WorkSize.Costs, WorkerTeam.Size) = (before, size);
        }
    }

    private static double[] Ridge(int threads)
    {
        const int width = 67, outputs = 3;
        RidgeReadout readout = new(width, outputs) { Threads = threads };
        RandomStream stream = new(1, "rows");
        double[] read = new double[width], target = new double[outputs];
        for (int row = 0; row < 300; row++)
        {
            stream.FillNormal<double>(read, 0, 1);
            stream.FillNormal<double>(target, 0, 1);
            readout.Add<double>(read, target, 1 + (row % 3));
        }
        return [.. readout.Solve(0.1, out double loss), loss];
    }

    private static double[] Svm()
    {
        const int classes = 4;
        RandomStream stream = new(2, "points");
        double[][] points = new double[80][];
        int[] labels = new int[points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            labels[i] = i % classes;
            points[i] = new double[5];
            stream.FillNormal<double>(points[i], 0, 1);
            points[i][labels[i]] += 1.5;
        }
        SupportVectorClassifier classifier = SupportVectorClassifier.Train(points, labels, classes, c: 1, gamma: null, standardize: true, tolerance: 1e-3, probabilitySeed: 3);
        Assert.Equal([(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)], classifier.Decisions.Select(d => (d.First, d.Second)));
        return [.. classifier.Decisions.SelectMany(d => (double[])[d.Bias, .. d.Coefficients, d.Sigmoid!.Value.Of(0.3)]), .. classifier.SupportVectors.SelectMany(v => v)];
    }
}
