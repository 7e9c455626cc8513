using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Recurrent;
using BioLearn.ML.Tests.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Recurrent;

/// <summary>Echo-state networks against echo_state.json, their spectral radius against matrices whose eigenvalues are known, and as ML.NET trainers.</summary>
public class EchoStateNetworkTests
{
    public static TheoryData<string, int> Cases() => CreditFixture.Cases("echo_state*.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Sequence_of_the_fixture_gives_its_states_readout_and_error(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        Check<double>(f, 1e-10, 1e-10);
        // The readout inverts Z'Z + λ I, whose condition number here is about 1e3.
        Check<float>(f, 1e-5, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Spectral_radius_of_the_fixture_is_its_own(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        int n = f.Shape("inputs/W_reservoir")[0];
        Assert.Equal(f.Number("expected/spectral_radius"), SpectralRadius.Of(new ReadOnlyMatrixSpan<double>(f.Numbers("inputs/W_reservoir"), n, n)), 1e-12);
    }

    [Fact]
    public void Spectral_radius_is_that_of_known_eigenvalues()
    {
        // A complex pair of modulus 5, on which power iteration turns for ever; more non-normal, with the same eigenvalues 3 ± 4i.
        Assert.Equal(5, Radius(2, 3, -4, 4, 3), 1e-12);
        Assert.Equal(5, Radius(2, 3, -4000, 0.004, 3), 1e-9);
        // A Jordan block: 2 three times over, one eigenvector.
        Assert.Equal(2, Radius(3, 2, 1, 0, 0, 2, 1, 0, 0, 2), 1e-12);
        // Two real eigenvalues of the same modulus and opposite sign.
        Assert.Equal(3, Radius(2, 0, 9, 1, 0), 1e-12);
        // Nilpotent, empty, one number, and the sixth roots of 64 as the companion of z⁶ − 64.
        Assert.Equal(0, Radius(3, 0, 5, 7, 0, 0, 3, 0, 0, 0));
        Assert.Equal(0, Radius(2, 0, 0, 0, 0));
        Assert.Equal(7, Radius(1, -7), 1e-12);
        double[] companion = new double[36];
        companion[5] = 64;
        for (int i = 1; i < 6; i++)
            companion[(i * 6) + i - 1] = 1;
        Assert.Equal(2, Radius(6, companion), 1e-12);
        Assert.Equal(2e-200, Radius(6, [.. companion.Select(v => v * 1e-200)]), 1e-211);

        static double Radius(int n, params double[] matrix) => SpectralRadius.Of(new ReadOnlyMatrixSpan<double>(matrix, n, n));
    }

    [Fact]
    public void Reservoir_has_the_radius_density_and_bounds_that_were_asked_for()
    {
        EchoStateOptions options = new() { NumberOfUnits = 150, SpectralRadius = 0.8, Density = 0.1, InputScale = 0.3, BiasScale = 0.2 };
        using LeakyRecurrentNetwork<double> network = new(4, options.NumberOfUnits, 2, options.Leak), again = new(4, options.NumberOfUnits, 2, options.Leak);
        Reservoir.Draw(network, options, seed: 5);
        Reservoir.Draw(again, options, seed: 5);
        Assert.Equal(network.Weights.Values.ToArray(), again.Weights.Values.ToArray());
        double[] recurrent = Columns(0, 150), input = Columns(150, 4), bias = Columns(154, 1);
        Assert.Equal(0.8, SpectralRadius.Of(new ReadOnlyMatrixSpan<double>(recurrent, 150, 150)), 1e-10);
        Assert.InRange(recurrent.Count(w => w != 0) / 22500.0, 0.09, 0.11);
        Assert.InRange(input.Max(Math.Abs), 0.29, 0.3);
        Assert.InRange(bias.Max(Math.Abs), 0.18, 0.2);
        Assert.Throws<InvalidOperationException>(() => Reservoir.Draw(network, new EchoStateOptions { NumberOfUnits = 150, Density = 1e-9 }, seed: 5));

        double[] Columns(int first, int count) =>
            [.. Enumerable.Range(0, 150).SelectMany(i => network.Weights.Values.Slice((i * 155) + first, count).ToArray())];
    }

    [Fact]
    public void Readout_weighs_rows_as_often_as_they_count()
    {
        double[] rows = new double[40 * 3], targets = new double[40];
        new RandomStream(1, "rows").FillNormal<double>(rows, 0, 1);
        new RandomStream(1, "targets").FillNormal<double>(targets, 0, 1);
        RidgeReadout weighted = new(3, 1), repeated = new(3, 1);
        for (int i = 0; i < 40; i++)
        {
            weighted.Add<double>(rows.AsSpan(i * 3, 3), targets.AsSpan(i, 1), i % 3);
            for (int times = 0; times < i % 3; times++)
                repeated.Add<double>(rows.AsSpan(i * 3, 3), targets.AsSpan(i, 1), 1);
        }
        Close.To<double>(repeated.Solve(0.1, out double want), weighted.Solve(0.1, out double got), 1e-12, "readout");
        Assert.Equal(want, got, 1e-12);
        RidgeReadout singular = new(2, 1);
        singular.Add<double>([1, 1], [1], 1);
        Assert.Contains("larger Ridge", Assert.Throws<InvalidOperationException>(() => singular.Solve(1e-300, out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trainers_tell_what_only_memory_can_tell_and_save_and_load()
    {
        MLContext ml = new(seed: 1);
        IDataView train = ml.Data.LoadFromEnumerable(Sequences(600, seed: 1)), test = ml.Data.LoadFromEnumerable(Sequences(300, seed: 2));
        EchoStateOptions Options(string label) => new() { LabelColumnName = label, TimeSteps = 8, NumberOfUnits = 60, Leak = 1, InputScale = 0.2, Ridge = 1e-3 };

        ITransformer binary = ml.BinaryClassification.Trainers.EchoStateNetwork(Options(nameof(Sequence.IsUp))).Fit(train);
        var metrics = ml.BinaryClassification.Evaluate(binary.Transform(test), labelColumnName: nameof(Sequence.IsUp));
        Assert.True(metrics.Accuracy > 0.9, $"accuracy {metrics.Accuracy}");
        Assert.True(metrics.LogLoss < 0.6, $"log-loss {metrics.LogLoss} bits"); // 1 is chance: the scores are near enough to logits

        var keys = ml.Transforms.Conversion.MapValueToKey("Class").Fit(train);
        ITransformer multiclass = ml.MulticlassClassification.Trainers.EchoStateNetwork(Options("Class")).Fit(keys.Transform(train));
        double micro = ml.MulticlassClassification.Evaluate(multiclass.Transform(keys.Transform(test)), labelColumnName: "Class").MicroAccuracy;
        // A linear readout masks the middle one of three classes on a line; a third is chance.
        Assert.True(micro > 0.7, $"accuracy {micro}");

        ITransformer regression = ml.Regression.Trainers.EchoStateNetwork(Options(nameof(Sequence.First))).Fit(train);
        double r2 = ml.Regression.Evaluate(regression.Transform(test), labelColumnName: nameof(Sequence.First)).RSquared;
        Assert.True(r2 > 0.8, $"R² {r2}");

        using MemoryStream file = new();
        ml.Model.Save(regression, train.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().UseBioLearn().Model.Load(file, out _);
        Assert.Equal(regression.Transform(test).GetColumn<float>("Score"), loaded.Transform(test).GetColumn<float>("Score"));
    }

    [Fact]
    public void Readout_is_fitted_anew_on_the_reservoir_of_another_model()
    {
        MLContext ml = new(seed: 1);
        IDataView rows = ml.Data.LoadFromEnumerable(Sequences(50, seed: 1));
        EchoStateOptions options = new() { LabelColumnName = nameof(Sequence.First), TimeSteps = 8, NumberOfUnits = 20 };
        var first = ml.Regression.Trainers.EchoStateNetwork(options).Fit(rows);
        options.Seed = 77;
        var second = ml.Regression.Trainers.EchoStateNetwork(options).Fit(rows, null, first.Model);
        Assert.Equal(first.Model.GetWeights(), second.Model.GetWeights());
        Assert.Equal(first.Transform(rows).GetColumn<float>("Score"), second.Transform(rows).GetColumn<float>("Score"));
        Assert.NotEqual(first.Model.GetWeights(), ml.Regression.Trainers.EchoStateNetwork(options).Fit(rows).Model.GetWeights());
    }

    [Fact]
    public void Time_steps_that_do_not_divide_the_features_and_options_out_of_range_are_refused()
    {
        MLContext ml = new();
        IDataView rows = ml.Data.LoadFromEnumerable(Sequences(10, seed: 1));
        ArgumentException e = Assert.Throws<ArgumentException>(() => ml.Regression.Trainers.EchoStateNetwork(new EchoStateOptions { LabelColumnName = nameof(Sequence.First), TimeSteps = 5 }).Fit(rows));
        Assert.Contains("'Features' has 16 numbers", e.Message, StringComparison.Ordinal);
        foreach (EchoStateOptions bad in (EchoStateOptions[])[new() { Leak = 1.5 }, new() { Density = 2 }, new() { Ridge = 0 }, new() { SpectralRadius = 0 }, new() { TimeSteps = 2, TaughtSteps = 3 }])
            Assert.Throws<ArgumentOutOfRangeException>(() => ml.Regression.Trainers.EchoStateNetwork(bad));
    }

    private static void Check<T>(CreditFixture f, double tolerance, double readoutTolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int units = f.Shape("inputs/W_reservoir")[0], inputs = f.Shape("inputs/W_in")[1], outputs = f.Shape("inputs/Y")[1], steps = f.Shape("inputs/U")[0];
        using LeakyRecurrentNetwork<T> network = new(inputs, units, outputs, f.Number("inputs/leak"));
        double[] recurrent = f.Numbers("inputs/W_reservoir"), input = f.Numbers("inputs/W_in"), bias = f.Numbers("inputs/b");
        for (int i = 0; i < units; i++)
        {
            double[] row = [.. recurrent[(i * units)..((i + 1) * units)], .. input[(i * inputs)..((i + 1) * inputs)], bias[i]];
            Convert(row).CopyTo(network.Weights.Values[(i * row.Length)..]);
        }
        string states = f.At("expected").EnumerateObject().Single(p => p.Name.StartsWith("states_last", StringComparison.Ordinal)).Name;
        int last = f.Shape($"expected/{states}")[0];
        LeakyRecurrentState<T> state = new(network);
        RidgeReadout readout = new(units + 1, outputs);
        state.Start();
        for (int t = 0; t < steps; t++)
        {
            state.Advance(Convert(f.Numbers($"inputs/U/{t}")));
            if (t >= steps - last)
                Close.To(f.Numbers($"expected/{states}/{t - steps + last}"), state.Hidden, tolerance, $"s at {t}");
            if (t >= (int)f.Number("inputs/washout"))
                readout.Add<T>(state.Read, Convert(f.Numbers($"inputs/Y/{t}")), 1);
        }
        double[] weights = readout.Solve(f.Number("inputs/ridge_lambda"), out double loss);
        Close.To<double>(f.Numbers("expected/W_out_with_bias_last_column"), weights, readoutTolerance, "readout");
        Assert.Equal(f.Number("expected/mse_train"), 2 * loss / outputs, tolerance);

        static T[] Convert(double[] values) => [.. values.Select(T.CreateChecked)];
    }

    /// <summary>Eight steps of two inputs; the labels are about the first input of the first step, which only an echo still tells at the end.</summary>
    private static IEnumerable<Sequence> Sequences(int count, long seed)
    {
        float[] features = new float[count * 16];
        new RandomStream(seed, "sequences").FillUniform<float>(features, -1, 1);
        for (int i = 0; i < count; i++)
        {
            float first = features[i * 16];
            yield return new Sequence { Features = features[(i * 16)..((i + 1) * 16)], First = first, IsUp = first > 0, Class = first < -0.33f ? "low" : first < 0.33f ? "middle" : "high" };
        }
    }

    private sealed class Sequence
    {
        [VectorType(16)]
        public float[] Features { get; set; } = [];

        public float First { get; set; }

        public bool IsUp { get; set; }

        public string Class { get; set; } = "";
    }
}
