using BioLearn.ML.Networks;
using BioLearn.ML.Recurrent;
using BioLearn.ML.Tests.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Recurrent;

/// <summary>Random feedback local online learning against rflo.json, step by step, and as an ML.NET trainer on sequences.</summary>
public class RandomFeedbackLocalOnlineTests
{
    public static TheoryData<string, int> Cases() => CreditFixture.Cases("rflo*.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Sequence_on_fixture_gives_states_and_gradients_of_every_step(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        int[] recurrent = f.Shape("inputs/W_rec"), input = f.Shape("inputs/W_in"), output = f.Shape("inputs/W_out");
        Check<double>(f, input[1], recurrent[0], output[0], 1e-11);
        Check<float>(f, input[1], recurrent[0], output[0], 1e-5);
    }

    private static void Check<T>(CreditFixture f, int inputs, int units, int outputs, double tolerance)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using LeakyRecurrentNetwork<T> network = new(inputs, units, outputs, f.Number("inputs/alpha_dt_over_tau"));
        Set(network.Weights.Values, Join(units, f.Numbers("inputs/W_rec"), f.Numbers("inputs/W_in"), f.Numbers("inputs/b")));
        Set(network.Readout.Values, Join(outputs, f.Numbers("inputs/W_out"), f.Numbers("inputs/b_out")));
        Set(network.Feedback.Values, f.Numbers("inputs/B_feedback"));
        RandomFeedbackLocalOnline<T> rule = new(network);
        rule.Start();
        double loss = 0;
        for (int t = 0; t < f.At("inputs/X_time_major").GetArrayLength(); t++)
        {
            string at = $"expected/per_step/{t}";
            rule.ClearGradients();
            Step(f, rule, t, ref loss);
            Close.To(f.Numbers($"{at}/u"), rule.State.Drive, tolerance, $"u at {t}");
            Close.To(f.Numbers($"{at}/hidden"), rule.State.Hidden, tolerance, $"h at {t}");
            Close.To(f.Numbers($"{at}/y"), rule.State.Output, tolerance, $"y at {t}");
            Close.To(f.Numbers($"{at}/projected_error"), rule.ProjectedError, tolerance, $"e B at {t}");
            CheckGradients(at);
        }
        Assert.Equal(f.Number("expected/total_loss"), loss, tolerance);

        rule.ClearGradients();
        rule.Start();
        for (int t = 0; t < f.At("inputs/X_time_major").GetArrayLength(); t++)
            Step(f, rule, t, ref loss);
        CheckGradients("expected/sum_over_time");

        void CheckGradients(string at)
        {
            Close.To<T>(Join(units, f.Numbers($"{at}/grad_W_rec"), f.Numbers($"{at}/grad_W_in"), f.Numbers($"{at}/grad_b")), rule.Gradient, tolerance, $"{at} recurrent gradient");
            Close.To<T>(Join(outputs, f.Numbers($"{at}/grad_W_out"), f.Numbers($"{at}/grad_b_out")), rule.ReadoutGradient, tolerance, $"{at} readout gradient");
        }
    }

    [Fact]
    public void Trainer_learns_what_only_memory_can_tell_and_saves_and_loads()
    {
        MLContext ml = new(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Sequences(300));
        var pipeline = ml.BinaryClassification.Trainers.RandomFeedbackLocalOnline(new RecurrentOptions
        {
            TimeSteps = 6,
            NumberOfUnits = 24,
            Leak = 0.2,
            NumberOfEpochs = 50,
            Optimizer = OptimizerSettings.Adam(0.01),
        });
        ITransformer model = pipeline.Fit(data);
        double accuracy = ml.BinaryClassification.Evaluate(model.Transform(data)).Accuracy;
        Assert.True(accuracy > 0.8, $"accuracy {accuracy}");
        using MemoryStream file = new();
        ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().UseBioLearn().Model.Load(file, out _);
        Assert.Equal(model.Transform(data).GetColumn<float>("Score"), loaded.Transform(data).GetColumn<float>("Score"));
    }

    [Fact]
    public void Units_that_do_not_learn_leave_the_readout_alone_to()
    {
        MLContext ml = new(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Sequences(40));
        RecurrentModelParameters Model(int epochs, bool learnUnits) => ml.BinaryClassification.Trainers.RandomFeedbackLocalOnline(new RecurrentOptions
        {
            TimeSteps = 6,
            NumberOfUnits = 8,
            LearnUnits = learnUnits,
            NumberOfEpochs = epochs,
            Seed = 2,
        }).Fit(data).Model;
        RecurrentModelParameters one = Model(1, false), three = Model(3, false);
        Assert.Equal(one.GetWeights(), three.GetWeights());
        Assert.NotEqual(one.Network.Readout.Values.ToArray(), three.Network.Readout.Values.ToArray());
        Assert.NotEqual(one.GetWeights(), Model(1, true).GetWeights());
    }

    [Fact]
    public void Feature_vector_that_time_steps_do_not_divide_is_refused()
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable(Sequences(10));
        ArgumentException e = Assert.Throws<ArgumentException>(() => ml.BinaryClassification.Trainers.RandomFeedbackLocalOnline(new RecurrentOptions { TimeSteps = 5 }).Fit(data));
        Assert.Contains("'Features' has 12 numbers", e.Message, StringComparison.Ordinal);
    }

    private static void Step<T>(CreditFixture f, RandomFeedbackLocalOnline<T> rule, int t, ref double loss)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        rule.Advance(Convert<T>(f.Numbers($"inputs/X_time_major/{t}")), learning: true);
        T[] error = Convert<T>(f.Numbers($"inputs/Y_time_major/{t}"));
        for (int k = 0; k < error.Length; k++)
        {
            error[k] = rule.State.Output[k] - error[k];
            loss += 0.5 * double.CreateChecked(error[k] * error[k]);
        }
        rule.Learn(error);
    }

    private static T[] Convert<T>(double[] values)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => [.. values.Select(T.CreateChecked)];

    private static void Set<T>(Span<T> destination, double[] values)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => Convert<T>(values).CopyTo(destination);

    /// <summary>Matrices of the same number of rows side by side.</summary>
    private static double[] Join(int rows, params double[][] parts) =>
        [.. Enumerable.Range(0, rows).SelectMany(i => parts.SelectMany(p => p[(i * p.Length / rows)..((i + 1) * p.Length / rows)]))];

    /// <summary>Six steps of two inputs; the label is the sign of the first input at the first step.</summary>
    private static IEnumerable<Sequence> Sequences(int count)
    {
        Random random = new(4);
        for (int i = 0; i < count; i++)
        {
            float[] features = [.. Enumerable.Range(0, 12).Select(_ => (2 * random.NextSingle()) - 1)];
            yield return new Sequence { Features = features, Label = features[0] > 0 };
        }
    }

    private sealed class Sequence
    {
        [VectorType(12)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }
}
