using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.ML.Recurrent;

/// <summary>
/// Linear readout by ridge regression: W = Y'Z (Z'Z + λ I)⁻¹ over any number of rows, of which only the sums are kept, in double. A row
/// that counts w times enters with √w.
/// </summary>
public sealed class RidgeReadout
{
    private const int Block = 256;

    private readonly int _width;
    private readonly int _outputs;
    private readonly double[] _gram; // Z'Z
    private readonly double[] _cross; // Y'Z
    private readonly double[] _rows;
    private readonly double[] _targets;
    private double _targetSquares;
    private double _weight;
    private int _waiting;

    /// <summary>No rows yet.</summary>
    /// <param name="width">Numbers that the readout reads, its constant included.</param>
    /// <param name="outputs">Outputs.</param>
    public RidgeReadout(int width, int outputs)
    {
        Guard.AtLeast(width, 1);
        Guard.AtLeast(outputs, 1);
        _width = width;
        _outputs = outputs;
        _gram = new double[checked(width * width)];
        _cross = new double[checked(outputs * width)];
        _rows = new double[Block * width];
        _targets = new double[Block * outputs];
    }

    /// <summary>Called now and then while equations are solved; throws to stop. Null for nothing.</summary>
    internal Action? Interruption { get; init; }

    /// <summary>Threads that may work at once; no number depends on it.</summary>
    internal int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>One row.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="read">z, [width].</param>
    /// <param name="target">y, [outputs].</param>
    /// <param name="weight">How much it counts; at least 0.</param>
    public void Add<T>(ReadOnlySpan<T> read, ReadOnlySpan<T> target, double weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double root = Math.Sqrt(weight);
        Scale(read, root, _rows.AsSpan(_waiting * _width, _width));
        Span<double> y = _targets.AsSpan(_waiting * _outputs, _outputs);
        Scale(target, root, y);
        _targetSquares += TensorPrimitives.SumOfSquares<double>(y);
        _weight += weight;
        if (++_waiting == Block)
            Take();
    }

    /// <summary>W, [outputs, width]; more rows may follow.</summary>
    /// <param name="ridge">λ.</param>
    /// <param name="loss">Mean of ½‖y − W z‖² over the rows.</param>
    /// <exception cref="InvalidOperationException">λ is too small for what the rows hold.</exception>
    public double[] Solve(double ridge, out double loss)
    {
        Take();
        double[] factor = [.. _gram];
        for (int i = 0; i < _width; i++)
            factor[(i * _width) + i] += ridge;
        Factorize(factor, ridge);
        double[] weights = [.. _cross];
        for (int k = 0; k < _outputs; k++)
        {
            Interruption?.Invoke();
            Substitute(factor, weights.AsSpan(k * _width, _width));
        }
        loss = Loss(weights);
        return weights;
    }

    private void Take()
    {
        if (_waiting == 0)
            return;
        ReadOnlyMatrixSpan<double> z = new(_rows.AsSpan(0, _waiting * _width), _waiting, _width);
        Gemm.TN(z, z, new MatrixSpan<double>(_gram, _width, _width), 1, 1, Threads);
        Gemm.TN(new ReadOnlyMatrixSpan<double>(_targets.AsSpan(0, _waiting * _outputs), _waiting, _outputs), z, new MatrixSpan<double>(_cross, _outputs, _width), 1, 1, Threads);
        _waiting = 0;
    }

    /// <summary>A = L L' (Cholesky), L in the lower triangle.</summary>
    private void Factorize(double[] a, double ridge)
    {
        for (int j = 0; j < _width; j++)
        {
            Interruption?.Invoke();
            ReadOnlySpan<double> row = a.AsSpan(j * _width, j);
            double pivot = a[(j * _width) + j] - TensorPrimitives.SumOfSquares(row);
            if (!(pivot > 0))
                throw new InvalidOperationException($"The readout's equations are singular to working precision with Ridge {ridge:g3}; a larger Ridge helps.");
            double root = Math.Sqrt(pivot);
            a[(j * _width) + j] = root;
            int below = _width - j - 1;
            var column = new Column { Factor = a, Width = _width, Index = j, Root = root };
            int threads = WorkSize.Threads(Threads, 2.0 * below * j, 8.0 * below * j);
            Partitioner.For(below, Math.Max(1, Partitioner.Pieces(below, threads)), threads, ref column);
        }
    }

    /// <summary>L below the pivot of a column, row by row.</summary>
    private struct Column : IRangeJob
    {
        public double[] Factor;
        public int Width, Index;
        public double Root;

        public readonly void Invoke(int piece, int begin, int end)
        {
            ReadOnlySpan<double> pivot = Factor.AsSpan(Index * Width, Index);
            for (int i = Index + 1 + begin; i < Index + 1 + end; i++)
                Factor[(i * Width) + Index] = (Factor[(i * Width) + Index] - TensorPrimitives.Dot(Factor.AsSpan(i * Width, Index), pivot)) / Root;
        }
    }

    /// <summary>b ← A⁻¹ b.</summary>
    private void Substitute(double[] factor, Span<double> b)
    {
        for (int i = 0; i < _width; i++)
            b[i] = (b[i] - TensorPrimitives.Dot<double>(factor.AsSpan(i * _width, i), b[..i])) / factor[(i * _width) + i];
        for (int i = _width - 1; i >= 0; i--)
        {
            b[i] /= factor[(i * _width) + i];
            TensorPrimitives.MultiplyAdd(factor.AsSpan(i * _width, i), -b[i], b[..i], b[..i]);
        }
    }

    /// <summary>Σ‖y − W z‖² = Σ‖y‖² − 2 tr W(Y'Z)' + tr W (Z'Z) W'.</summary>
    private double Loss(double[] weights)
    {
        double[] fitted = new double[weights.Length];
        Gemm.NN(new ReadOnlyMatrixSpan<double>(weights, _outputs, _width), new ReadOnlyMatrixSpan<double>(_gram, _width, _width), new MatrixSpan<double>(fitted, _outputs, _width));
        double squares = _targetSquares - (2 * TensorPrimitives.Dot<double>(weights, _cross)) + TensorPrimitives.Dot<double>(weights, fitted);
        return _weight > 0 ? 0.5 * Math.Max(0, squares) / _weight : 0;
    }

    private static void Scale<T>(ReadOnlySpan<T> from, double factor, Span<double> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < from.Length; i++)
            to[i] = factor * double.CreateChecked(from[i]);
    }
}
