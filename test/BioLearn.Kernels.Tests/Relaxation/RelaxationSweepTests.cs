using System.Numerics;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Relaxation;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Tests.Linear;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Relaxation;

/// <summary>Both sweeps against their equations in plain loops, from the smallest layers, which are copied, to wide ones, which are not.</summary>
[EveryWidth]
public class RelaxationSweepTests
{
    private const int Samples = 3;

    public static TheoryData<int[]> Widths() => new()
    {
        new[] { 4, 1, 1 }, new[] { 4, 33, 7 }, new[] { 4, 17, 9, 20, 3 }, new[] { 4, 32, 32, 10 },
        new[] { 4, 70, 65, 3 }, new[] { 4, 256, 13 }, new[] { 4, 257, 21, 5 }, new[] { 4, 9, 500, 2, 1 }, new[] { 4, 64, 64, 64, 11 },
    };

    [Theory]
    [MemberData(nameof(Widths))]
    public void Equilibrium_equals_its_equation(int[] widths)
    {
        Equilibrium<double>(widths, 1e-13);
        Equilibrium<float>(widths, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Predictive_coding_equals_its_equations(int[] widths)
    {
        PredictiveCoding<double>(widths, 1e-13);
        PredictiveCoding<float>(widths, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Samples_do_not_depend_on_threads_or_company(int[] widths)
    {
        using Layers<float> layers = new(widths);
        using EquilibriumSweep<float> together = new(widths, 40), alone = new(widths, 1);
        using PredictiveCodingSweep<float> coding = new(widths, 40), single = new(widths, 1);
        layers.GiveTo(together.Layers);
        layers.GiveTo(alone.Layers);
        layers.GiveTo(coding.Layers);
        layers.GiveTo(single.Layers);
        for (int b = 0; b < 40; b++)
        {
            Start(together, b, b);
            Start(coding, b, b);
        }
        together.Settle<Sigmoid<float>>(40, 4, 0.3f, 0, threads: 3);
        coding.Run<Tanh<float>>(40, 4, 0.2f, threads: 3);
        for (int b = 0; b < 40; b += 13)
        {
            Start(alone, 0, b);
            Start(single, 0, b);
            alone.Settle<Sigmoid<float>>(1, 4, 0.3f, 0, threads: 1);
            for (int t = 0; t < 4; t++)
                single.Step<Tanh<float>>(1, 0.2f, threads: 1);
            for (int l = 1; l < widths.Length; l++)
            {
                Assert.Equal(alone.State(l, 0).ToArray(), together.State(l, b).ToArray());
                Assert.Equal(single.At(SweepPlace.Activity, l, 0).ToArray(), coding.At(SweepPlace.Activity, l, b).ToArray());
                Assert.Equal(single.At(SweepPlace.Error, l, 0).ToArray(), coding.At(SweepPlace.Error, l, b).ToArray());
            }
        }
    }

    [Fact]
    public void Steps_allocate_nothing()
    {
        int[] widths = [4, 256, 40, 10];
        using Layers<float> layers = new(widths);
        using EquilibriumSweep<float> settling = new(widths, 2);
        using PredictiveCodingSweep<float> coding = new(widths, 2);
        layers.GiveTo(settling.Layers);
        layers.GiveTo(coding.Layers);
        settling.Settle<Sigmoid<float>>(2, 2, 0.3f, 0, threads: 1);
        coding.Run<Tanh<float>>(2, 2, 0.2f, threads: 1);
        Assert.Equal(0, Allocations.Of(() =>
        {
            layers.GiveTo(settling.Layers);
            settling.Settle<Sigmoid<float>>(2, 2, 0.3f, 0, threads: 1);
            coding.Run<Tanh<float>>(2, 2, 0.2f, threads: 1);
        }));
    }

    private static void Equilibrium<T>(int[] widths, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const double beta = 0.3, stepSize = 0.4;
        using Layers<T> layers = new(widths);
        foreach (bool euler in new[] { false, true })
        {
            using EquilibriumSweep<T> sweep = new(widths, Samples);
            layers.GiveTo(sweep.Layers);
            for (int b = 0; b < Samples; b++)
                Start(sweep, b, b);
            double[][][] s = [.. Enumerable.Range(0, Samples).Select(b => Enumerable.Range(0, widths.Length).Select(l => l == 0 ? [] : Doubles<T>(sweep.State(l, b))).ToArray())];
            sweep.Settle<Sigmoid<T>>(Samples, 3, T.CreateChecked(beta), euler ? T.CreateChecked(stepSize) : T.Zero, threads: 2);
            int top = widths.Length - 1;
            for (int b = 0; b < Samples; b++)
            {
                double[] drive = Doubles<T>(sweep.Drive(b)), target = Doubles<T>(sweep.Target(b));
                for (int step = 0; step < 3; step++)
                {
                    double[][] old = s[b];
                    s[b] = [[], .. Enumerable.Range(1, top).Select(l => Enumerable.Range(0, widths[l]).Select(i =>
                    {
                        double total = l == 1 ? drive[i] : layers.Bias(l, i);
                        for (int j = 0; l > 1 && j < widths[l - 1]; j++)
                            total += layers.Weight(l, i, j) * old[l - 1][j];
                        for (int k = 0; l < top && k < widths[l + 1]; k++)
                            total += layers.Weight(l + 1, k, i) * old[l + 1][k];
                        if (l == top)
                            total += beta * (target[i] - old[l][i]);
                        return euler ? Math.Clamp(old[l][i] + (stepSize * (total - old[l][i])), 0, 1) : 1 / (1 + Math.Exp(-total));
                    }).ToArray())];
                }
                for (int l = 1; l <= top; l++)
                    Near(s[b][l], sweep.State(l, b), tolerance);
            }
        }
    }

    private static void PredictiveCoding<T>(int[] widths, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const double rate = 0.2;
        int top = widths.Length - 1;
        using Layers<T> layers = new(widths);
        using PredictiveCodingSweep<T> sweep = new(widths, Samples);
        layers.GiveTo(sweep.Layers);
        for (int b = 0; b < Samples; b++)
            Start(sweep, b, b);
        double[][][] x = [.. Enumerable.Range(0, Samples).Select(b => Enumerable.Range(0, widths.Length).Select(l => l == 0 ? [] : Doubles<T>(sweep.At(SweepPlace.Activity, l, b))).ToArray())];
        for (int step = 0; step < 3; step++)
        {
            (double gotLoss, double gotEnergy) = sweep.Step<Tanh<T>>(Samples, step == 2 ? T.Zero : T.CreateChecked(rate), threads: 2);
            double loss = 0, energy = 0;
            for (int b = 0; b < Samples; b++)
            {
                double[] drive = Doubles<T>(sweep.At(SweepPlace.Drive, 1, b));
                double[][] error = [[], .. Enumerable.Range(1, top).Select(l => Enumerable.Range(0, widths[l]).Select(i =>
                {
                    double prediction = l == 1 ? drive[i] : layers.Bias(l, i);
                    for (int j = 0; l > 1 && j < widths[l - 1]; j++)
                        prediction += layers.Weight(l, i, j) * Math.Tanh(x[b][l - 1][j]);
                    return prediction - x[b][l][i];
                }).ToArray())];
                for (int l = 1; l <= top; l++)
                {
                    double half = 0.5 * error[l].Sum(d => d * d);
                    (loss, energy) = l == top ? (loss + half, energy) : (loss, energy + half);
                    Near(error[l], sweep.At(SweepPlace.Error, l, b), tolerance);
                }
                for (int l = 1; step < 2 && l < top; l++)
                {
                    for (int j = 0; j < widths[l]; j++)
                    {
                        double back = 0, h = Math.Tanh(x[b][l][j]);
                        for (int i = 0; i < widths[l + 1]; i++)
                            back += error[l + 1][i] * layers.Weight(l + 1, i, j);
                        x[b][l][j] += rate * (error[l][j] - ((1 - (h * h)) * back));
                    }
                    Near(x[b][l], sweep.At(SweepPlace.Activity, l, b), tolerance);
                }
            }
            Assert.InRange(gotLoss, loss - (tolerance * (1 + loss)), loss + (tolerance * (1 + loss)));
            Assert.InRange(gotEnergy, energy - (tolerance * (1 + energy)), energy + (tolerance * (1 + energy)));
        }
    }

    private static void Start<T>(EquilibriumSweep<T> sweep, int place, int sample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int l = 1; l <= sweep.Layers.Depth; l++)
            Reference.Numbers<T>(sweep.Layers.Width(l), $"state/{l}/{sample}").CopyTo(sweep.State(l, place));
        Reference.Numbers<T>(sweep.Layers.Width(1), $"drive/{sample}").CopyTo(sweep.Drive(place));
        Reference.Numbers<T>(sweep.Layers.Width(sweep.Layers.Depth), $"target/{sample}").CopyTo(sweep.Target(place));
    }

    private static void Start<T>(PredictiveCodingSweep<T> sweep, int place, int sample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int l = 1; l <= sweep.Layers.Depth; l++)
            Reference.Numbers<T>(sweep.Layers.Width(l), $"x/{l}/{sample}").CopyTo(sweep.At(SweepPlace.Activity, l, place));
        Reference.Numbers<T>(sweep.Layers.Width(1), $"drive/{sample}").CopyTo(sweep.At(SweepPlace.Drive, 1, place));
    }

    private static double[] Doubles<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] result = new double[values.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = double.CreateChecked(values[i]);
        return result;
    }

    private static void Near<T>(double[] want, ReadOnlySpan<T> got, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double scale = Math.Max(1, want.Max(Math.Abs));
        for (int i = 0; i < want.Length; i++)
            Assert.InRange(double.CreateChecked(got[i]), want[i] - (tolerance * scale), want[i] + (tolerance * scale));
    }

    /// <summary>Weights and biases of layers 2 to L, each followed by NaN: who reads behind them meets it.</summary>
    private sealed class Layers<T> : IDisposable
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly int[] _widths;
        private readonly NativeBuffer<T>[] _weights;
        private readonly T[][] _biases;

        public Layers(int[] widths)
        {
            _widths = widths;
            _weights = new NativeBuffer<T>[widths.Length];
            _biases = new T[widths.Length][];
            for (int l = 2; l < widths.Length; l++)
            {
                int count = widths[l] * widths[l - 1];
                _weights[l] = new NativeBuffer<T>(count + 64);
                _weights[l].Span[count..].Fill(T.NaN);
                T scale = T.One / T.Sqrt(T.CreateChecked(widths[l - 1]));
                T[] numbers = Reference.Numbers<T>(count, $"w/{l}");
                for (int i = 0; i < count; i++)
                    _weights[l].Span[i] = scale * numbers[i];
                _biases[l] = Reference.Numbers<T>(widths[l], $"b/{l}");
            }
        }

        public double Weight(int l, int i, int j) => double.CreateChecked(_weights[l].Span[(i * _widths[l - 1]) + j]);

        public double Bias(int l, int i) => double.CreateChecked(_biases[l][i]);

        public void GiveTo(StackedLayers<T> layers)
        {
            for (int l = 2; l < _widths.Length; l++)
                layers.Take(l, _weights[l].Span[..(_widths[l] * _widths[l - 1])], _biases[l]);
        }

        public void Dispose()
        {
            foreach (NativeBuffer<T> weights in _weights.Where(w => w is not null))
                weights.Dispose();
        }
    }
}
