using System.Numerics.Tensors;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Recurrent;

/// <summary>
/// Largest modulus of the eigenvalues of a matrix, by Gelfand's formula: ‖A^k‖^(1/k) never lies below it, and comes down to it as
/// c^(1/k). k doubles with every product, so that half a hundred products leave nothing of c. Complex pairs, repeated and defective
/// eigenvalues need no care, as they would in power iteration.
/// </summary>
public static class SpectralRadius
{
    private const int MostSquarings = 64;

    /// <summary>Largest modulus of the eigenvalues.</summary>
    /// <param name="matrix">[n, n].</param>
    /// <param name="threads">Threads of the products.</param>
    public static double Of(ReadOnlyMatrixSpan<double> matrix, int threads = 1) => Of(matrix, threads, null);

    /// <inheritdoc cref="Of(ReadOnlyMatrixSpan{double}, int)"/>
    internal static double Of(ReadOnlyMatrixSpan<double> matrix, int threads, Action? interruption)
    {
        int n = matrix.Rows;
        if (matrix.Columns != n)
            throw new ArgumentException($"The matrix is [{n}, {matrix.Columns}]; only a square one has eigenvalues.", nameof(matrix));
        double[] power = new double[checked(n * n)], square = new double[power.Length];
        for (int i = 0; i < n; i++)
            matrix.Row(i).CopyTo(power.AsSpan(i * n, n));
        // Once by the largest element, whose square, unlike the norm's, need not be a number.
        double largest = TensorPrimitives.MaxMagnitude<double>(power);
        if (largest == 0)
            return 0;
        TensorPrimitives.Divide(power, Math.Abs(largest), power);
        double logarithm = Math.Log(Math.Abs(largest)), share = 1;
        for (int m = 0; m <= MostSquarings; m++, share /= 2)
        {
            // The power is kept at norm 1; the logarithm of the norm goes into ln ‖A^k‖ / k, k = 2^m.
            double norm = TensorPrimitives.Norm<double>(power);
            if (norm == 0)
                return 0;
            double change = share * Math.Log(norm);
            logarithm += change;
            if (m > 0 && Math.Abs(change) < 1e-17)
                break;
            TensorPrimitives.Divide(power, norm, power);
            InterruptibleProduct.Of(new(power, n, n), new(power, n, n), new(square, n, n), threads, interruption);
            (power, square) = (square, power);
        }
        return Math.Exp(logarithm);
    }
}
