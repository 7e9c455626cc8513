using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;
using BioLearn.ML.Recurrent;
using BioLearn.ML.Tests.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Recurrent;

/// <summary>e-prop against differences of runs whose units do not hear each other's changes, against RFLO's figures, and as an ML.NET trainer.</summary>
public class EligibilityPropagationTests
{
    private const int Inputs = 3, Units = 5, Outputs = 2, Steps = 9;

    public static TheoryData<string, int> Cases() => CreditFixture.Cases("rflo*.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Random_signals_and_a_readout_without_memory_are_RFLO(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        int inputs = f.Shape("inputs/W_in")[1], units = f.Shape("inputs/W_rec")[0], outputs = f.Shape("inputs/W_out")[0];
        using LeakyRecurrentNetwork<double> network = new(inputs, units, outputs, f.Number("inputs/alpha_dt_over_tau"));
        Join(units, f.Numbers("inputs/W_rec"), f.Numbers("inputs/W_in"), f.Numbers("inputs/b")).CopyTo(network.Weights.Values);
        Join(outputs, f.Numbers("inputs/W_out"), f.Numbers("inputs/b_out")).CopyTo(network.Readout.Values);
        f.Numbers("inputs/B_feedback").CopyTo(network.Feedback.Values);
        EligibilityPropagation<double> rule = new(network, LearningSignal.Random);
        rule.Start();
        for (int t = 0; t < f.At("inputs/X_time_major").GetArrayLength(); t++)
        {
            rule.Advance(f.Numbers($"inputs/X_time_major/{t}"), learning: true);
            rule.Learn([.. f.Numbers($"inputs/Y_time_major/{t}").Zip(rule.State.Output.ToArray(), (target, y) => y - target)]);
        }
        string at = "expected/sum_over_time";
        Close.To<double>(Join(units, f.Numbers($"{at}/grad_W_rec"), f.Numbers($"{at}/grad_W_in"), f.Numbers($"{at}/grad_b")), rule.Gradient, 1e-11, "recurrent gradient");
        Close.To<double>(Join(outputs, f.Numbers($"{at}/grad_W_out"), f.Numbers($"{at}/grad_b_out")), rule.ReadoutGradient, 1e-11, "readout gradient");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.7)]
    public void Symmetric_signals_give_the_slopes_of_the_loss_while_units_do_not_hear_each_other_change(double decay)
    {
        using LeakyRecurrentNetwork<double> network = Network(decay);
        EligibilityPropagation<double> rule = Run(network, LearningSignal.Symmetric);
        double[][] heard = Hidden(network);
        for (int i = 0; i < network.Weights.Values.Length; i++)
            Assert.Equal(Slope(network.Weights, i, () => Loss(network, heard)), rule.Gradient[i], 1e-9);
        for (int i = 0; i < network.Readout.Values.Length; i++)
            Assert.Equal(Slope(network.Readout, i, () => Loss(network, null)), rule.ReadoutGradient[i], 1e-9);

        // What is left out is not nothing: the true slope differs.
        Assert.True(Enumerable.Range(0, network.Weights.Values.Length).Max(i => Math.Abs(Slope(network.Weights, i, () => Loss(network, null)) - rule.Gradient[i])) > 0.01);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.7)]
    public void Without_recurrent_weights_nothing_is_left_out_and_the_gradient_is_the_true_one(double decay)
    {
        using LeakyRecurrentNetwork<double> network = Network(decay);
        for (int i = 0; i < Units; i++)
            network.Weights.Values.Slice(i * network.Weights.Columns, Units).Clear();
        EligibilityPropagation<double> rule = Run(network, LearningSignal.Symmetric);
        for (int i = 0; i < network.Weights.Values.Length; i++)
            Assert.Equal(Slope(network.Weights, i, () => Loss(network, null)), rule.Gradient[i], 1e-8);
    }

    [Fact]
    public void Random_and_adaptive_signals_come_through_B_and_adaptive_feedback_takes_the_readouts_gradient()
    {
        using LeakyRecurrentNetwork<double> network = Network(0.6);
        double[] readout = network.Readout.Values.ToArray(), feedback = network.Feedback.Values.ToArray();
        EligibilityPropagation<double> random = Run(network, LearningSignal.Random), adaptive = Run(network, LearningSignal.Adaptive);
        Assert.True(random.FeedbackGradient.IsEmpty);
        Assert.Equal(random.Gradient.ToArray(), adaptive.Gradient.ToArray());
        for (int k = 0; k < Outputs; k++)
            Assert.Equal(adaptive.ReadoutGradient.Slice(k * (Units + 1), Units).ToArray(), adaptive.FeedbackGradient.Slice(k * Units, Units).ToArray());

        // With the readout's weights in B, random signals are symmetric ones.
        for (int k = 0; k < Outputs; k++)
            readout.AsSpan(k * (Units + 1), Units).CopyTo(network.Feedback.Values[(k * Units)..]);
        Assert.NotEqual(feedback, network.Feedback.Values.ToArray());
        Close.To<double>(Run(network, LearningSignal.Symmetric).Gradient.ToArray(), Run(network, LearningSignal.Random).Gradient, 1e-13, "gradient");
        Assert.NotEqual(random.Gradient.ToArray(), Run(network, LearningSignal.Random).Gradient.ToArray());
    }

    [Fact]
    public void Adaptive_feedback_comes_to_the_readout_by_the_decay_alone()
    {
        const int Epochs = 6, Batch = 10, Rows = 40;
        MLContext ml = new(seed: 1);
        EligibilityPropagationOptions options = new()
        {
            LearningSignal = LearningSignal.Adaptive,
            FeedbackDecay = 0.02,
            TimeSteps = 6,
            NumberOfUnits = 8,
            NumberOfEpochs = Epochs,
            BatchSize = Batch,
            Optimizer = OptimizerSettings.Sgd(0.05),
            Seed = 3,
        };
        IDataView data = ml.Data.LoadFromEnumerable(Sequences(Rows));
        using RecurrentModelParameters model = ml.BinaryClassification.Trainers.EligibilityPropagation(options).Fit(data).Model;
        using LeakyRecurrentNetwork<float> first = new(2, 8, 1, options.Leak, options.ReadoutDecay);
        first.Draw(3);
        double kept = Math.Pow(1 - options.FeedbackDecay, Epochs * Rows / Batch);
        double[] expected = [.. Difference(first).Select(d => kept * d)];
        Assert.Contains(expected, d => Math.Abs(d) > 0.05);
        Close.To<float>(expected, [.. Difference(model.Network).Select(d => (float)d)], 1e-5, "readout less feedback");
        Assert.NotEqual(first.Feedback.Values.ToArray(), model.Network.Feedback.Values.ToArray());

        static double[] Difference(LeakyRecurrentNetwork<float> network) => [.. Enumerable.Range(0, 8).Select(i => (double)network.Readout.Values[i] - network.Feedback.Values[i])];
    }

    [Theory]
    [InlineData(LearningSignal.Symmetric)]
    [InlineData(LearningSignal.Random)]
    [InlineData(LearningSignal.Adaptive)]
    public void Trainer_learns_what_only_memory_can_tell_and_saves_and_loads(LearningSignal signal)
    {
        MLContext ml = new(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Sequences(300));
        ITransformer model = ml.BinaryClassification.Trainers.EligibilityPropagation(new EligibilityPropagationOptions
        {
            LearningSignal = signal,
            TimeSteps = 6,
            NumberOfUnits = 24,
            NumberOfEpochs = 40,
            Optimizer = OptimizerSettings.Adam(0.01),
        }).Fit(data);
        double accuracy = ml.BinaryClassification.Evaluate(model.Transform(data)).Accuracy;
        Assert.True(accuracy > 0.8, $"accuracy {accuracy}");
        using MemoryStream file = new();
        ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().UseBioLearn().Model.Load(file, out _);
        Assert.Equal(model.Transform(data).GetColumn<float>("Score"), loaded.Transform(data).GetColumn<float>("Score"));
    }

    [Fact]
    public void Rule_of_ones_own_trains_by_its_options()
    {
        MLContext ml = new(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Sequences(300));
        ITransformer model = ml.BinaryClassification.Trainers.OnlineRecurrent(new SignOptions
        {
            TimeSteps = 6,
            NumberOfUnits = 24,
            NumberOfEpochs = 40,
            Optimizer = OptimizerSettings.Adam(0.01),
        }).Fit(data);
        double accuracy = ml.BinaryClassification.Evaluate(model.Transform(data)).Accuracy;
        Assert.True(accuracy > 0.8, $"accuracy {accuracy}");
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        MLContext ml = new();
        foreach ((string name, EligibilityPropagationOptions bad) in new (string, EligibilityPropagationOptions)[]
        {
            ("ReadoutDecay", new() { ReadoutDecay = 1 }), ("FeedbackDecay", new() { FeedbackDecay = -0.1 }), ("LearningSignal", new() { LearningSignal = (LearningSignal)9 }),
            ("TimeSteps", new() { TimeSteps = 0 }),
        })
        {
            Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => ml.Regression.Trainers.EligibilityPropagation(bad)).ParamName);
        }
    }

    private static LeakyRecurrentNetwork<double> Network(double decay)
    {
        LeakyRecurrentNetwork<double> network = new(Inputs, Units, Outputs, 0.3, decay);
        foreach (Parameter<double> parameter in network.Parameters)
            new RandomStream(1, parameter.Key).FillNormal(parameter.Values, 0, 0.7);
        return network;
    }

    private static double[] Input(int t)
    {
        double[] x = new double[Inputs];
        new RandomStream(2, $"x/{t}").FillNormal<double>(x, 0, 1);
        return x;
    }

    private static double Target(int t, int k) => Math.Sin(t + (2.3 * k));

    private static EligibilityPropagation<double> Run(LeakyRecurrentNetwork<double> network, LearningSignal signal)
    {
        EligibilityPropagation<double> rule = new(network, signal);
        rule.Start();
        for (int t = 1; t <= Steps; t++)
        {
            rule.Advance(Input(t), learning: true);
            rule.Learn([.. rule.State.Output.ToArray().Select((y, k) => y - Target(t, k))]);
        }
        return rule;
    }

    private static double[][] Hidden(LeakyRecurrentNetwork<double> network)
    {
        LeakyRecurrentState<double> state = new(network);
        state.Start();
        List<double[]> hidden = [state.Hidden.ToArray()];
        for (int t = 1; t <= Steps; t++)
        {
            state.Advance(Input(t));
            hidden.Add(state.Hidden.ToArray());
        }
        return [.. hidden];
    }

    /// <summary>Σ_t ½‖y_t − target‖², written out. Units hear the activities given, h_0..h_T of another run, or, without them, each other's.</summary>
    private static double Loss(LeakyRecurrentNetwork<double> network, double[][]? heard)
    {
        double[] h = new double[Units], y = new double[Outputs];
        double loss = 0;
        for (int t = 1; t <= Steps; t++)
        {
            double[] sources = [.. heard?[t - 1] ?? h, .. Input(t), 1];
            h = [.. h.Select((before, i) => ((1 - network.Leak) * before)
                + (network.Leak * Math.Tanh(TensorPrimitives.Dot(network.Weights.Values.Slice(i * network.Weights.Columns, network.Weights.Columns), sources))))];
            for (int k = 0; k < Outputs; k++)
            {
                y[k] = (network.ReadoutDecay * y[k]) + TensorPrimitives.Dot<double>(network.Readout.Values.Slice(k * (Units + 1), Units + 1), [.. h, 1]);
                loss += 0.5 * Math.Pow(y[k] - Target(t, k), 2);
            }
        }
        return loss;
    }

    private static double Slope(Parameter<double> parameter, int i, Func<double> loss)
    {
        const double Change = 1e-5;
        double kept = parameter.Values[i];
        parameter.Values[i] = kept + Change;
        double above = loss();
        parameter.Values[i] = kept - Change;
        double below = loss();
        parameter.Values[i] = kept;
        return (above - below) / (2 * Change);
    }

    /// <summary>Matrices of the same number of rows side by side.</summary>
    private static double[] Join(int rows, params double[][] parts) =>
        [.. Enumerable.Range(0, rows).SelectMany(i => parts.SelectMany(p => p[(i * p.Length / rows)..((i + 1) * p.Length / rows)]))];

    /// <summary>Six steps of two inputs; the label is the sign of the first input at the first step.</summary>
    private static IEnumerable<Sequence> Sequences(int count)
    {
        float[] features = new float[count * 12];
        new RandomStream(4, "sequences").FillUniform<float>(features, -1, 1);
        for (int i = 0; i < count; i++)
            yield return new Sequence { Features = features[(i * 12)..((i + 1) * 12)], Label = features[i * 12] > 0 };
    }

    private sealed class Sequence
    {
        [VectorType(12)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class SignOptions : OnlineRecurrentOptions
    {
        public override string RuleName => "signs of the error";

        public override OnlineRecurrentRule<float> CreateRule(LeakyRecurrentNetwork<float> network) => new SignRule(network);
    }

    /// <summary>As docs/learning-rules.md writes it: units hear only the sign of the error, through random B.</summary>
    private sealed class SignRule(LeakyRecurrentNetwork<float> network) : OnlineRecurrentRule<float>(network)
    {
        private readonly float[] _traces = new float[network.Weights.Values.Length];

        public override void Start()
        {
            base.Start();
            _traces.AsSpan().Clear();
        }

        public override void Learn(ReadOnlySpan<float> error)
        {
            float size = TensorPrimitives.SumOfMagnitudes(error) / error.Length;
            Project([.. error.ToArray().Select(e => size * MathF.Sign(e))], symmetric: false);
            LearnReadout(error, State.Read);
            LearnUnits(_traces);
        }

        protected override void Remember() => AdvanceTraces(_traces);
    }
}
