namespace BioLearn.ML.Naming.Svm;

/// <summary>
/// The dual of the C-SVM, min ½ Σ α_i α_j y_i y_j K_ij - Σ α_i with 0 ≤ α_i ≤ C and Σ α_i y_i = 0, by sequential minimal optimization with
/// second-order choice of the pair: Fan, Chen and Lin, "Working set selection using second order information", JMLR 6 (2005), algorithm 2
/// with the stopping rule of equation 6. It is the method of libsvm, without shrinking.
/// </summary>
internal sealed class SequentialMinimalOptimization
{
    /// <summary>In place of a curvature that is not positive, as when two points are equal (equation 12 there).</summary>
    private const double Tau = 1e-12;

    private readonly RbfKernel _kernel;
    private readonly sbyte[] _y;
    private readonly double _c;
    private readonly double[] _alpha;
    private readonly double[] _gradient;

    private SequentialMinimalOptimization(RbfKernel kernel, sbyte[] y, double c)
    {
        _kernel = kernel;
        _y = y;
        _c = c;
        _alpha = new double[y.Length];
        _gradient = new double[y.Length];
        Array.Fill(_gradient, -1);
    }

    /// <summary>Solves the problem for the labels <paramref name="y"/> (1 and -1, both present).</summary>
    /// <returns>α_i y_i of every point, and the bias b of f(x) = Σ α_i y_i K(x_i, x) + b.</returns>
    public static (double[] Coefficients, double Bias) Solve(RbfKernel kernel, sbyte[] y, double c, double tolerance, Action throwIfCancelled)
    {
        if (y.Length == 2)
            return TwoPoints(kernel, y, c);
        var solver = new SequentialMinimalOptimization(kernel, y, c);
        for (long step = 1; solver.Improve(tolerance); step++)
        {
            if (step % 1024 == 0)
                throwIfCancelled();
        }

        double[] coefficients = new double[y.Length];
        for (int i = 0; i < y.Length; i++)
            coefficients[i] = solver._alpha[i] * y[i];
        return (coefficients, solver.Bias());
    }

    // α_1 = α_2 = α maximizes 2α - α² (1 - K): α = 1 / (1 - K) >= 1, or C. By symmetry b = 0.
    private static (double[] Coefficients, double Bias) TwoPoints(RbfKernel kernel, sbyte[] y, double c)
    {
        double alpha = Math.Min(c, 1 / Math.Max(1 - kernel.Row(0)[1], Tau));
        return ([alpha * y[0], alpha * y[1]], 0);
    }

    /// <summary>Moves the pair that promises most; false if no pair violates the optimality conditions by more than the tolerance.</summary>
    private bool Improve(double tolerance)
    {
        int i = -1, j = -1;
        double up = double.NegativeInfinity, low = double.PositiveInfinity;
        for (int t = 0; t < _y.Length; t++)
        {
            if (CanRise(t) && -_y[t] * _gradient[t] >= up)
                (i, up) = (t, -_y[t] * _gradient[t]);
        }

        if (i < 0)
            return false;
        var ki = _kernel.Row(i);
        double best = double.PositiveInfinity;
        for (int t = 0; t < _y.Length; t++)
        {
            if (!CanFall(t))
                continue;
            double value = -_y[t] * _gradient[t];
            low = Math.Min(low, value);
            double gain = up - value;
            if (gain <= 0)
                continue;
            double promise = -(gain * gain) / Curvature(ki[t]);
            if (promise <= best)
                (j, best) = (t, promise);
        }

        if (j < 0 || up - low < tolerance)
            return false;
        Move(i, j);
        return true;
    }

    private void Move(int i, int j)
    {
        ReadOnlySpan<double> ki = _kernel.Row(i), kj = _kernel.Row(j);
        double step = ((-_y[i] * _gradient[i]) + (_y[j] * _gradient[j])) / Curvature(ki[j]);
        // y_i α_i rises and y_j α_j falls by the step, each as far as its box allows.
        step = Math.Min(step, _y[i] > 0 ? _c - _alpha[i] : _alpha[i]);
        step = Math.Min(step, _y[j] > 0 ? _alpha[j] : _c - _alpha[j]);
        _alpha[i] = Snap(_alpha[i] + (_y[i] * step));
        _alpha[j] = Snap(_alpha[j] - (_y[j] * step));
        for (int t = 0; t < _gradient.Length; t++)
            _gradient[t] += _y[t] * step * (ki[t] - kj[t]);
    }

    // b is minus the mean of y∇ over free vectors; without any, the middle of what the bounds allow.
    private double Bias()
    {
        double highest = double.PositiveInfinity, lowest = double.NegativeInfinity, sum = 0;
        int free = 0;
        for (int t = 0; t < _y.Length; t++)
        {
            double value = _y[t] * _gradient[t];
            if (_alpha[t] > 0 && _alpha[t] < _c)
            {
                free++;
                sum += value;
            }
            else if (CanRise(t))
            {
                highest = Math.Min(highest, value);
            }
            else
            {
                lowest = Math.Max(lowest, value);
            }
        }

        return free > 0 ? -sum / free : -(highest + lowest) / 2;
    }

    private bool CanRise(int t) => _y[t] > 0 ? _alpha[t] < _c : _alpha[t] > 0;

    private bool CanFall(int t) => _y[t] > 0 ? _alpha[t] > 0 : _alpha[t] < _c;

    private static double Curvature(double k) => k < 1 ? 2 * (1 - k) : Tau;

    // A rounding error beside a bound would count as a free vector.
    private double Snap(double alpha) => alpha < _c * 1e-14 ? 0 : alpha > _c * (1 - 1e-14) ? _c : alpha;
}
