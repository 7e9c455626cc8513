using System.Globalization;
using System.Numerics;
using BioLearn.Kernels.Random;
using BioLearn.ML.Spiking;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Spiking;

/// <summary>Pair STDP against stdp.json, against the sum over all pairs written out, and against the window that the docs print.</summary>
public class PairStdpTests
{
    public static TheoryData<string, int> Cases() => CreditFixture.Cases("stdp*.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Spike_trains_of_the_fixture_give_its_weights_and_traces(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        Check<double>(f, 1e-11);
        Check<float>(f, 1e-5);
    }

    [Fact]
    public void Traces_are_the_sum_over_all_pairs_of_spikes()
    {
        const int Steps = 200, Pre = 5, Post = 3;
        PairStdpOptions options = new() { Potentiation = 0.03, Depression = 0.02, PotentiationTimeConstant = 17, DepressionTimeConstant = 34, StepDuration = 0.5 };
        double[] pre = Train(Steps * Pre, "pre"), post = Train(Steps * Post, "post");
        PairStdp<double> synapses = new(Pre, Post, options);
        synapses.Run(pre, post);
        double[] want = new double[Pre * Post];
        for (int early = 0; early < Steps; early++)
        {
            for (int late = early + 1; late < Steps; late++)
            {
                double delay = options.StepDuration * (late - early);
                double gain = options.Potentiation * Math.Exp(-delay / options.PotentiationTimeConstant), loss = options.Depression * Math.Exp(-delay / options.DepressionTimeConstant);
                for (int i = 0; i < Post; i++)
                {
                    for (int j = 0; j < Pre; j++)
                        want[(i * Pre) + j] += (gain * pre[(early * Pre) + j] * post[(late * Post) + i]) - (loss * post[(early * Post) + i] * pre[(late * Pre) + j]);
                }
            }
        }
        Assert.Contains(want, w => Math.Abs(w) > 0.1);
        Close.To<double>(want, synapses.Weights, 1e-12, "weights");

        static double[] Train(int count, string stream)
        {
            double[] spikes = new double[count];
            new RandomStream(3, stream).FillBernoulli<double>(spikes, 0.2);
            return spikes;
        }
    }

    [Fact]
    public void Window_printed_in_the_docs_is_what_one_pair_of_spikes_does()
    {
        var rows = File.ReadLines(Path.Combine(Folder("docs"), "unsupervised.md"))
            .SkipWhile(line => !line.StartsWith("| t_post − t_pre |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToArray();
        Assert.True(rows.Length >= 5, $"{rows.Length} rows of the window in the docs");
        foreach (string[] row in rows)
        {
            int delay = int.Parse(Plain(row[0]), CultureInfo.InvariantCulture);
            PairStdp<double> synapse = new(1, 1);
            for (int t = -100; t <= 100; t++)
                synapse.Step([t == 0 ? 1 : 0], [t == delay ? 1 : 0]);
            Assert.Equal(Plain(row[1]), Plain(synapse.Weights[0].ToString("+0.00000;−0.00000;0", CultureInfo.InvariantCulture)));
        }

        static string Plain(string number) => number.Replace('−', '-');
    }

    [Fact]
    public void Changes_end_within_the_bounds_and_what_does_not_change_stays()
    {
        PairStdp<float> synapses = new(2, 1, new PairStdpOptions { Potentiation = 0.4, Depression = 0.4, MinimumWeight = 0, MaximumWeight = 1 });
        synapses.Weights[0] = 0.5f;
        synapses.Weights[1] = 7;
        for (int i = 0; i < 5; i++)
        {
            synapses.Step([1, 0], [0]);
            synapses.Step([0, 0], [1]);
        }
        Assert.Equal([1f, 7f], synapses.Weights.ToArray());
        synapses.ResetTraces();
        Assert.Equal(0f, synapses.PresynapticTraces[0]);
        for (int i = 0; i < 5; i++)
        {
            synapses.Step([0, 0], [1]);
            synapses.Step([1, 0], [0]);
            synapses.ResetTraces();
        }
        Assert.Equal([0f, 7f], synapses.Weights.ToArray());
    }

    [Fact]
    public void Wrong_spikes_and_options_are_refused()
    {
        PairStdp<float> synapses = new(2, 3);
        Assert.Contains("3 numbers were given for 2 neurons", Assert.Throws<ArgumentException>(() => synapses.Step([0, 0, 0], [0, 0, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("Neuron 1 has -1 spikes", Assert.Throws<ArgumentException>(() => synapses.Step([0, -1], [0, 0, 0])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => synapses.Step([0, float.NaN], [0, 0, 0]));
        Assert.Contains("not the same number of steps", Assert.Throws<ArgumentException>(() => synapses.Run(new float[4], new float[9])).Message, StringComparison.Ordinal);
        Assert.Contains("PotentiationTimeConstant", Assert.Throws<ArgumentOutOfRangeException>(() => new PairStdp<float>(1, 1, new PairStdpOptions { PotentiationTimeConstant = 0 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PairStdp<float>(1, 1, new PairStdpOptions { MinimumWeight = 1, MaximumWeight = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PairStdp<float>(0, 1));
    }

    private static void Check<T>(CreditFixture f, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] shape = f.Shape("inputs/w");
        PairStdp<T> synapses = new(shape[1], shape[0], new PairStdpOptions
        {
            Potentiation = f.Number("inputs/A_plus"),
            Depression = f.Number("inputs/A_minus"),
            PotentiationTimeConstant = f.Number("inputs/tau_plus"),
            DepressionTimeConstant = f.Number("inputs/tau_minus"),
            StepDuration = f.Number("inputs/dt"),
        });
        Convert("inputs/w").CopyTo(synapses.Weights);
        synapses.Run(Convert("inputs/pre_spikes"), Convert("inputs/post_spikes"));
        Close.To<T>(f.Numbers("expected/w_after"), synapses.Weights, tolerance, "weights");
        Close.To(f.Numbers("expected/x_trace_final"), synapses.PresynapticTraces, tolerance, "x");
        Close.To(f.Numbers("expected/y_trace_final"), synapses.PostsynapticTraces, tolerance, "y");

        T[] Convert(string path) => [.. f.Numbers(path).Select(T.CreateChecked)];
    }

    /// <summary>A folder of the repository.</summary>
    private static string Folder(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "BioLearn.ML.sln")))
                return Path.Combine(folder.FullName, name);
        }
        throw new DirectoryNotFoundException("the repository is not above the test assembly");
    }
}
