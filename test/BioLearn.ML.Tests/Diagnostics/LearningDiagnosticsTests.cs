using BioLearn.ML.Diagnostics;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Diagnostics;

public class LearningDiagnosticsTests
{
    public static TheoryData<LearningRule> AllRules() => [.. LearningRules.All];

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Watching_leaves_no_trace_in_what_is_learned(LearningRule rule)
    {
        // Long enough for rules that teach their inverses alone at first.
        LearningDiagnostics diagnostics = new() { Every = 3, ProbeRows = 20 };
        float[] watched = Weights(rule, diagnostics, epochs: 12), alone = Weights(rule, null, epochs: 12);
        Assert.Equal(alone, watched);
        Assert.Contains(diagnostics.Records, r => r is { Step: 0, Metric: DiagnosticMetric.Loss });
        Assert.Contains(diagnostics.Records, r => r is { Step: 120, Epoch: 12, Layer: 1, Metric: DiagnosticMetric.GradientNorm });
        Assert.Contains(diagnostics.Records, r => r.Metric == DiagnosticMetric.RelativeUpdate && r.Value > 0);
    }

    [Fact]
    public void Backpropagation_has_no_angle_to_itself()
    {
        LearningDiagnostics diagnostics = new() { Every = 5 };
        Weights(new Backpropagation(), diagnostics);
        Assert.All(diagnostics.Records.Where(r => r.Metric is DiagnosticMetric.GradientAngle or DiagnosticMetric.CreditAngle or DiagnosticMetric.LocalCreditAngle), r => Assert.InRange(r.Value, 0, 0.05));
    }

    [Fact]
    public void Forward_weights_come_to_align_with_fixed_feedback()
    {
        LearningDiagnostics diagnostics = new() { Every = 30 };
        Fit(new FeedbackAlignment(), diagnostics, epochs: 20);
        double[] angles = [.. diagnostics.Records.Where(r => r is { Metric: DiagnosticMetric.FeedbackAngle, Layer: 3 }).Select(r => r.Value)];
        Assert.True(angles[^1] < angles[0] - 10, $"{angles[0]} to {angles[^1]}");
    }

    [Fact]
    public void Sign_symmetric_feedback_agrees_in_every_sign_and_learned_feedback_ends_equal()
    {
        LearningDiagnostics signs = new() { Every = 10 };
        Fit(new SignSymmetry(), signs, epochs: 1);
        // The feedback is set in the step, from the weights before it: all but the few that changed sign since then.
        Assert.All(signs.Records.Where(r => r is { Metric: DiagnosticMetric.SignConcordance, Step: > 0 }), r => Assert.InRange(r.Value, 0.97, 1));
        LearningDiagnostics learned = new() { Every = 10 };
        Fit(new KolenPollack { WeightDecay = 0.02 }, learned, epochs: 20);
        double[] angles = [.. learned.Records.Where(r => r is { Metric: DiagnosticMetric.FeedbackAngle, Layer: 2 }).Select(r => r.Value)];
        Assert.InRange(angles[0], 45, 135);
        Assert.InRange(angles[^1], 0, 3);
    }

    [Fact]
    public void First_plain_step_on_all_rows_moves_by_rate_times_gradient()
    {
        LearningDiagnostics diagnostics = new() { Every = 1, ProbeRows = 60 };
        Fit(new Backpropagation(), diagnostics, epochs: 1, rows: 60, batch: 60, optimizer: OptimizerSettings.Sgd(0.25));
        double gradient = diagnostics.Records.First(r => r is { Step: 0, Layer: 2, Metric: DiagnosticMetric.GradientNorm }).Value;
        double update = diagnostics.Records.First(r => r is { Step: 1, Layer: 2, Metric: DiagnosticMetric.UpdateNorm }).Value;
        Assert.Equal(0.25 * gradient, update, 1e-4 * gradient);
    }

    [Fact]
    public void Units_that_never_answer_are_counted()
    {
        NetworkSpec spec = NetworkSpec.Perceptron(4, [8], 3, Activation.ReLU, OutputHead.SoftmaxCrossEntropy);
        Backpropagation rule = new();
        using Network<float> network = new(spec, rule, Initializer.GlorotUniform, 1);
        network.Biases(1).Values.Fill(100);
        network.Biases(1).Values[..3].Fill(-100);
        LearningDiagnostics diagnostics = new();
        using DiagnosticProbe<float> probe = new(diagnostics, network, rule, NetworkTrainerTests.Blobs(60, 1), 1);
        Assert.Equal(3 / 8.0, Assert.Single(diagnostics.Records, r => r.Metric == DiagnosticMetric.DeadUnits).Value, 1e-12);
    }

    [Fact]
    public void Rules_that_settle_tell_their_energy_and_steps()
    {
        LearningDiagnostics settled = new() { Every = 10 }, hurried = new() { Every = 10 };
        Weights(new EquilibriumPropagation { Dynamics = EquilibriumDynamics.Energy, FreeSteps = 600 }, settled);
        Weights(new EquilibriumPropagation { Dynamics = EquilibriumDynamics.Energy, FreeSteps = 2 }, hurried);
        Assert.True(First(settled, DiagnosticMetric.Energy) < First(hurried, DiagnosticMetric.Energy));
        Assert.True(First(settled, DiagnosticMetric.Residual) < 1e-3);
        Assert.InRange(First(settled, DiagnosticMetric.SettlingSteps), 3, 599);
        Assert.Equal(2, First(hurried, DiagnosticMetric.SettlingSteps));
        LearningDiagnostics coding = new() { Every = 10 };
        Weights(new PredictiveCoding { InferenceSteps = 100 }, coding);
        Assert.True(First(coding, DiagnosticMetric.Energy) < First(coding, DiagnosticMetric.Loss), "settling lowers the energy below the loss that it starts from");
    }

    [Fact]
    public void Records_are_a_data_view_and_a_csv_file()
    {
        LearningDiagnostics diagnostics = new() { Every = 10 };
        Weights(new FeedbackAlignment(), diagnostics);
        MLContext ml = new();
        IDataView view = diagnostics.ToDataView(ml);
        Assert.Equal(diagnostics.Records.Select(r => r.Value), view.GetColumn<double>("Value"));
        Assert.Equal(diagnostics.Records.Select(r => r.Metric), view.GetColumn<string>("Metric"));
        string path = Path.GetTempFileName();
        try
        {
            diagnostics.WriteCsv(path);
            string[] lines = File.ReadAllLines(path);
            Assert.Equal("step,epoch,layer,metric,value", lines[0]);
            Assert.Equal(diagnostics.Records.Count, lines.Length - 1);
            IDataView read = ml.Data.LoadFromTextFile(path, [new("Step", DataKind.Int64, 0), new("Value", DataKind.Double, 4)], ',', hasHeader: true);
            Assert.Equal(diagnostics.Records.Select(r => r.Step), read.GetColumn<long>("Step"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        MLContext ml = new();
        Assert.Equal("Every", Assert.Throws<ArgumentOutOfRangeException>(() => ml.MulticlassClassification.Trainers.FeedbackAlignment(new NetworkOptions { Diagnostics = new LearningDiagnostics { Every = 0 } })).ParamName);
        Assert.Equal("ProbeRows", Assert.Throws<ArgumentOutOfRangeException>(() => ml.MulticlassClassification.Trainers.FeedbackAlignment(new NetworkOptions { Diagnostics = new LearningDiagnostics { ProbeRows = 0 } })).ParamName);
    }

    private static double First(LearningDiagnostics diagnostics, string metric) => diagnostics.Records.First(r => r.Metric == metric).Value;

    private static float[] Weights(LearningRule rule, LearningDiagnostics? diagnostics, int epochs = 1) =>
        [.. Fit(rule, diagnostics, epochs).Network.Parameters.SelectMany(p => p.Values.ToArray())];

    private static NetworkModelParameters Fit(LearningRule rule, LearningDiagnostics? diagnostics, int epochs, int rows = 150, int batch = 15, OptimizerSettings? optimizer = null)
    {
        MLContext ml = new(seed: 1);
        Samples<float> blobs = NetworkTrainerTests.Blobs(rows, seed: 9);
        IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(i => new Flower { Features = blobs.Features.Slice(i * 4, 4).ToArray(), Label = blobs.Classes.Span[i] }));
        data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        return ml.MulticlassClassification.Trainers.LearningRule(rule, new NetworkOptions
        {
            HiddenUnits = [12, 10],
            NumberOfEpochs = epochs,
            BatchSize = batch,
            Optimizer = optimizer ?? OptimizerSettings.Adam(0.01),
            Seed = 4,
            Diagnostics = diagnostics,
        }).Fit(data).Model;
    }

    private sealed class Flower
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];

        public int Label { get; set; }
    }
}
