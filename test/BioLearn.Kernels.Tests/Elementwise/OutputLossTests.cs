using System.Numerics;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Elementwise;

[EveryWidth]
public sealed class OutputLossTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 10)]
    [InlineData(2, 33)]
    [InlineData(2, 1000)]
    public void Losses_and_softmax_agree_with_their_definitions(int rows, int columns)
    {
        Agrees<double>(rows, columns, 1e-13);
        Agrees<float>(rows, columns, 2e-6);
    }

    [Fact]
    public void Saturated_outputs_lose_nothing()
    {
        double[] a = [-800, 900, 5], t = [1, 0, 0], losses = [0];
        OutputLosses.SoftmaxCrossEntropy<double>(new(a, 1, 3), new(t, 1, 3), losses);
        Assert.Equal(1700, losses[0], 1e-9);
        OutputLosses.SigmoidCrossEntropy<double>(new(a, 1, 3), new(t, 1, 3), losses);
        Assert.Equal(800 + 900 + 5 + Math.Log(1 + Math.Exp(-5)), losses[0], 1e-9);

        double[] y = new double[3];
        OutputLosses.Softmax<double>(new(a, 1, 3), new(y, 1, 3));
        Assert.Equal([0, 1, 0], y);
    }

    [Fact]
    public void A_class_without_target_may_be_impossible()
    {
        double[] a = [double.NegativeInfinity, 0], t = [0, 1], losses = [double.NaN];
        OutputLosses.SoftmaxCrossEntropy<double>(new(a, 1, 2), new(t, 1, 2), losses);
        Assert.Equal(0, losses[0], 1e-15);
    }

    [Fact]
    public void Errors_are_the_gradient_of_the_losses()
    {
        const double H = 1e-6;
        double[] a = [0.3, -1.2, 0.9, 2.1], t = [0, 1, 0, 0];
        double[] y = new double[4], error = new double[4];
        OutputLosses.Softmax<double>(new(a, 1, 4), new(y, 1, 4));
        OutputLosses.Errors<double>(new(y, 1, 4), new(t, 1, 4), new(error, 1, 4));
        for (int i = 0; i < 4; i++)
            Assert.Equal((Loss(i, H) - Loss(i, -H)) / (2 * H), error[i], 1e-8);

        double Loss(int i, double shift)
        {
            double[] moved = [.. a], loss = [0];
            moved[i] += shift;
            OutputLosses.SoftmaxCrossEntropy<double>(new(moved, 1, 4), new(t, 1, 4), loss);
            return loss[0];
        }
    }

    [Fact]
    public void Shapes_that_differ_are_refused()
    {
        Assert.Throws<ArgumentException>(() => OutputLosses.Softmax(new ReadOnlyMatrixSpan<float>(new float[6], 2, 3), new MatrixSpan<float>(new float[6], 3, 2)));
        Assert.Throws<ArgumentException>(() => OutputLosses.SquaredError(new ReadOnlyMatrixSpan<float>(new float[6], 2, 3), new ReadOnlyMatrixSpan<float>(new float[6], 2, 3), new float[3]));
    }

    private static void Agrees<T>(int rows, int columns, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new System.Random(rows * 1000 + columns);
        // Rows are wider than the matrix, and what lies between them must stay.
        int stride = columns + 3;
        T[] a = new T[rows * stride], t = new T[rows * stride], y = new T[rows * stride], losses = new T[rows];
        for (int i = 0; i < a.Length; i++)
        {
            a[i] = T.CreateTruncating(random.NextDouble() * 8 - 4);
            t[i] = T.CreateTruncating(random.NextDouble());
            y[i] = T.CreateTruncating(-7);
        }
        OutputLosses.Softmax<T>(new(a, rows, columns, stride), new(y, rows, columns, stride));
        for (int b = 0; b < rows; b++)
        {
            double[] row = [.. a.Skip(b * stride).Take(columns).Select(double.CreateTruncating)];
            double[] target = [.. t.Skip(b * stride).Take(columns).Select(double.CreateTruncating)];
            double sum = row.Sum(Math.Exp);
            for (int i = 0; i < columns; i++)
                Assert.Equal(Math.Exp(row[i]) / sum, double.CreateTruncating(y[b * stride + i]), tolerance);
            Assert.Equal(T.CreateTruncating(-7), y[b * stride + columns]);

            OutputLosses.SoftmaxCrossEntropy<T>(new(a, rows, columns, stride), new(t, rows, columns, stride), losses);
            Near(row.Zip(target, (x, p) => p * (Math.Log(sum) - x)).Sum(), losses[b]);
            OutputLosses.SigmoidCrossEntropy<T>(new(a, rows, columns, stride), new(t, rows, columns, stride), losses);
            Near(row.Zip(target, (x, p) => p * Math.Log(1 + Math.Exp(-x)) + (1 - p) * Math.Log(1 + Math.Exp(x))).Sum(), losses[b]);
            OutputLosses.SquaredError<T>(new(a, rows, columns, stride), new(t, rows, columns, stride), losses);
            Near(0.5 * row.Zip(target, (x, p) => (x - p) * (x - p)).Sum(), losses[b]);
        }

        void Near(double expected, T actual) =>
            Assert.True(Math.Abs(double.CreateTruncating(actual) - expected) <= tolerance * Math.Max(1, Math.Abs(expected)), $"{actual}, expected {expected:R}");
    }
}
