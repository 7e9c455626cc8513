using System.Numerics;
using System.Runtime.InteropServices;

namespace BioLearn.ML.Naming.Svm;

/// <summary>Rows of the Gram matrix K(x, y) = exp(-gamma |x - y|²), computed when first asked for and kept while there is room.</summary>
internal sealed class RbfKernel(double[][] points, double gamma, long cacheBytes = 256L << 20)
{
    private readonly double[]?[] _rows = new double[points.Length][];
    private readonly Queue<int> _kept = new();
    private readonly long _mostKept = Math.Max(2, cacheBytes / (sizeof(double) * Math.Max(1L, points.Length)));

    public int Count => points.Length;

    /// <summary>K(x_i, x_j) for all j. Valid until <c>cacheBytes</c> of other rows were asked for.</summary>
    public ReadOnlySpan<double> Row(int i)
    {
        if (_rows[i] is { } known)
            return known;
        if (_kept.Count >= _mostKept)
            _rows[_kept.Dequeue()] = null;
        _kept.Enqueue(i);
        double[] row = new double[points.Length];
        for (int j = 0; j < row.Length; j++)
            row[j] = Value(points[i], points[j], gamma);
        return _rows[i] = row;
    }

    public static double Value(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double gamma) => Math.Exp(-gamma * SquaredDistance(x, y));

    // From differences, not from norms: features of 1e5 (a constant feature divided by 1e-5) would cancel.
    private static double SquaredDistance(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var xs = MemoryMarshal.Cast<double, Vector<double>>(x);
        var ys = MemoryMarshal.Cast<double, Vector<double>>(y)[..xs.Length];
        var lanes = Vector<double>.Zero;
        for (int i = 0; i < xs.Length; i++)
        {
            var difference = xs[i] - ys[i];
            lanes += difference * difference;
        }

        double sum = Vector.Sum(lanes);
        for (int i = xs.Length * Vector<double>.Count; i < x.Length; i++)
            sum += (x[i] - y[i]) * (x[i] - y[i]);
        return sum;
    }
}
