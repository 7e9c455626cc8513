using System.Numerics;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Hebbian;

/// <summary>Hebbian and competitive rules against their file: changes of one batch, and weights after an online pass.</summary>
public class HebbianFixtureTests
{
    private const string Files = "hebbian_*.json";

    public static TheoryData<string, int, string, string> BatchCases() => Each(
        ("hebb_batch_delta", "Hebb"), ("covariance_batch_delta", "Covariance"), ("oja_independent_batch_delta", "Oja"),
        ("oja_subspace_batch_delta", "OjaSubspace"), ("sanger_batch_delta", "Sanger"), ("bcm_batch_delta", "Bcm"));

    public static TheoryData<string, int, string, string> OnlineCases() => Each(
        ("oja_independent_W_after_online_pass", "Oja"), ("oja_subspace_W_after_online_pass", "OjaSubspace"), ("sanger_W_after_online_pass", "Sanger"));

    public static TheoryData<string, int> ThresholdCases() => CreditFixture.CasesWith(Files, "expected/bcm_theta");

    public static TheoryData<string, int, string, string> CompetitionCases() => Each(("krotov", ""), ("softhebb", ""), ("softhebb_antihebbian_losers", ""));

    public static TheoryData<string, int> CurrentCases() => CreditFixture.CasesWith(Files, "expected/krotov");

    [Theory]
    [MemberData(nameof(BatchCases))]
    public void Rule_on_fixture_gives_its_change(string file, int index, string expected, string rule)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        Batch<double>(f, expected, rule, 1e-10);
        Batch<float>(f, expected, rule, 1e-5);
    }

    [Theory]
    [MemberData(nameof(OnlineCases))]
    public void Rule_online_on_fixture_gives_its_weights(string file, int index, string expected, string rule)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        Online<double>(f, expected, rule, 1e-10);
        Online<float>(f, expected, rule, 1e-5);
    }

    [Theory]
    [MemberData(nameof(ThresholdCases))]
    public void Threshold_of_BCM_on_fixture_is_the_mean_square_and_then_follows_it(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        using HebbianLearner<double> learner = Learner<double>(f, new Bcm { ThresholdRate = 0.25 }, f.Shape("inputs/X")[0]);
        Put(f.Numbers("inputs/X"), learner.Step.Begin(f.Shape("inputs/X")[0]));
        learner.Learn(0);
        double[] theta = f.Numbers("expected/bcm_theta");
        Close.To<double>(f.Numbers("expected/y"), Values<double>(learner.Step.Output), 1e-10, "y");
        Close.To<double>(theta, learner.Step.Recall("threshold"), 1e-10, "theta");

        learner.Step.Input.Row(0).Clear(); // another batch
        learner.Learn(0);
        double[] next = learner.Step.MeanSquares();
        Close.To<double>([.. theta.Zip(next, (before, now) => (0.75 * before) + (0.25 * now))], learner.Step.Recall("threshold"), 1e-10, "theta of the second step");
    }

    [Theory]
    [MemberData(nameof(CompetitionCases))]
    public void Competition_on_fixture_gives_its_change(string file, int index, string name, string _)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        Compete<double>(f, name, 1e-10);
        Compete<float>(f, name, 1e-5);
    }

    private static void Compete<T>(CreditFixture f, string name, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool krotov = name == "krotov";
        CompetitiveRule rule = krotov
            ? new KrotovHopfield { Power = f.Number("inputs/krotov_p"), Rank = (int)f.Number("inputs/krotov_k"), AntiHebbianStrength = f.Number("inputs/krotov_Delta") }
            : new SoftHebb { InverseTemperature = f.Number("inputs/softhebb_inverse_temperature"), AntiHebbianLosers = name != "softhebb" };
        int rows = f.Shape("inputs/X")[0], units = f.Shape("inputs/W")[0];
        using CompetitiveLearner<T> learner = new(rule, f.Shape("inputs/X")[1], units, rows);
        Put(f.Numbers("inputs/W"), learner.Parameters);
        Put(f.Numbers("inputs/X"), learner.Begin(rows));

        learner.Compete();

        string path = $"expected/{name}/";
        if (name != "softhebb_antihebbian_losers")
            Close.To<T>(f.Numbers(path + (krotov ? "currents" : "u")), Values<T>(learner.Currents), tolerance, "currents");
        Close.To<T>(f.Numbers(path + (krotov ? "g" : name == "softhebb" ? "softmax" : "signed_softmax")), Values<T>(learner.Responses), tolerance, "responses");
        Close.To<T>(f.Numbers(path + "ds_unnormalised"), Values<T>(learner.Change), tolerance, "ds");
        learner.Apply(T.CreateChecked(krotov ? f.Number("inputs/krotov_eps") : 1), T.Zero);
        double[] change = f.Numbers(path + (krotov ? "delta_W" : "delta_W_maxnormalised"));
        Close.To<T>([.. f.Numbers("inputs/W").Zip(change, (w, d) => w + d)], learner.Parameters, tolerance, "W after the step");
    }

    [Theory]
    [MemberData(nameof(CurrentCases))]
    public void Currents_of_power_three_weigh_by_magnitude(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        int rows = f.Shape("inputs/X")[0], units = f.Shape("inputs/W")[0], features = f.Shape("inputs/X")[1];
        double[] w = f.Numbers("inputs/W"), x = f.Numbers("inputs/X");
        using CompetitiveLearner<double> learner = new(new KrotovHopfield { Power = 3 }, features, units, rows);
        Put(w, learner.Parameters);
        Put(x, learner.Begin(rows));
        learner.Compete();
        double[] expected = new double[rows * units];
        for (int b = 0; b < rows; b++)
        {
            for (int i = 0; i < units; i++)
            {
                for (int j = 0; j < features; j++)
                    expected[(b * units) + i] += w[(i * features) + j] * Math.Abs(w[(i * features) + j]) * x[(b * features) + j];
            }
        }
        Close.To<double>(expected, Values<double>(learner.Currents), 1e-10, "currents");
    }

    [Fact]
    public void Unit_rate_of_a_radius_power_falls_to_zero_at_length_one()
    {
        using CompetitiveLearner<double> learner = new(new SoftHebb(), 2, 2, 1);
        Put([1, 0, 0, 3], learner.Parameters);
        Put([0.6, 0.8], learner.Begin(1));
        learner.Compete();
        double[] change = Values<double>(learner.Change);
        double largest = change.Max(Math.Abs);
        learner.Apply(0.1, 0.5);
        Close.To<double>([1, 0, 0.1 * Math.Sqrt(2) * change[2] / largest, 3 + (0.1 * Math.Sqrt(2) * change[3] / largest)], learner.Parameters, 1e-12, "W");
    }

    /// <summary>Every case that has a rule's figures, with their key and the rule's name.</summary>
    private static TheoryData<string, int, string, string> Each(params (string Expected, string Rule)[] rules)
    {
        TheoryData<string, int, string, string> data = [];
        foreach ((string expected, string rule) in rules)
        {
            foreach (object[] row in CreditFixture.CasesWith(Files, $"expected/{expected}"))
                data.Add((string)row[0], (int)row[1], expected, rule);
        }
        return data;
    }

    private static void Batch<T>(CreditFixture f, string expected, string name, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = f.Shape("inputs/X")[0];
        using HebbianLearner<T> learner = Learner<T>(f, Rule(name), rows);
        Put(f.Numbers("inputs/X"), learner.Step.Begin(rows));
        learner.Learn(T.Zero);
        Close.To<T>(f.Numbers($"expected/{expected}"), Values<T>(learner.Step.Change), tolerance, expected);
    }

    private static void Online<T>(CreditFixture f, string expected, string name, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using HebbianLearner<T> learner = Learner<T>(f, Rule(name), 1);
        for (int b = 0; b < f.Shape("inputs/X")[0]; b++)
        {
            Put(f.Numbers($"inputs/X/{b}"), learner.Step.Begin(1));
            learner.Learn(T.CreateChecked(f.Number("inputs/eta_online")));
        }
        Close.To<T>(f.Numbers($"expected/{expected}"), learner.Step.Parameters, tolerance, expected);
    }

    private static HebbianRule Rule(string name) => name switch
    {
        "Hebb" => new Hebb(),
        "Covariance" => new Covariance(),
        "Oja" => new Oja(),
        "OjaSubspace" => new OjaSubspace(),
        "Sanger" => new Sanger(),
        _ => new Bcm(),
    };

    private static HebbianLearner<T> Learner<T>(CreditFixture f, HebbianRule rule, int capacity)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        HebbianLearner<T> learner = new(rule, f.Shape("inputs/X")[1], f.Shape("inputs/W")[0], capacity);
        Put(f.Numbers("inputs/W"), learner.Step.Parameters);
        return learner;
    }

    private static void Put<T>(double[] values, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(values.Length, destination.Length);
        for (int i = 0; i < values.Length; i++)
            destination[i] = T.CreateChecked(values[i]);
    }

    private static T[] Values<T>(MatrixSpan<T> matrix)
    {
        List<T> values = [];
        for (int i = 0; i < matrix.Rows; i++)
            values.AddRange(matrix.Row(i));
        return [.. values];
    }
}
