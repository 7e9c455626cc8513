using System.Numerics;
using BioLearn.Kernels.Convolution;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Convolution;

[EveryWidth]
public class ConvolutionPlanTests
{
    /// <summary>Shapes whose adjoint has one phase, many phases, joined phases; odd sizes; few and many channels; groups.</summary>
    public static TheoryData<string> Shapes =>
    [
        "40 11 12 56 3x3 1x1 1,1,1,1 1x1 1 1",
        "70 13 13 72 3x3 1x1 1,1,1,1 1x1 1 1",
        "32 27 25 48 5x5 1x1 2,2,2,2 1x1 1 1",
        "3 44 47 20 11x11 4x4 2,2,2,2 1x1 1 1",
        "3 38 37 10 7x7 2x2 3,3,3,3 1x1 1 1",
        "24 15 15 36 3x3 2x2 1,1,1,1 1x1 1 1",
        "16 9 40 130 3x3 1x1 0,0,0,0 1x1 1 1",
        "30 12 9 14 4x3 1x1 2,1,1,1 1x1 2 1",
        "13 14 14 18 1x1 1x1 0,0,0,0 1x1 1 1",
        "5 9 15 7 1x1 1x1 0,0,0,0 1x1 1 1",
        "12 17 11 10 1x1 1x1 0,0,0,0 1x1 2 1",
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Constant_planes_with_few_exceptions_agree_with_the_definition(string text)
    {
        var (shape, _) = Convolution2DTests.Parse(text);
        Agree<double>(shape, 0.2, 1e-13);
        Agree<float>(shape, 0.2, 2e-6);
        Agree<float>(shape, 0, 2e-6);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Dense_planes_agree_with_the_definition(string text)
    {
        var (shape, _) = Convolution2DTests.Parse(text);
        Agree<double>(shape, 1, 1e-13);
        Agree<float>(shape, 1, 2e-6);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Bias_and_rectification_act_on_every_path(string text)
    {
        var (shape, _) = Convolution2DTests.Parse(text);
        var w = Reference.Numbers(shape.WeightLength, 1);
        var bias = Reference.Numbers(shape.Filters, 2);
        using var plan = ConvolutionPlan<double>.Forward(shape, w);
        foreach (double share in new[] { 0.2, 1 })
        {
            var x = Exceptions(shape.Channels, shape.Height * shape.Width, share);
            double[] expected = [.. Reference.Forward(shape, 1, x, w, bias).Select(v => Math.Max(0, v))];
            var y = new double[shape.OutputLength];
            plan.Run(1, x, bias, rectify: true, y);
            Reference.Close(expected, y, 1e-13, $"{share} of the input");
            double ceiling = expected.Max() / 3;
            plan.Run(1, x, bias, rectify: true, y, ceiling: ceiling);
            Reference.Close([.. expected.Select(v => Math.Min(ceiling, v))], y, 1e-13, $"cut, {share} of the input");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_picture_gives_the_same_bits_in_any_batch_and_with_any_number_of_threads(string text)
    {
        var (shape, _) = Convolution2DTests.Parse(text);
        const int Batch = 7;
        int inputs = shape.OutputLength, outputs = shape.InputLength;
        var y = new float[Batch * inputs];
        // Sparse and dense pictures mixed.
        for (int n = 0; n < Batch; n++)
            Reference.To<float>(Exceptions(shape.Filters, shape.OutputHeight * shape.OutputWidth, n % 3 == 1 ? 1 : 0.15, n)).CopyTo(y, n * inputs);
        using var plan = ConvolutionPlan<float>.Adjoint(shape, Reference.To<float>(Reference.Numbers(shape.WeightLength, 1)));
        var together = new float[Batch * outputs];
        var threaded = new float[Batch * outputs];
        var single = new float[outputs];
        plan.Run(Batch, y, [], false, together);
        plan.Run(Batch, y, [], false, threaded, threads: 3);
        Assert.True(together.AsSpan().SequenceEqual(threaded));
        for (int n = 0; n < Batch; n++)
        {
            plan.Run(1, y.AsSpan(n * inputs, inputs), [], false, single, threads: 2);
            Assert.True(single.AsSpan().SequenceEqual(together.AsSpan(n * outputs, outputs)), $"picture {n}");
        }
    }

    [Theory]
    [InlineData("48 70 66 40 3x3 1x1 1,1,1,1 1x1 1 1", false)]
    [InlineData("48 70 66 40 3x3 1x1 1,1,1,1 1x1 1 1", true)]
    [InlineData("200 15 15 150 3x3 1x1 1,1,1,1 1x1 1 1", false)]
    [InlineData("24 64 61 20 5x5 2x2 2,2,2,2 1x1 1 1", true)]
    [InlineData("24 64 61 18 1x1 1x1 0,0,0,0 1x1 1 1", false)]
    public void Threads_that_share_one_picture_change_no_bit(string text, bool isAdjoint)
    {
        // Many blocks of tiles, few, and a gather in phases; exceptions that reach rows of other threads.
        var (shape, _) = Convolution2DTests.Parse(text);
        float[] w = Reference.To<float>(Reference.Numbers(shape.WeightLength, 1)), bias = Reference.To<float>(Reference.Numbers(isAdjoint ? shape.Channels : shape.Filters, 2));
        using var plan = isAdjoint ? ConvolutionPlan<float>.Adjoint(shape, w) : ConvolutionPlan<float>.Forward(shape, w);
        int channels = isAdjoint ? shape.Filters : shape.Channels;
        foreach (double share in (double[])[1, 0.1, 0])
        {
            float[] input = Reference.To<float>(Exceptions(channels, plan.InputLength / channels, share)), alone = new float[plan.OutputLength];
            plan.Run(1, input, bias, rectify: true, alone);
            for (int threads = 2; threads <= 4; threads++)
            {
                var shared = new float[alone.Length];
                Array.Fill(shared, float.NaN);
                plan.Run(1, input, bias, rectify: true, shared, threads);
                Assert.True(alone.AsSpan().SequenceEqual(shared), $"{threads} threads, {share} of the input");
            }
        }
    }

    [Fact]
    public void A_plan_may_be_used_by_several_threads_at_once()
    {
        var (shape, _) = Convolution2DTests.Parse("20 14 14 24 3x3 1x1 1,1,1,1 1x1 1 1");
        using var plan = ConvolutionPlan<float>.Forward(shape, Reference.To<float>(Reference.Numbers(shape.WeightLength, 1)));
        var inputs = Enumerable.Range(0, 8).Select(n => Reference.To<float>(Exceptions(shape.Channels, 196, n % 2 == 0 ? 0.1 : 1, n))).ToArray();
        var alone = inputs.Select(Run).ToArray();
        var atOnce = new float[inputs.Length][];
        Parallel.For(0, inputs.Length, n => atOnce[n] = Run(inputs[n]));
        for (int n = 0; n < inputs.Length; n++) Assert.Equal(alone[n], atOnce[n]);

        float[] Run(float[] x)
        {
            var y = new float[shape.OutputLength];
            plan.Run(1, x, [], false, y);
            return y;
        }
    }

    [Fact]
    public void Repeated_runs_allocate_nothing()
    {
        var (shape, _) = Convolution2DTests.Parse("20 14 14 24 3x3 1x1 1,1,1,1 1x1 1 1");
        using var plan = ConvolutionPlan<float>.Adjoint(shape, Reference.To<float>(Reference.Numbers(shape.WeightLength, 1)));
        var dense = Reference.To<float>(Reference.Numbers(shape.OutputLength, 2));
        var sparse = Reference.To<float>(Exceptions(shape.Filters, 196, 0.1));
        var x = new float[shape.InputLength];
        Runs(2);
        Assert.Equal(0, Allocations.Of(() => Runs(10)));

        void Runs(int count)
        {
            for (int i = 0; i < count; i++)
            {
                plan.Run(1, dense, [], false, x);
                plan.Run(1, sparse, [], false, x);
            }
        }
    }

    private static void Agree<T>(ConvolutionShape shape, double share, double tolerance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var w = Reference.To<T>(Reference.Numbers(shape.WeightLength, 1));
        var x = Reference.To<T>(Exceptions(shape.Channels, shape.Height * shape.Width, share));
        var y = Reference.To<T>(Exceptions(shape.Filters, shape.OutputHeight * shape.OutputWidth, share));
        var forward = new T[y.Length];
        var adjoint = new T[x.Length];
        using var there = ConvolutionPlan<T>.Forward(shape, w);
        using var back = ConvolutionPlan<T>.Adjoint(shape, w);
        there.Run(1, x, [], false, forward);
        back.Run(1, y, [], false, adjoint);
        double[] dw = Wide(w);
        Reference.Close(Reference.Forward(shape, 1, Wide(x), dw, []), forward, tolerance, $"forward {typeof(T).Name}");
        Reference.Close(Reference.Adjoint(shape, 1, Wide(y), dw), adjoint, tolerance, $"adjoint {typeof(T).Name}");

        static double[] Wide(T[] values) => [.. values.Select(double.CreateChecked)];
    }

    /// <summary>Planes of one constant each, every third of them zero, with a share of other values.</summary>
    private static double[] Exceptions(int channels, int plane, double share, int seed = 3)
    {
        var random = new System.Random(seed);
        var values = new double[channels * plane];
        for (int c = 0; c < channels; c++)
        {
            double constant = c % 3 == 0 ? 0 : random.NextDouble();
            for (int i = 0; i < plane; i++) values[c * plane + i] = random.NextDouble() < share ? random.NextDouble() * 2 - 1 : constant;
        }

        return values;
    }
}
