using System.Numerics;
using BioLearn.Kernels.Convolution;

namespace BioLearn.Kernels.Tests.Convolution;

/// <summary>The definitions, one scalar at a time in double: what every kernel must agree with.</summary>
internal static class Reference
{
    public static double[] Forward(ConvolutionShape s, int batch, double[] x, double[] w, double[] bias)
    {
        var y = new double[batch * s.OutputLength];
        ForEachTap(s, batch, (input, weight, output) => y[output] += w[weight] * x[input]);
        if (bias.Length > 0)
        {
            int plane = s.OutputHeight * s.OutputWidth;
            for (int i = 0; i < y.Length; i++) y[i] += bias[i / plane % s.Filters];
        }

        return y;
    }

    public static double[] Adjoint(ConvolutionShape s, int batch, double[] y, double[] w)
    {
        var x = new double[batch * s.InputLength];
        ForEachTap(s, batch, (input, weight, output) => x[input] += w[weight] * y[output]);
        return x;
    }

    public static double[] WeightGradient(ConvolutionShape s, int batch, double[] x, double[] y)
    {
        var w = new double[s.WeightLength];
        ForEachTap(s, batch, (input, weight, output) => w[weight] += x[input] * y[output]);
        return w;
    }

    private static void ForEachTap(ConvolutionShape s, int batch, Action<int, int, int> visit)
    {
        int channels = s.Channels / s.Groups, filters = s.Filters / s.Groups;
        for (int n = 0; n < batch; n++)
            for (int o = 0; o < s.Filters; o++)
                for (int i = 0; i < s.OutputHeight; i++)
                    for (int j = 0; j < s.OutputWidth; j++)
                        for (int c = 0; c < channels; c++)
                            for (int u = 0; u < s.KernelHeight; u++)
                                for (int v = 0; v < s.KernelWidth; v++)
                                {
                                    int row = i * s.StrideY + u * s.DilationY - s.PadTop, column = j * s.StrideX + v * s.DilationX - s.PadLeft;
                                    if (row < 0 || row >= s.Height || column < 0 || column >= s.Width) continue;
                                    visit(
                                        ((n * s.Channels + o / filters * channels + c) * s.Height + row) * s.Width + column,
                                        ((o * channels + c) * s.KernelHeight + u) * s.KernelWidth + v,
                                        ((n * s.Filters + o) * s.OutputHeight + i) * s.OutputWidth + j);
                                }
    }

    public static double[] Numbers(int length, int seed)
    {
        var random = new System.Random(seed);
        var values = new double[length];
        for (int i = 0; i < length; i++) values[i] = random.NextDouble() * 2 - 1;
        return values;
    }

    public static T[] To<T>(double[] values) where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. values.Select(T.CreateChecked)];

    /// <summary>Worst element relative to the largest magnitude of the expected values.</summary>
    public static void Close<T>(double[] expected, T[] actual, double tolerance, string what) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = expected.Max(Math.Abs);
        int worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Error(i) <= Error(worst))) worst = i;
        }

        Assert.True(Error(worst) <= tolerance * Math.Max(scale, 1e-30),
            $"{what}: element {worst} of {expected.Length} is {actual[worst]}, expected {expected[worst]} (error {Error(worst) / scale:e2} of scale, allowed {tolerance:e1})");

        double Error(int i) => Math.Abs(expected[i] - double.CreateChecked(actual[i]));
    }

    public static double Dot<T>(T[] a, T[] b) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        a.Zip(b, (p, q) => double.CreateChecked(p) * double.CreateChecked(q)).Sum();
}
