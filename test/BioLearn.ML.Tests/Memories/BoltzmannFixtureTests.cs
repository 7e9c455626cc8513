using System.Numerics;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Memories;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Memories;

/// <summary>The restricted Boltzmann machine against its file, and against its exact distribution by enumeration.</summary>
public class BoltzmannFixtureTests
{
    public static TheoryData<string, int> Cases() => CreditFixture.Cases("rbm_cd*.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Contrastive_divergence_on_fixture_gives_its_changes_and_parameters(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        Learn<double>(f, sampled: false, 1e-10);
        Learn<double>(f, sampled: true, 1e-10);
        Learn<float>(f, sampled: false, 1e-5);
        Learn<float>(f, sampled: true, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Free_energy_on_fixture_is_its_own_and_sums_to_the_partition_function(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        BoltzmannLayer<double> layer = Layer<double>(f);
        double[] energies = FreeEnergies(layer, f.Numbers("inputs/V"));
        Close.To<double>(f.Numbers("expected/free_energy"), energies, 1e-10, "free energy");

        double[] all = FreeEnergies(layer, EveryVector(layer.Visible));
        double logPartition = Math.Log(all.Sum(e => Math.Exp(-e)));
        Close.To<double>([f.Number("expected/log_partition"), f.Number("expected/mean_log_likelihood")], [logPartition, energies.Average(e => -e) - logPartition], 1e-10, "log partition and likelihood");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Infinitely_many_persistent_chains_would_ascend_the_exact_gradient(string file, int index)
    {
        // 20,000 chains of 30 steps stand for the model's distribution; the data part is the fixture's batch, repeated.
        CreditFixture f = CreditFixture.Load(file, index);
        BoltzmannLayer<double> layer = Layer<double>(f);
        double[] v = f.Numbers("inputs/V");
        int given = f.Shape("inputs/V")[0], copies = 20_000 / given, rows = copies * given;
        ContrastiveDivergence<double> learner = new(layer, Chance<double>.Of(new BioLearn.Kernels.Random.RandomStream(1, "test")), rows)
        {
            GibbsSteps = 30,
            Persistent = true,
            SampleVisible = true,
        };
        Span<double> batch = learner.Begin(rows);
        for (int i = 0; i < copies; i++)
            v.CopyTo(batch[(i * v.Length)..]);
        learner.Learn(0, 0);
        double[] exact = f.Numbers("expected/exact_loglik_grad_W");
        Close.To<double>(exact, learner.WeightChange, 0.015, "gradient of the log-likelihood"); // 1/√20,000 = 0.007
        Assert.True(exact.Max(Math.Abs) > 0.1); // so that zero would not pass
    }

    [Fact]
    public void Gaussian_free_energy_is_minus_the_log_of_the_summed_hidden_units()
    {
        BoltzmannLayer<double> layer = new(2, 2, VisibleUnits.Gaussian) { Weights = [0.5, -1, 2, 0.25], VisibleBiases = [0.1, -0.3], HiddenBiases = [0.2, -0.4] };
        double[] v = [0.7, -1.1];
        double sum = 0;
        for (int h = 0; h < 4; h++)
        {
            double[] hidden = [h & 1, h >> 1];
            double energy = 0.5 * (Math.Pow(v[0] - 0.1, 2) + Math.Pow(v[1] + 0.3, 2));
            for (int j = 0; j < 2; j++)
                energy -= hidden[j] * (layer.HiddenBiases[j] + (layer.Weights[j * 2] * v[0]) + (layer.Weights[(j * 2) + 1] * v[1]));
            sum += Math.Exp(-energy);
        }
        Assert.Equal(-Math.Log(sum), FreeEnergies(layer, v)[0], 1e-12);
    }

    private static void Learn<T>(CreditFixture f, bool sampled, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        BoltzmannLayer<T> layer = Layer<T>(f);
        int rows = f.Shape("inputs/V")[0];
        // Hidden and visible samples take turns, as in the file.
        Queue<double[]> uniforms = new();
        for (int k = 0; k < (int)f.Number("inputs/k"); k++)
        {
            uniforms.Enqueue(f.Numbers($"inputs/uniforms_h/{k}"));
            if (sampled)
                uniforms.Enqueue(f.Numbers($"inputs/uniforms_v/{k}"));
        }
        Chance<T> chance = new(destination => Convert<T>(uniforms.Dequeue()).CopyTo(destination), _ => Assert.Fail("no normal number is needed"));
        ContrastiveDivergence<T> learner = new(layer, chance, rows)
        {
            GibbsSteps = (int)f.Number("inputs/k"),
            SampleVisible = sampled,
            WeightDecay = T.CreateChecked(f.Number("inputs/weight_decay")),
        };
        Convert<T>(f.Numbers("inputs/V")).CopyTo(learner.Begin(rows));

        learner.Learn(T.CreateChecked(f.Number("inputs/eta")), T.Zero);

        string path = sampled ? "expected/visible_samples/" : "expected/visible_probabilities/";
        Assert.Empty(uniforms);
        Close.To<T>(f.Numbers("expected/ph_data"), Flat(learner.HiddenOfData), tolerance, "ph_data");
        Close.To<T>(f.Numbers(path + "delta_W"), learner.WeightChange, tolerance, "delta_W");
        Close.To<T>(f.Numbers(path + "delta_a"), learner.VisibleChange, tolerance, "delta_a");
        Close.To<T>(f.Numbers(path + "delta_b"), learner.HiddenChange, tolerance, "delta_b");
        Close.To<T>(f.Numbers(path + "W_after"), layer.Weights, tolerance, "W_after");
        Close.To<T>(f.Numbers(path + "a_after"), layer.VisibleBiases, tolerance, "a_after");
        Close.To<T>(f.Numbers(path + "b_after"), layer.HiddenBiases, tolerance, "b_after");
    }

    private static BoltzmannLayer<T> Layer<T>(CreditFixture f)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new(f.Shape("inputs/W")[1], f.Shape("inputs/W")[0], VisibleUnits.Bernoulli)
        {
            Weights = Convert<T>(f.Numbers("inputs/W")),
            VisibleBiases = Convert<T>(f.Numbers("inputs/a_visible_bias")),
            HiddenBiases = Convert<T>(f.Numbers("inputs/b_hidden_bias")),
        };

    private static double[] FreeEnergies(BoltzmannLayer<double> layer, double[] v)
    {
        int rows = v.Length / layer.Visible;
        double[] energies = new double[rows];
        layer.FreeEnergies(new(v, rows, layer.Visible), new(new double[rows * layer.Hidden], rows, layer.Hidden), energies);
        return energies;
    }

    private static double[] EveryVector(int units) =>
        [.. Enumerable.Range(0, 1 << units).SelectMany(bits => Enumerable.Range(0, units).Select(i => (double)((bits >> i) & 1)))];

    private static T[] Convert<T>(double[] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(values, T.CreateChecked);

    private static T[] Flat<T>(MatrixSpan<T> matrix)
    {
        List<T> values = [];
        for (int i = 0; i < matrix.Rows; i++)
            values.AddRange(matrix.Row(i));
        return [.. values];
    }
}
