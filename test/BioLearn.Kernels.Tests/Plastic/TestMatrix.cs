using System.Numerics;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Tests.Plastic;

/// <summary>A matrix [rows, columns] with gaps between its rows, filled with reproducible numbers; the gaps hold a mark that must stay.</summary>
internal sealed class TestMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Gap = 3;
    private static readonly T Mark = T.CreateTruncating(1234);

    public TestMatrix(int rows, int columns, string name)
    {
        (Rows, Columns) = (rows, columns);
        Data = new T[rows * (columns + Gap)];
        new RandomStream(7, name).FillUniform(Data, -T.One, T.One);
        for (int i = 0; i < rows; i++)
            Data.AsSpan(i * (columns + Gap) + columns, Gap).Fill(Mark);
    }

    public int Rows { get; }
    public int Columns { get; }
    public T[] Data { get; }

    public double this[int i, int j]
    {
        get => double.CreateTruncating(Data[i * (Columns + Gap) + j]);
        set => Data[i * (Columns + Gap) + j] = T.CreateTruncating(value);
    }

    public MatrixSpan<T> Span => new(Data, Rows, Columns, Columns + Gap);

    public TestMatrix<T> Copy()
    {
        var copy = new TestMatrix<T>(Rows, Columns, "copy");
        Data.CopyTo(copy.Data, 0);
        return copy;
    }

    /// <summary>The numbers in double precision.</summary>
    public double[,] ToDouble()
    {
        var result = new double[Rows, Columns];
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
                result[i, j] = this[i, j];
        }
        return result;
    }

    public void AssertNear(double[,] expected, double tolerance, string what)
    {
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
                Near.Equal(expected[i, j], this[i, j], tolerance, $"{what}[{i}, {j}]");
            for (int j = Columns; j < Columns + Gap; j++)
                Assert.True(Data[i * (Columns + Gap) + j] == Mark, $"{what}: something was written behind row {i}");
        }
    }
}

internal static class Near
{
    public static void Equal(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * (1 + Math.Abs(expected)), $"{what} is {actual:R}, expected {expected:R}");

    public static void Equal<T>(ReadOnlySpan<double> expected, ReadOnlySpan<T> actual, double tolerance, string what)
        where T : INumberBase<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Equal(expected[i], double.CreateTruncating(actual[i]), tolerance, $"{what}[{i}]");
    }

    public static T[] Vector<T>(int length, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = new T[length];
        new RandomStream(7, name).FillUniform(values, -T.One, T.One);
        return values;
    }

    public static double[] ToDouble<T>(T[] values)
        where T : INumberBase<T> => [.. values.Select(double.CreateTruncating)];
}
