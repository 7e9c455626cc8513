using System.Numerics;
using BioLearn.Kernels.Convolution;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Convolution;

/// <summary>Locally connected layers against the convolution of each place alone, whose definition the convolution's tests hold to.</summary>
[EveryWidth]
public class LocallyConnected2DTests
{
    public static TheoryData<ConvolutionShape, int> Shapes => new()
    {
        { ConvolutionShape.Forward(1, 1, 1, 1, (1, 1), (1, 1), (0, 0, 0, 0), (1, 1)), 1 },
        { ConvolutionShape.Forward(3, 9, 7, 4, (3, 3), (1, 1), (1, 1, 1, 1), (1, 1)), 2 },
        { ConvolutionShape.Forward(3, 12, 13, 17, (5, 5), (2, 2), (0, 0, 0, 0), (1, 1)), 33 },
        { ConvolutionShape.Forward(2, 8, 9, 3, (3, 2), (2, 1), (2, 1, 1, 0), (2, 3)), 5 },
        { ConvolutionShape.Forward(20, 6, 6, 24, (4, 4), (1, 1), (3, 3, 3, 3), (1, 1)), 3 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Places_agree_with_their_definition(ConvolutionShape shape, int batch)
    {
        Agree<double>(shape, batch, 1e-13);
        Agree<float>(shape, batch, 3e-6);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Places_that_share_their_weights_are_a_convolution(ConvolutionShape shape, int batch)
    {
        double[] x = Reference.Numbers(batch * shape.InputLength, 1), w = Reference.Numbers(shape.WeightLength, 2), y = Reference.Numbers(batch * shape.OutputLength, 4);
        int area = shape.OutputHeight * shape.OutputWidth, taps = shape.WeightLength / shape.Filters;
        double[] local = [.. Enumerable.Range(0, shape.OutputLength).SelectMany(unit => w[(unit / area * taps)..((unit / area * taps) + taps)])];
        double[] up = new double[y.Length], down = new double[x.Length], gradient = new double[local.Length], shared = new double[w.Length];
        LocallyConnected2D.Forward<double>(shape, batch, x, local, [], up);
        LocallyConnected2D.Adjoint<double>(shape, batch, y, local, down);
        LocallyConnected2D.WeightGradient<double>(shape, batch, x, y, 1, gradient, 0);
        for (int i = 0; i < gradient.Length; i++)
            shared[(i / taps / area * taps) + (i % taps)] += gradient[i];
        Reference.Close(Reference.Forward(shape, batch, x, w, []), up, 1e-13, "forward");
        Reference.Close(Reference.Adjoint(shape, batch, y, w), down, 1e-13, "adjoint");
        Reference.Close(Reference.WeightGradient(shape, batch, x, y), shared, 1e-12, "weight gradient");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Same_bits_on_any_number_of_threads_and_for_a_picture_alone(ConvolutionShape shape, int batch)
    {
        float[] x = Reference.To<float>(Reference.Numbers(batch * shape.InputLength, 1)), y = Reference.To<float>(Reference.Numbers(batch * shape.OutputLength, 4));
        float[] w = Reference.To<float>(Reference.Numbers((int)LocallyConnected2D.WeightLength(shape), 2)), b = Reference.To<float>(Reference.Numbers(shape.OutputLength, 3));
        (float[] Up, float[] Down, float[] Gradient) one = Run(1), several = Run(4);
        Assert.Equal(one.Up, several.Up);
        Assert.Equal(one.Down, several.Down);
        Assert.Equal(one.Gradient, several.Gradient);
        float[] up = new float[shape.OutputLength], down = new float[shape.InputLength];
        LocallyConnected2D.Forward<float>(shape, 1, x.AsSpan(^shape.InputLength), w, b, up);
        LocallyConnected2D.Adjoint<float>(shape, 1, y.AsSpan(^shape.OutputLength), w, down);
        Assert.Equal(one.Up[^shape.OutputLength..], up);
        Assert.Equal(one.Down[^shape.InputLength..], down);

        (float[] Up, float[] Down, float[] Gradient) Run(int threads)
        {
            float[] up = new float[y.Length], down = new float[x.Length], gradient = new float[w.Length];
            LocallyConnected2D.Forward<float>(shape, batch, x, w, b, up, threads);
            LocallyConnected2D.Adjoint<float>(shape, batch, y, w, down, threads);
            LocallyConnected2D.WeightGradient(shape, batch, x, y, 1, gradient, 0, threads);
            return (up, down, gradient);
        }
    }

    /// <summary>So much is sent down at a time that the samples of this batch come in several blocks.</summary>
    [Fact]
    public void Adjoint_of_a_large_batch_is_that_of_its_pictures()
    {
        var shape = ConvolutionShape.Forward(30, 20, 20, 2, (5, 5), (1, 1), (2, 2, 2, 2), (1, 1));
        const int Batch = 9;
        float[] y = Reference.To<float>(Reference.Numbers(Batch * shape.OutputLength, 4)), w = Reference.To<float>(Reference.Numbers((int)LocallyConnected2D.WeightLength(shape), 2));
        float[] all = new float[Batch * shape.InputLength], one = new float[shape.InputLength];
        LocallyConnected2D.Adjoint<float>(shape, Batch, y, w, all, threads: 3);
        for (int n = 0; n < Batch; n++)
        {
            LocallyConnected2D.Adjoint<float>(shape, 1, y.AsSpan(n * shape.OutputLength, shape.OutputLength), w, one);
            Assert.Equal(one, all[(n * shape.InputLength)..((n + 1) * shape.InputLength)]);
        }
    }

    [Fact]
    public void Wrong_lengths_and_groups_are_refused_by_name()
    {
        var shape = ConvolutionShape.Forward(2, 5, 5, 4, (3, 3), (1, 1), (0, 0, 0, 0), (1, 1));
        Assert.Equal("weights", Assert.Throws<ArgumentException>(() => LocallyConnected2D.Forward<float>(shape, 1, new float[50], new float[72], [], new float[36])).ParamName);
        Assert.Equal("bias", Assert.Throws<ArgumentException>(() => LocallyConnected2D.Forward<float>(shape, 1, new float[50], new float[648], new float[4], new float[36])).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => LocallyConnected2D.Adjoint<float>(shape with { Groups = 2 }, 1, new float[36], new float[648], new float[50]));
    }

    private static void Agree<T>(ConvolutionShape shape, int batch, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = Reference.To<T>(Reference.Numbers(batch * shape.InputLength, 1)), y = Reference.To<T>(Reference.Numbers(batch * shape.OutputLength, 4));
        T[] w = Reference.To<T>(Reference.Numbers((int)LocallyConnected2D.WeightLength(shape), 2)), b = Reference.To<T>(Reference.Numbers(shape.OutputLength, 3));
        double[] dx = Wide(x), dy = Wide(y), dw = Wide(w), db = Wide(b);
        double[] up = new double[y.Length], down = new double[x.Length], meets = new double[w.Length];
        int area = shape.OutputHeight * shape.OutputWidth, taps = w.Length / shape.OutputLength;
        for (int unit = 0; unit < shape.OutputLength; unit++)
        {
            int place = unit % area;
            // A convolution of one filter that has its window here.
            ConvolutionShape one = shape with
            {
                Filters = 1,
                OutputHeight = 1,
                OutputWidth = 1,
                PadTop = shape.PadTop - (place / shape.OutputWidth * shape.StrideY),
                PadLeft = shape.PadLeft - (place % shape.OutputWidth * shape.StrideX),
            };
            double[] weights = dw[(unit * taps)..((unit + 1) * taps)];
            for (int n = 0; n < batch; n++)
            {
                double[] picture = dx[(n * shape.InputLength)..((n + 1) * shape.InputLength)];
                int at = (n * shape.OutputLength) + unit;
                up[at] = Reference.Forward(one, 1, picture, weights, [])[0] + db[unit];
                double[] sent = Reference.Adjoint(one, 1, [dy[at]], weights), met = Reference.WeightGradient(one, 1, picture, [dy[at]]);
                for (int i = 0; i < sent.Length; i++)
                    down[(n * shape.InputLength) + i] += sent[i];
                for (int i = 0; i < taps; i++)
                    meets[(unit * taps) + i] += met[i];
            }
        }
        T[] forward = new T[y.Length], adjoint = new T[x.Length], gradient = new T[w.Length];
        Array.Fill(forward, T.NaN);
        Array.Fill(adjoint, T.NaN);
        Array.Fill(gradient, T.NaN);
        LocallyConnected2D.Forward<T>(shape, batch, x, w, b, forward);
        LocallyConnected2D.Adjoint<T>(shape, batch, y, w, adjoint);
        LocallyConnected2D.WeightGradient(shape, batch, x, y, T.One, gradient, T.Zero);
        Reference.Close(up, forward, tolerance, $"forward {typeof(T).Name}");
        Reference.Close(down, adjoint, tolerance, $"adjoint {typeof(T).Name}");
        Reference.Close(meets, gradient, tolerance, $"weight gradient {typeof(T).Name}");
        T half = T.CreateChecked(0.5), two = T.CreateChecked(2);
        LocallyConnected2D.WeightGradient(shape, batch, x, y, two, gradient, half);
        Reference.Close([.. meets.Select(v => 2.5 * v)], gradient, 2 * tolerance, $"kept weight gradient {typeof(T).Name}");
    }

    private static double[] Wide<T>(T[] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. values.Select(double.CreateChecked)];
}
