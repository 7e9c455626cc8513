using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Networks;

public class OrthogonalInitializerTests
{
    [Theory]
    [InlineData(7, 7)]
    [InlineData(12, 5)]
    [InlineData(5, 12)]
    public void The_fewer_of_rows_and_columns_are_orthonormal(int inputs, int units)
    {
        using Network<double> network = new(NetworkSpec.Perceptron(inputs, [], units, Activation.Linear, OutputHead.LinearSquaredError), new Backpropagation(), Initializer.Orthogonal with { Scale = 2 }, 1);
        ReadOnlyMatrixSpan<double> w = network.Weights(1).View;
        int fewer = Math.Min(inputs, units), more = Math.Max(inputs, units);
        for (int a = 0; a < fewer; a++)
        {
            for (int b = 0; b < fewer; b++)
            {
                double sum = 0;
                for (int k = 0; k < more; k++)
                    sum += units < inputs ? w[a, k] * w[b, k] : w[k, a] * w[k, b];
                Assert.Equal(a == b ? 4 : 0, sum, 1e-12);
            }
        }
    }

    [Fact]
    public void Entries_have_no_direction_of_their_own()
    {
        // Of a uniformly distributed orthogonal matrix every entry has mean 0 and variance 1 / n.
        double[] sums = new double[16], squares = new double[16];
        const int draws = 2000;
        for (int seed = 0; seed < draws; seed++)
        {
            using Network<double> network = new(NetworkSpec.Perceptron(4, [], 4, Activation.Linear, OutputHead.LinearSquaredError), new Backpropagation(), Initializer.Orthogonal, seed);
            ReadOnlySpan<double> w = network.Weights(1).Values;
            for (int i = 0; i < w.Length; i++)
            {
                sums[i] += w[i];
                squares[i] += w[i] * w[i];
            }
        }
        Assert.All(sums, sum => Assert.InRange(sum / draws, -.05, .05)); // 4.5 standard errors
        Assert.All(squares, square => Assert.InRange(square / draws, .22, .28));
    }

    [Fact]
    public void It_is_found_by_its_name() => Assert.Equal(Initializer.Orthogonal, Initializer.Find("orthogonal", 0));

    [Theory]
    [InlineData(6, 6, 6)]
    [InlineData(9, 4, 4)]
    [InlineData(4, 9, 4)]
    [InlineData(8, 8, 3)] // of lower rank
    [InlineData(1, 5, 1)]
    public void Pseudo_inverse_fulfils_the_four_equations_of_Penrose(int rows, int columns, int rank)
    {
        double[] left = new double[rows * rank], right = new double[rank * columns];
        new RandomStream(1, "left").FillNormal<double>(left, 0, 1);
        new RandomStream(1, "right").FillNormal<double>(right, 0, 1);
        double[] a = Product(left, right, rows, rank, columns), p = PseudoInverse.Of(new ReadOnlyMatrixSpan<double>(a, rows, columns));
        double[] ap = Product(a, p, rows, columns, rows), pa = Product(p, a, columns, rows, columns);
        Close.To(a, (ReadOnlySpan<double>)Product(ap, a, rows, rows, columns), 1e-12, "A P A");
        Close.To(p, (ReadOnlySpan<double>)Product(pa, p, columns, columns, rows), 1e-12, "P A P");
        Symmetric(ap, rows);
        Symmetric(pa, columns);
    }

    private static void Symmetric(double[] matrix, int size)
    {
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.Equal(matrix[(i * size) + j], matrix[(j * size) + i], 1e-12);
        }
    }

    private static double[] Product(double[] a, double[] b, int rows, int inner, int columns)
    {
        double[] c = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int k = 0; k < inner; k++)
            {
                for (int j = 0; j < columns; j++)
                    c[(i * columns) + j] += a[(i * inner) + k] * b[(k * columns) + j];
            }
        }
        return c;
    }
}
