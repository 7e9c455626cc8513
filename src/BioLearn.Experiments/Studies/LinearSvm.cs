using System.Numerics.Tensors;
using BioLearn.Kernels.Random;

namespace BioLearn.Experiments.Studies;

/// <summary>
/// A linear support vector machine of two classes with squared hinge loss, ½‖w‖² + C Σ max(0, 1 - y w x)², the bias being the weight of a further feature of 1:
/// what LIBLINEAR and LinearSVC compute, and like them by coordinate descent in the dual (Hsieh, Chang, Lin, Keerthi and Sundararajan 2008).
/// </summary>
/// <remarks>
/// Not ML.NET's: its trainer is stochastic (Pegasos) and stops after so many passes, however far from the optimum.
/// </remarks>
internal sealed class LinearSvm
{
    private const double Tolerance = 1e-3;

    private readonly float[] _weights;
    private double _bias;

    private LinearSvm(int features) => _weights = new float[features];

    /// <summary>Trains; stops when no row's projected gradient is further than 0.001 from 0, or after so many passes.</summary>
    /// <param name="rows">Features of each row.</param>
    /// <param name="positive">Whether a row belongs to the class.</param>
    /// <param name="penalty">C, above 0.</param>
    /// <param name="epochs">Passes at most.</param>
    /// <param name="seed">Of the order of the rows.</param>
    /// <param name="cancellation">Heard before every pass.</param>
    public static LinearSvm Train(float[][] rows, bool[] positive, double penalty, int epochs, long seed, CancellationToken cancellation = default)
    {
        LinearSvm machine = new(rows[0].Length);
        double diagonal = 1 / (2 * penalty);
        double[] multipliers = new double[rows.Length], curvatures = Array.ConvertAll(rows, row => TensorPrimitives.SumOfSquares<float>(row) + 1 + diagonal);
        int[] order = new int[rows.Length];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            cancellation.ThrowIfCancellationRequested();
            new RandomStream(seed, $"linear-svm/order/{epoch}").FillPermutation(order);
            double furthest = 0;
            foreach (int i in order)
            {
                double sign = positive[i] ? 1 : -1, gradient = sign * machine.Score(rows[i]) - 1 + diagonal * multipliers[i];
                if (multipliers[i] == 0 && gradient >= 0)
                    continue;
                furthest = Math.Max(furthest, Math.Abs(gradient));
                double changed = Math.Max(multipliers[i] - gradient / curvatures[i], 0);
                machine.Add(rows[i], (changed - multipliers[i]) * sign);
                multipliers[i] = changed;
            }
            if (furthest < Tolerance)
                break;
        }
        return machine;
    }

    /// <summary>w x + b.</summary>
    public double Score(ReadOnlySpan<float> row) => TensorPrimitives.Dot(_weights, row) + _bias;

    private void Add(ReadOnlySpan<float> row, double step)
    {
        TensorPrimitives.MultiplyAdd(row, (float)step, _weights, _weights);
        _bias += step;
    }
}
