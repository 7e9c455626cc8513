using BioLearn.Kernels.Random;
using BioLearn.ML.Spiking;

namespace BioLearn.ML.Tests.Spiking;

/// <summary>The network of Diehl and Cook (2015) against its equations, a neuron and a synapse at a time, in double.</summary>
public class SpikingCompetitionTests
{
    private const int Features = 30, Units = 12;
    private static readonly SpikingCompetitionOptions Options = new() { NumberOfUnits = Units, PresentationTime = 120, MaximumRate = 150, TotalWeight = 6 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Learning_follows_the_equations(int seed)
    {
        (float[] weights, float[] theta) = CompetingSpikes.Start(Features, Units, seed);
        Reference reference = new(weights, theta);
        CompetingSpikes network = new(Features, Units, Options.Setting, weights, theta);
        float[] counts = new float[Units];
        double potentiated = 0;
        for (int row = 0; row < 6; row++)
        {
            float[] features = Row(row);
            RandomStream stream = new(seed, $"row/{row}");
            int shown = network.Show(features, stream, CompetitionLearning.Of(Options, Features), counts);
            Assert.Equal(shown, reference.Show(features, new RandomStream(seed, $"row/{row}")));
            Assert.Equal(reference.Counts, counts.Select(count => (int)count));
            potentiated += counts.Sum();
        }
        Assert.True(potentiated > 30, $"{potentiated} spikes: too few to see anything learned");
        for (int n = 0; n < Units; n++)
        {
            Assert.Equal(reference.Theta[n], theta[n], 1e-4);
            for (int i = 0; i < Features; i++)
                Assert.Equal(reference.Weights[i, n], weights[(i * Units) + n], 1e-4);
        }
    }

    [Fact]
    public void Row_without_enough_spikes_is_shown_again_brighter_and_a_dark_one_is_not()
    {
        (float[] weights, float[] theta) = CompetingSpikes.Start(Features, Units, 1);
        CompetingSpikes network = new(Features, Units, Options.Setting, weights, theta);
        float[] counts = new float[Units];
        Assert.Equal(1, network.Show(new float[Features], new RandomStream(1, "dark"), learning: null, counts));
        Assert.Equal(0, counts.Sum());
        float[] dim = [.. Row(0).Select(value => 0.7f * value)];
        Assert.InRange(network.Show(dim, new RandomStream(1, "dim"), CompetitionLearning.Of(Options, Features), counts), 2, 19);
        Assert.True(counts.Sum() >= Options.LeastSpikes);
    }

    [Fact]
    public void Input_fires_at_the_rate_of_its_feature()
    {
        PoissonSpikes spikes = new(100_000);
        Assert.True(spikes.Draw([1, 0.25f, 0, -1], 0.04, new RandomStream(1, "rates")));
        int[] counts = new int[4];
        for (int t = 0; t < 100_000; t++)
        {
            Assert.Equal(spikes[t].Distinct(), spikes[t]);
            foreach (int i in spikes[t])
                counts[i]++;
        }
        // Four deviations of a binomial.
        Assert.InRange(counts[0], 4000 - 248, 4000 + 248);
        Assert.InRange(counts[1], 1000 - 126, 1000 + 126);
        Assert.Equal([0, 0], counts[2..]);
    }

    private static float[] Row(int row) => [.. Enumerable.Range(0, Features).Select(i => i / 10 == row % 3 ? 1 : (i * 7 % 5) / 20f)];

    private sealed class Reference
    {
        private readonly double _step = Options.TimeStep;

        public Reference(float[] weights, float[] theta)
        {
            Theta = [.. theta.Select(t => (double)t)];
            for (int i = 0; i < Features; i++)
            {
                for (int n = 0; n < Units; n++)
                    Weights[i, n] = weights[(i * Units) + n];
            }
        }

        public double[,] Weights { get; } = new double[Features, Units];

        public double[] Theta { get; }

        public int[] Counts { get; private set; } = new int[Units];

        public int Show(float[] row, RandomStream stream)
        {
            for (int n = 0; n < Units; n++)
            {
                double sum = Enumerable.Range(0, Features).Sum(i => Weights[i, n]);
                for (int i = 0; i < Features; i++)
                    Weights[i, n] *= Options.TotalWeight!.Value / sum;
            }
            for (int attempt = 1; ; attempt++)
            {
                PoissonSpikes input = new(Options.Setting.Steps);
                input.Draw(row, (Options.MaximumRate + (32 * (attempt - 1))) * _step / 1000, stream);
                Present(input);
                if (Counts.Sum() >= Options.LeastSpikes)
                    return attempt;
            }
        }

        private void Present(PoissonSpikes input)
        {
            Counts = new int[Units];
            double[] v = Filled(-65), ge = Filled(0), gi = Filled(0), u = Filled(-60), he = Filled(0), free = Filled(0), inhibitorFree = Filled(0), x1 = Filled(0), x2 = Filled(0);
            double[] pre = new double[Features];
            for (int t = 0; t < Options.Setting.Steps; t++)
            {
                Decay(x1, 20);
                Decay(x2, 40);
                Decay(pre, 20);
                foreach (int i in input[t])
                {
                    pre[i] = 1;
                    for (int n = 0; n < Units; n++)
                    {
                        ge[n] += Weights[i, n];
                        Weights[i, n] = Math.Max(Weights[i, n] - (Options.DepressionRate * x1[n]), 0);
                    }
                }
                int[] fired = [.. Enumerable.Range(0, Units).Where(n => Fires(ref v[n], ge[n], gi[n], ref free[n], t, rest: -65, inhibition: -100, tau: 100, threshold: Theta[n] - 72, reset: -65, refractory: 5))];
                int[] inhibiting = [.. Enumerable.Range(0, Units).Where(n => Fires(ref u[n], he[n], 0, ref inhibitorFree[n], t, rest: -60, inhibition: -85, tau: 10, threshold: -40, reset: -45, refractory: 2))];
                Decay(ge, 1);
                Decay(gi, 2);
                Decay(he, 1);
                foreach (int n in fired)
                {
                    Counts[n]++;
                    Theta[n] += Options.ThresholdIncrement;
                    for (int i = 0; i < Features; i++)
                        Weights[i, n] = Math.Min(Weights[i, n] + (Options.LearningRate * pre[i] * x2[n]), 1);
                    x1[n] = x2[n] = 1;
                    he[n] += Options.ExcitatoryWeight;
                }
                foreach (int from in inhibiting)
                {
                    for (int n = 0; n < Units; n++)
                        gi[n] += n == from ? 0 : Options.InhibitoryWeight;
                }
            }
            for (int n = 0; n < Units; n++)
                Theta[n] *= Math.Exp(-(Options.PresentationTime + 150) / Options.ThresholdTimeConstant);
        }

        // The solution of the membrane's equation over a step with conductances that are held.
        private bool Fires(ref double v, double ge, double gi, ref double free, int t, double rest, double inhibition, double tau, double threshold, double reset, double refractory)
        {
            if (t < free)
            {
                v = reset;
                return false;
            }
            double settled = (rest + (gi * inhibition)) / (1 + ge + gi);
            v = settled + ((v - settled) * Math.Exp(-_step * (1 + ge + gi) / tau));
            if (v <= threshold)
                return false;
            v = reset;
            free = t + 1 + (refractory / _step);
            return true;
        }

        private void Decay(double[] values, double tau)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] *= Math.Exp(-_step / tau);
        }

        private static double[] Filled(double value) => [.. Enumerable.Repeat(value, Units)];
    }
}
