using System.Numerics;
using BioLearn.Kernels.Convolution;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Convolution;

/// <summary>Convolutions whose groups have one or few channels, which lie a group a lane in the vectors.</summary>
[EveryWidth]
public class GroupedConvolutionTests
{
    /// <summary>Kernels, strides, paddings and dilations; the rest of a shape goes with them in turn.</summary>
    public static TheoryData<int, int, int, int> Windows()
    {
        var windows = new TheoryData<int, int, int, int>();
        foreach (int kernel in (int[])[1, 2, 3, 5])
        {
            foreach (int stride in (int[])[1, 2, 3])
            {
                foreach (int dilation in (int[])[1, 2])
                {
                    foreach (int padding in new[] { 0, 1, (kernel - 1) * dilation / 2 }.Distinct())
                        windows.Add(kernel, stride, padding, dilation);
                }
            }
        }

        return windows;
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Depthwise_convolution_and_its_adjoints_agree_with_the_definition(int kernel, int stride, int padding, int dilation)
    {
        // Groups: fewer than lanes, as many, more; heights and widths odd and even, smaller and larger than a vector.
        foreach ((int groups, int height, int width, int batch) in ((int, int, int, int)[])[(1 + 1, 9, 12, 1), (3, 10, 9, 3), (16, 14, 13, 1), (19, 9, 33, 2), (7, 24, 24, 3)])
        {
            foreach (int multiplier in (int[])[1, 2])
                Agree(Shape(groups, groups * multiplier, height, width, kernel, stride, padding, dilation, groups), batch);
        }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Groups_of_few_channels_agree_with_the_definition(int kernel, int stride, int padding, int dilation)
    {
        Agree(Shape(20, 30, 11, 10, kernel, stride, padding, dilation, 10), 2);
        Agree(Shape(27, 9, 10, 9, kernel, stride, padding, dilation, 9), 1);
        Agree(Shape(8, 12, 9, 9, kernel, stride, padding, dilation, 2), 3);
    }

    [Theory]
    [InlineData(40, 70, 64, 3, 1, 1)]
    [InlineData(5, 61, 130, 3, 2, 1)]
    [InlineData(9, 75, 80, 5, 2, 2)]
    [InlineData(9, 96, 50, 2, 2, 0)]
    [InlineData(3, 50, 200, 5, 1, 2)]
    [InlineData(3, 700, 13, 3, 1, 1)]
    [InlineData(3, 700, 6, 3, 1, 1)]
    public void Planes_larger_than_the_cache_agree_with_the_definition(int groups, int height, int width, int kernel, int stride, int padding)
    {
        foreach (int multiplier in (int[])[1, 2])
            Agree(Shape(groups, groups * multiplier, height, width, kernel, stride, padding, 1, groups), 1);
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Adjoint_and_weight_gradient_satisfy_the_inner_product_identities(int kernel, int stride, int padding, int dilation)
    {
        var shape = Shape(10, 20, 13, 10, kernel, stride, padding, dilation, 10);
        const int Batch = 2;
        double[] x = Reference.Numbers(Batch * shape.InputLength, 1), w = Reference.Numbers(shape.WeightLength, 2), y = Reference.Numbers(Batch * shape.OutputLength, 3);
        double[] ax = new double[y.Length], ay = new double[x.Length], dw = new double[w.Length];
        Convolution2D.Forward<double>(shape, Batch, x, w, [], ax);
        Convolution2D.Adjoint<double>(shape, Batch, y, w, ay);
        Convolution2D.WeightGradient<double>(shape, Batch, x, y, dw);
        double product = Reference.Dot(ax, y), allowed = 1e-11 * Math.Max(1, Math.Abs(product));
        Assert.Equal(product, Reference.Dot(x, ay), allowed);
        Assert.Equal(product, Reference.Dot(w, dw), allowed);
    }

    [Theory]
    [InlineData(24, 1, 3, 2)]
    [InlineData(24, 2, 3, 2)]
    [InlineData(5, 1, 3, 2)]
    [InlineData(24, 1, 3, 1)]
    [InlineData(24, 2, 3, 1)]
    [InlineData(24, 1, 5, 1)]
    [InlineData(24, 1, 2, 2)]
    public void A_picture_gives_the_same_bits_alone_in_a_batch_and_with_any_number_of_threads(int groups, int multiplier, int kernel, int stride)
    {
        var shape = Shape(groups, groups * multiplier, 15, 13, kernel, stride, kernel / 2, 1, groups);
        const int Batch = 7;
        float[] x = Reference.To<float>(Reference.Numbers(Batch * shape.InputLength, 1)), w = Reference.To<float>(Reference.Numbers(shape.WeightLength, 2));
        float[] y = new float[Batch * shape.OutputLength], back = new float[x.Length], gradient = new float[w.Length];
        Convolution2D.Forward<float>(shape, Batch, x, w, [], y);
        Convolution2D.Adjoint<float>(shape, Batch, y, w, back);
        Convolution2D.WeightGradient<float>(shape, Batch, x, y, gradient);
        for (int threads = 2; threads <= 3; threads++)
        {
            float[] threaded = new float[y.Length], threadedBack = new float[back.Length], threadedGradient = new float[w.Length];
            Convolution2D.Forward<float>(shape, Batch, x, w, [], threaded, threads);
            Convolution2D.Adjoint<float>(shape, Batch, y, w, threadedBack, threads);
            Assert.Equal(y, threaded);
            Assert.Equal(back, threadedBack);
            Convolution2D.WeightGradient<float>(shape, Batch, x, y, threadedGradient, threads);
            Assert.Equal(gradient, threadedGradient);
        }

        float[] one = new float[shape.OutputLength], oneBack = new float[shape.InputLength];
        for (int n = 0; n < Batch; n++)
        {
            Convolution2D.Forward<float>(shape, 1, x.AsSpan(n * shape.InputLength, shape.InputLength), w, [], one);
            Convolution2D.Adjoint<float>(shape, 1, one, w, oneBack);
            Assert.True(one.AsSpan().SequenceEqual(y.AsSpan(n * shape.OutputLength, shape.OutputLength)), $"picture {n}");
            Assert.True(oneBack.AsSpan().SequenceEqual(back.AsSpan(n * shape.InputLength, shape.InputLength)), $"picture {n}, adjoint");
        }
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(3, 1)]
    [InlineData(2, 2)]
    public void Bias_and_rectification_act_on_every_output_channel(int kernel, int stride)
    {
        foreach (bool adjoint in (bool[])[false, true])
        {
            var shape = Shape(12, 24, 14, 14, kernel, stride, 0, 1, 12);
            double[] w = Reference.Numbers(shape.WeightLength, 1), bias = Reference.Numbers(adjoint ? shape.Channels : shape.Filters, 2);
            using var plan = adjoint ? ConvolutionPlan<double>.Adjoint(shape, w) : ConvolutionPlan<double>.Forward(shape, w);
            double[] input = Reference.Numbers(2 * plan.InputLength, 3), output = new double[2 * plan.OutputLength];
            plan.Run(2, input, bias, rectify: true, output);
            double[] expected = adjoint ? Reference.Adjoint(shape, 2, input, w) : Reference.Forward(shape, 2, input, w, []);
            int plane = plan.OutputLength / bias.Length;
            for (int i = 0; i < expected.Length; i++) expected[i] = Math.Max(0, expected[i] + bias[i / plane % bias.Length]);
            Reference.Close(expected, output, 1e-13, $"adjoint {adjoint}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_is_not_finite_stays_in_its_plane_and_within_the_taps_reach(int stride)
    {
        // Rows are read beyond their ends: what lies there belongs to other rows and planes.
        var shape = Shape(6, 6, 14, 14, 3, stride, 1, 1, 6);
        float[] x = Reference.To<float>(Reference.Numbers(shape.InputLength, 1)), w = Reference.To<float>(Reference.Numbers(shape.WeightLength, 2));
        float[] y = new float[shape.OutputLength], credit = new float[y.Length], gradient = new float[w.Length];
        Array.Fill(credit, 1);
        const int Plane = 14 * 14, Row = 7, Column = 13;
        x[(2 * Plane) + (Row * 14) + Column] = float.NaN;
        Convolution2D.Forward<float>(shape, 1, x, w, [], y);
        Convolution2D.WeightGradient<float>(shape, 1, x, credit, gradient);
        for (int i = 0; i < y.Length; i++)
        {
            int plane = i / (shape.OutputHeight * shape.OutputWidth), row = i / shape.OutputWidth % shape.OutputHeight * stride, column = i % shape.OutputWidth * stride;
            Assert.Equal(plane == 2 && Math.Abs(row - Row) <= 1 && Math.Abs(column - Column) <= 1, float.IsNaN(y[i]));
        }
        for (int i = 0; i < gradient.Length; i++)
        {
            if (i / 9 != 2)
                Assert.False(float.IsNaN(gradient[i]), $"weight {i}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Nothing_is_allocated(int stride)
    {
        var shape = Shape(12, 24, 14, 14, 3, stride, 1, 1, 12);
        const int Batch = 3;
        float[] x = new float[Batch * shape.InputLength], w = new float[shape.WeightLength], y = new float[Batch * shape.OutputLength], bias = new float[shape.Filters];
        Step();
        Assert.Equal(0, Allocations.Of(Step));

        void Step()
        {
            Convolution2D.Forward<float>(shape, Batch, x, w, bias, y);
            Convolution2D.Adjoint<float>(shape, Batch, y, w, x);
            Convolution2D.WeightGradient<float>(shape, Batch, x, y, w);
        }
    }

    private static ConvolutionShape Shape(int channels, int filters, int height, int width, int kernel, int stride, int padding, int dilation, int groups) =>
        ConvolutionShape.Forward(channels, height, width, filters, (kernel, kernel), (stride, stride), (padding, padding, padding, padding), (dilation, dilation), groups);

    private static void Agree(ConvolutionShape shape, int batch)
    {
        Agree<double>(shape, batch, 1e-13);
        Agree<float>(shape, batch, 3e-6);
    }

    private static void Agree<T>(ConvolutionShape shape, int batch, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] x = Numbers(batch * shape.InputLength, 1), w = Numbers(shape.WeightLength, 2), bias = Numbers(shape.Filters, 3), y = Numbers(batch * shape.OutputLength, 4);
        T[] forward = Unknown(y.Length), adjoint = Unknown(x.Length), gradient = Unknown(w.Length);
        Convolution2D.Forward<T>(shape, batch, Reference.To<T>(x), Reference.To<T>(w), Reference.To<T>(bias), forward);
        Convolution2D.Adjoint<T>(shape, batch, Reference.To<T>(y), Reference.To<T>(w), adjoint);
        Convolution2D.WeightGradient<T>(shape, batch, Reference.To<T>(x), Reference.To<T>(y), gradient);
        Reference.Close(Reference.Forward(shape, batch, x, w, bias), forward, tolerance, $"forward {typeof(T).Name} {shape}");
        Reference.Close(Reference.Adjoint(shape, batch, y, w), adjoint, tolerance, $"adjoint {typeof(T).Name} {shape}");
        Reference.Close(Reference.WeightGradient(shape, batch, x, y), gradient, tolerance, $"weight gradient {typeof(T).Name} {shape}");

        // As the narrower type holds them, so that the reference computes with the same numbers.
        static double[] Numbers(int length, int seed) => [.. Reference.To<T>(Reference.Numbers(length, seed)).Select(double.CreateChecked)];

        static T[] Unknown(int length)
        {
            var values = new T[length];
            Array.Fill(values, T.NaN);
            return values;
        }
    }
}
