using System.Numerics;
using BioLearn.Kernels.Convolution;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Convolution;

[EveryWidth]
public class Convolution2DTests
{
    /// <summary>channels, height, width, filters, kernel, stride, pads (top, left, bottom, right), dilation, groups, batch.</summary>
    public static TheoryData<string> Shapes =>
    [
        "1 1 1 1 1x1 1x1 0,0,0,0 1x1 1 1",
        "3 7 5 4 3x3 1x1 1,1,1,1 1x1 1 2",
        "3 19 23 5 11x11 4x4 2,2,2,2 1x1 1 1",
        "17 9 9 33 3x3 1x1 1,1,1,1 1x1 1 3",
        "16 13 13 64 5x5 1x1 2,2,2,2 1x1 1 1",
        "40 8 7 40 3x3 1x1 1,1,1,1 1x1 1 1",
        "20 15 14 24 3x3 2x2 1,1,1,1 1x1 1 2",
        "5 16 16 7 1x1 2x2 0,0,0,0 1x1 1 1",
        "3 30 31 10 7x7 2x2 3,3,3,3 1x1 1 1",
        "6 12 12 9 3x2 2x1 0,1,2,0 2x3 3 2",
        "8 10 11 8 3x3 1x1 1,1,1,1 1x1 8 2",
        "8 11 10 16 3x3 2x2 1,1,1,1 1x1 8 1",
        "4 6 6 4 3x3 3x3 0,0,0,0 1x1 1 1",
        "2 5 40 3 1x9 1x2 0,4,0,4 1x1 1 1",
        "65 6 6 130 1x1 1x1 0,0,0,0 1x1 1 1",
        "2 4 4 3 3x3 1x1 4,4,4,4 1x1 1 1",
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Convolution_and_its_adjoints_agree_with_the_definition(string text)
    {
        var (shape, batch) = Parse(text);
        Agree<double>(shape, batch, 1e-13);
        Agree<float>(shape, batch, 2e-6);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Adjoint_and_weight_gradient_satisfy_the_inner_product_identities(string text)
    {
        var (shape, batch) = Parse(text);
        var x = Reference.Numbers(batch * shape.InputLength, 1);
        var w = Reference.Numbers(shape.WeightLength, 2);
        var y = Reference.Numbers(batch * shape.OutputLength, 3);
        var ax = new double[y.Length];
        var ay = new double[x.Length];
        var dw = new double[w.Length];
        Convolution2D.Forward<double>(shape, batch, x, w, [], ax);
        Convolution2D.Adjoint<double>(shape, batch, y, w, ay);
        Convolution2D.WeightGradient<double>(shape, batch, x, y, dw);
        double product = Reference.Dot(ax, y);
        Assert.Equal(product, Reference.Dot(x, ay), 1e-11 * Math.Max(1, Math.Abs(product)));
        Assert.Equal(product, Reference.Dot(w, dw), 1e-11 * Math.Max(1, Math.Abs(product)));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Weight_gradient_has_the_same_bits_on_any_number_of_threads(string text)
    {
        var (shape, batch) = Parse(text);
        float[] x = Reference.To<float>(Reference.Numbers(batch * shape.InputLength, 1)), y = Reference.To<float>(Reference.Numbers(batch * shape.OutputLength, 3));
        float[] one = new float[shape.WeightLength], several = new float[shape.WeightLength];
        Convolution2D.WeightGradient<float>(shape, batch, x, y, one);
        Convolution2D.WeightGradient<float>(shape, batch, x, y, several, threads: 4);
        Assert.Equal(one, several);
    }

    [Fact]
    public void Adjoint_drops_contributions_beyond_a_smaller_explicit_output_size()
    {
        // AlexNet's first layer read at 224 gives 55 windows; its reversal in the notebooks keeps 223 rows and columns.
        var full = ConvolutionShape.Forward(2, 32, 32, 3, (11, 11), (4, 4), (2, 2, 2, 2), (1, 1));
        var cropped = full with { Height = 31, Width = 31 };
        var y = Reference.Numbers(full.OutputLength, 4);
        var w = Reference.Numbers(full.WeightLength, 5);
        var all = new double[full.InputLength];
        var crop = new double[cropped.InputLength];
        Convolution2D.Adjoint<double>(full, 1, y, w, all);
        Convolution2D.Adjoint<double>(cropped, 1, y, w, crop);
        for (int c = 0; c < 2; c++)
            for (int i = 0; i < 31; i++)
                for (int j = 0; j < 31; j++) Assert.Equal(all[(c * 32 + i) * 32 + j], crop[(c * 31 + i) * 31 + j], 1e-12);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_picture_gives_the_same_bits_alone_and_in_a_batch(string text)
    {
        var (shape, _) = Parse(text);
        const int Batch = 5;
        var x = Reference.To<float>(Reference.Numbers(Batch * shape.InputLength, 6));
        var w = Reference.To<float>(Reference.Numbers(shape.WeightLength, 7));
        var y = new float[Batch * shape.OutputLength];
        var one = new float[shape.OutputLength];
        var back = new float[x.Length];
        var oneBack = new float[shape.InputLength];
        Convolution2D.Forward<float>(shape, Batch, x, w, [], y);
        Convolution2D.Adjoint<float>(shape, Batch, y, w, back);
        for (int n = 0; n < Batch; n++)
        {
            Convolution2D.Forward<float>(shape, 1, x.AsSpan(n * shape.InputLength, shape.InputLength), w, [], one);
            Assert.True(one.AsSpan().SequenceEqual(y.AsSpan(n * shape.OutputLength, shape.OutputLength)));
            Convolution2D.Adjoint<float>(shape, 1, one, w, oneBack);
            Assert.True(oneBack.AsSpan().SequenceEqual(back.AsSpan(n * shape.InputLength, shape.InputLength)));
        }
    }

    [Fact]
    public void Spans_of_the_wrong_length_are_refused_by_name()
    {
        var shape = ConvolutionShape.Forward(2, 5, 5, 3, (3, 3), (1, 1), (1, 1, 1, 1), (1, 1));
        var error = Assert.Throws<ArgumentException>(() => Convolution2D.Forward<float>(shape, 1, new float[50], new float[54], [], new float[74]));
        Assert.Equal("y", error.ParamName);
        Assert.Contains("74", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => (shape with { Groups = 2 }).Validate());
        Assert.Throws<ArgumentOutOfRangeException>(() => ConvolutionShape.Forward(1, 2, 2, 1, (3, 3), (1, 1), (0, 0, 0, 0), (1, 1)));
    }

    private static void Agree<T>(ConvolutionShape shape, int batch, double tolerance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var x = Reference.To<T>(Reference.Numbers(batch * shape.InputLength, 1));
        var w = Reference.To<T>(Reference.Numbers(shape.WeightLength, 2));
        var bias = Reference.To<T>(Reference.Numbers(shape.Filters, 3));
        var y = Reference.To<T>(Reference.Numbers(batch * shape.OutputLength, 4));
        var forward = new T[y.Length];
        var adjoint = new T[x.Length];
        var gradient = new T[w.Length];
        Array.Fill(forward, T.NaN);
        Array.Fill(adjoint, T.NaN);
        Array.Fill(gradient, T.NaN);
        Convolution2D.Forward<T>(shape, batch, x, w, bias, forward);
        Convolution2D.Adjoint<T>(shape, batch, y, w, adjoint);
        Convolution2D.WeightGradient<T>(shape, batch, x, y, gradient);
        double[] dx = Wide(x), dw = Wide(w), dy = Wide(y);
        Reference.Close(Reference.Forward(shape, batch, dx, dw, Wide(bias)), forward, tolerance, $"forward {typeof(T).Name}");
        Reference.Close(Reference.Adjoint(shape, batch, dy, dw), adjoint, tolerance, $"adjoint {typeof(T).Name}");
        Reference.Close(Reference.WeightGradient(shape, batch, dx, dy), gradient, tolerance, $"weight gradient {typeof(T).Name}");

        static double[] Wide(T[] values) => [.. values.Select(double.CreateChecked)];
    }

    internal static (ConvolutionShape Shape, int Batch) Parse(string text)
    {
        var part = text.Split(' ');
        int[] Pair(int i, char by) => [.. part[i].Split(by).Select(int.Parse)];
        int Number(int i) => int.Parse(part[i], System.Globalization.CultureInfo.InvariantCulture);
        int[] kernel = Pair(4, 'x'), stride = Pair(5, 'x'), pads = Pair(6, ','), dilation = Pair(7, 'x');
        var shape = ConvolutionShape.Forward(
            Number(0), Number(1), Number(2), Number(3), (kernel[0], kernel[1]), (stride[0], stride[1]),
            (pads[0], pads[1], pads[2], pads[3]), (dilation[0], dilation[1]), Number(8));
        return (shape, Number(9));
    }
}
