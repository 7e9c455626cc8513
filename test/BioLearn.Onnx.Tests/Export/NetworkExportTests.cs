using BioLearn.ML;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace BioLearn.Onnx.Tests.Export;

/// <summary>Exported networks score in ONNX Runtime what the ML.NET model scores.</summary>
public sealed class NetworkExportTests : IDisposable
{
    private const int Size = 6;

    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-export-").FullName;
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string> Activations() => [.. Activation.All.Select(a => a.Name)];

    public static TheoryData<LearningRule> ForwardRules() => [.. LearningRules.All.Where(r => r.PredictsByForwardPass)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Activations))]
    public void Every_activation_scores_the_same(string activation)
    {
        var trained = _ml.MulticlassClassification.Trainers.Backpropagation(Options(o => o.Activation = Activation.Find(activation))).Fit(Rows());
        Same(trained.Transform(Rows()), trained.Model);
    }

    [Theory]
    [MemberData(nameof(ForwardRules))]
    public void Every_rule_that_predicts_by_a_forward_pass_scores_the_same(LearningRule rule)
    {
        var trained = _ml.MulticlassClassification.Trainers.LearningRule(rule, Options(_ => { })).Fit(Rows());
        Same(trained.Transform(Rows()), trained.Model);
    }

    [Fact]
    public void Convolutions_and_pooling_score_the_same()
    {
        var trained = _ml.MulticlassClassification.Trainers.FeedbackAlignment(Options(o =>
        {
            o.InputShape = new TensorShape(1, Size, Size);
            o.Layers = [new Convolution2D(3, 3, 1, 1), new MaxPooling2D(2), new Convolution2D(4, 2, 1, 0, Activation.Tanh), new AveragePooling2D(2, 1), new Dense(7)];
        })).Fit(Rows());
        Same(trained.Transform(Rows()), trained.Model);
    }

    [Fact]
    public void Locally_connected_layers_score_the_same()
    {
        var trained = _ml.MulticlassClassification.Trainers.FeedbackAlignment(Options(o =>
        {
            o.InputShape = new TensorShape(1, Size, Size);
            o.Layers = [new LocallyConnected2D(3, 3, 1, 1), new MaxPooling2D(2), new LocallyConnected2D(4, 2, 1, 0, Activation.Tanh) { Bias = false }, new LocallyConnected2D(5, 2)];
        })).Fit(Rows());
        Same(trained.Transform(Rows()), trained.Model);
    }

    [Theory]
    [InlineData("SigmoidCrossEntropy")]
    [InlineData("SigmoidSquaredError")]
    [InlineData("LinearSquaredError")]
    public void Every_head_scores_the_same_for_classes_and_for_yes_and_no(string name)
    {
        OutputHead head = OutputHead.Find(name)!;
        var classes = _ml.MulticlassClassification.Trainers.Backpropagation(Options(o => o.Head = head)).Fit(Rows());
        Same(classes.Transform(Rows()), classes.Model);
        var binary = _ml.BinaryClassification.Trainers.Backpropagation(Options(o =>
        {
            o.Head = head;
            o.LabelColumnName = "Bright";
        })).Fit(Rows());
        Same(binary.Transform(Rows()), binary.Model);
    }

    [Fact]
    public void Regression_scores_the_same()
    {
        var trained = _ml.Regression.Trainers.DirectFeedbackAlignment(Options(o => o.LabelColumnName = "Sum")).Fit(Rows());
        Same(trained.Transform(Rows()), trained.Model);
    }

    [Fact]
    public void Network_that_predicts_in_a_way_of_its_own_is_refused_and_nothing_is_written()
    {
        string path = Path.Combine(_folder, "x.onnx");
        foreach (LearningRule rule in LearningRules.All.Where(r => !r.WritesOnnx))
        {
            var trained = _ml.MulticlassClassification.Trainers.LearningRule(rule, Options(o => o.NumberOfEpochs = 1)).Fit(Rows());
            Assert.Contains(rule.Name, Assert.Throws<NotSupportedException>(() => trained.Model.SaveAsOnnx(path)).Message, StringComparison.Ordinal);
        }
        var convolutions = _ml.MulticlassClassification.Trainers.EquilibriumPropagation(Options(o =>
        {
            o.NumberOfEpochs = 1;
            o.InputShape = new TensorShape(1, Size, Size);
            o.Layers = [new Convolution2D(3, 3)];
        })).Fit(Rows());
        Assert.Contains("chains of fully connected layers", Assert.Throws<NotSupportedException>(() => convolutions.Model.SaveAsOnnx(path)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Network_that_is_asked_something_is_refused_and_nothing_is_written()
    {
        IDataView rows = _ml.Transforms.CopyColumns("Instruction", "Label").Fit(Rows()).Transform(Rows());
        var trained = _ml.MulticlassClassification.Trainers.InstructedNetwork(new() { NumberOfEpochs = 1 }).Fit(rows);
        string path = Path.Combine(_folder, "x.onnx");
        const string reason = "asked something beside its features";
        Assert.Contains(reason, Assert.Throws<NotSupportedException>(() => trained.Model.SaveAsOnnx(path)).Message, StringComparison.Ordinal);
        Assert.Contains(reason, Assert.Throws<NotSupportedException>(() => _ml.Model.SaveAsOnnx(trained, rows.Schema, path)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    private void Same(IDataView scored, NetworkModelParameters model)
    {
        string path = Path.Combine(_folder, "network.onnx");
        model.SaveAsOnnx(path);
        float[][] features = [.. scored.GetColumn<float[]>("Features")];
        using var session = new InferenceSession(path);
        using var input = OrtValue.CreateTensorValueFromMemory(features.SelectMany(f => f).ToArray(), [features.Length, Size * Size]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, new Dictionary<string, OrtValue> { [NetworkExport.Input] = input }, session.OutputNames);
        foreach (var (name, value) in session.OutputNames.Zip(outputs))
        {
            float[] expected = scored.Schema[name].Type is VectorDataViewType ? [.. scored.GetColumn<float[]>(name).SelectMany(s => s)] : [.. scored.GetColumn<float>(name)];
            var actual = value.GetTensorDataAsSpan<float>();
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 1e-4 * Math.Max(1, Math.Abs(expected[i])));
        }
        Assert.Equal(scored.Schema.GetColumnOrNull("Probability") is null ? 1 : 2, session.OutputNames.Count);
    }

    private static NetworkOptions Options(Action<NetworkOptions> set)
    {
        NetworkOptions options = new() { HiddenUnits = [9, 8], NumberOfEpochs = 3, BatchSize = 10, Optimizer = OptimizerSettings.Adam(0.01), Seed = 3 };
        set(options);
        return options;
    }

    private IDataView Rows()
    {
        var random = new System.Random(5);
        var rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i =>
        {
            float[] pixels = [.. Enumerable.Range(0, Size * Size).Select(p => random.NextSingle() + (p % 3 == i % 3 ? 1 : 0))];
            return new Picture { Features = pixels, Kind = i % 3, Bright = i % 3 == 0, Sum = pixels[0] - pixels[1] };
        }).ToArray());
        return _ml.Transforms.Conversion.MapValueToKey("Label", nameof(Picture.Kind)).Fit(rows).Transform(rows);
    }

    private sealed class Picture
    {
        [VectorType(Size * Size)]
        public float[] Features { get; set; } = [];

        public int Kind { get; set; }

        public bool Bright { get; set; }

        public float Sum { get; set; }
    }
}
