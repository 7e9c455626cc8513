using System.Numerics;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Relaxation;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Relaxation;

/// <summary>Each lane against its network in plain loops.</summary>
[EveryWidth]
public class NetworkLanesTests
{
    public static TheoryData<int[], int> Shapes() => new() { { [2, 2, 2], 5 }, { [1, 1, 2], 16 }, { [3, 4, 1], 17 }, { [2, 3, 4, 2], 40 }, { [3, 2], 1 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Predictive_coding_of_every_lane_equals_its_equations(int[] widths, int networks)
    {
        foreach ((int steps, double rate, double discount, double amplifier) in new[] { (1, 0.5, 1, 1), (2, 0.5, 0.5, 1), (8, 1.3, 0.5, 1.1), (40, 0.05, 1, 1) })
        {
            Compare<double, Tanh<double>>(widths, networks, 1e-12, l => l.LearnByPredictiveCoding<Tanh<double>>(steps, rate, discount, amplifier), n => n.Infer(steps, rate, discount, amplifier));
            Compare<double, Linear<double>>(widths, networks, 1e-12, l => l.LearnByPredictiveCoding<Linear<double>>(steps, rate, discount, amplifier), n => n.Infer(steps, rate, discount, amplifier));
        }
        Compare<float, Sigmoid<float>>(widths, networks, 1e-5, l => l.LearnByPredictiveCoding<Sigmoid<float>>(20, 0.3f, 1, 1), n => n.Infer(20, 0.3, 1, 1));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Backpropagation_of_every_lane_equals_its_equations(int[] widths, int networks)
    {
        Compare<double, Tanh<double>>(widths, networks, 1e-13, l => l.LearnByBackpropagation<Tanh<double>>(), n => n.Back());
        Compare<float, Linear<float>>(widths, networks, 1e-5, l => l.LearnByBackpropagation<Linear<float>>(), n => n.Back());
    }

    [Fact]
    public void Lane_does_not_depend_on_its_company()
    {
        int[] widths = [2, 3, 2];
        using NetworkLanes<double> together = Make<double>(widths, 20, out _, "Tanh"), alone = new(widths, 1);
        for (int lane = 0; lane < 20; lane += 7)
        {
            Copy(together, alone, widths, lane);
            together.LearnByPredictiveCoding<Tanh<double>>(9, 0.2, 0.5, 1);
            alone.LearnByPredictiveCoding<Tanh<double>>(9, 0.2, 0.5, 1);
            Assert.Equal(alone.Weight(2, 1, 2)[0], together.Weight(2, 1, 2)[lane]);
        }
    }

    private static void Copy(NetworkLanes<double> from, NetworkLanes<double> to, int[] widths, int lane)
    {
        for (int l = 0; l < widths.Length; l++)
        {
            for (int i = 0; i < widths[l]; i++)
            {
                foreach (LanePlace place in Enum.GetValues<LanePlace>())
                    to.At(place, l, i)[0] = from.At(place, l, i)[lane];
                for (int j = 0; l > 0 && j < widths[l - 1]; j++)
                {
                    to.Weight(l, i, j)[0] = from.Weight(l, i, j)[lane];
                    to.Rate(l, i, j)[0] = from.Rate(l, i, j)[lane];
                }
            }
        }
    }

    private static void Compare<T, TActivation>(int[] widths, int networks, double tolerance, Action<NetworkLanes<T>> learn, Action<Plain> reference)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using NetworkLanes<T> lanes = Make<T>(widths, networks, out Plain[] plain, typeof(TActivation).Name);
        for (int step = 0; step < 2; step++)
        {
            learn(lanes);
            foreach (Plain network in plain)
            {
                network.Up();
                reference(network);
                network.Learn();
            }
        }
        for (int n = 0; n < networks; n++)
        {
            for (int l = 1; l < widths.Length; l++)
            {
                for (int i = 0; i < widths[l]; i++)
                {
                    for (int j = 0; j < widths[l - 1]; j++)
                        Assert.Equal(plain[n].Weights[l][i, j], double.CreateChecked(lanes.Weight(l, i, j)[n]), tolerance * Math.Max(1, Math.Abs(plain[n].Weights[l][i, j])));
                }
            }
        }
    }

    private static NetworkLanes<T> Make<T>(int[] widths, int networks, out Plain[] plain, string activation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        NetworkLanes<T> lanes = new(widths, networks);
        RandomStream random = new(3, "lanes");
        plain = [.. Enumerable.Range(0, networks).Select(_ => new Plain(widths, activation))];
        for (int n = 0; n < networks; n++)
        {
            for (int l = 1; l < widths.Length; l++)
            {
                for (int i = 0; i < widths[l]; i++)
                {
                    for (int j = 0; j < widths[l - 1]; j++)
                    {
                        lanes.Weight(l, i, j)[n] = T.CreateChecked(plain[n].Weights[l][i, j] = (float)(0.7 * random.NextNormal()));
                        lanes.Rate(l, i, j)[n] = T.CreateChecked(plain[n].Rates[l][i, j] = random.NextInt(4) * 0.0625);
                    }
                }
            }
            for (int i = 0; i < widths[0]; i++)
                lanes.At(LanePlace.Activity, 0, i)[n] = T.CreateChecked(plain[n].X[0][i] = (float)random.NextNormal());
            for (int i = 0; i < widths[^1]; i++)
            {
                bool taught = plain[n].Mask[i] = random.NextInt(3) > 0;
                lanes.At(LanePlace.Sent, widths.Length - 1, i)[n] = taught ? T.One : T.Zero;
                lanes.At(LanePlace.Drive, widths.Length - 1, i)[n] = taught ? T.CreateChecked(plain[n].Target[i] = (float)random.NextNormal()) : T.NaN;
            }
        }
        return lanes;
    }

    /// <summary>One network, by its equations.</summary>
    private sealed class Plain(int[] widths, string activation)
    {
        public double[][,] Weights = [.. widths.Select((w, l) => new double[w, l == 0 ? 0 : widths[l - 1]])];
        public double[][,] Rates = [.. widths.Select((w, l) => new double[w, l == 0 ? 0 : widths[l - 1]])];
        public double[][] X = [.. widths.Select(w => new double[w])];
        public double[][] Errors = [.. widths.Select(w => new double[w])];
        public double[] Target = new double[widths[^1]];
        public bool[] Mask = new bool[widths[^1]];

        private int Depth => widths.Length - 1;

        public void Up()
        {
            for (int l = 1; l <= Depth; l++)
                X[l] = Mu(l);
        }

        public void Infer(int steps, double rate, double discount, double amplifier)
        {
            double previous = double.NaN;
            for (int t = 0; t < steps; t++)
            {
                double energy = 0;
                for (int l = 1; l <= Depth; l++)
                {
                    double[] mu = Mu(l);
                    for (int i = 0; i < widths[l]; i++)
                    {
                        Errors[l][i] = l < Depth ? mu[i] - X[l][i] : Mask[i] ? mu[i] - Target[i] : 0;
                        energy += 0.5 * Errors[l][i] * Errors[l][i];
                    }
                }
                if (t == steps - 1)
                    return;
                for (int l = 1; l < Depth; l++)
                {
                    for (int j = 0; j < widths[l]; j++)
                        X[l][j] += rate * (Errors[l][j] - (Derivative(X[l][j]) * Returned(l, j)));
                }
                if (t > 0)
                    rate *= energy < previous ? amplifier : discount;
                previous = energy;
            }
        }

        public void Back()
        {
            for (int i = 0; i < widths[Depth]; i++)
                Errors[Depth][i] = Mask[i] ? X[Depth][i] - Target[i] : 0;
            for (int l = Depth - 1; l > 0; l--)
            {
                for (int j = 0; j < widths[l]; j++)
                    Errors[l][j] = Derivative(X[l][j]) * Returned(l, j);
            }
        }

        public void Learn()
        {
            for (int l = 1; l <= Depth; l++)
            {
                for (int i = 0; i < widths[l]; i++)
                {
                    for (int j = 0; j < widths[l - 1]; j++)
                        Weights[l][i, j] -= Rates[l][i, j] * Errors[l][i] * Sent(l - 1, j);
                }
            }
        }

        private double[] Mu(int l) => [.. Enumerable.Range(0, widths[l]).Select(i => Enumerable.Range(0, widths[l - 1]).Sum(j => Weights[l][i, j] * Sent(l - 1, j)))];

        private double Returned(int l, int j) => Enumerable.Range(0, widths[l + 1]).Sum(i => Weights[l + 1][i, j] * Errors[l + 1][i]);

        private double Sent(int l, int i) => l == 0 ? X[0][i] : Value(X[l][i]);

        private double Value(double x) => activation[0] switch { 'T' => Math.Tanh(x), 'S' => 1 / (1 + Math.Exp(-x)), _ => x };

        private double Derivative(double x) => activation[0] switch { 'T' => 1 - (Math.Tanh(x) * Math.Tanh(x)), 'S' => Value(x) * (1 - Value(x)), _ => 1 };
    }
}
