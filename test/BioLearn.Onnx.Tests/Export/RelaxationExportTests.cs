using BioLearn.Kernels.Random;
using BioLearn.ML;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace BioLearn.Onnx.Tests.Export;

/// <summary>Networks that settle, unrolled, reach in ONNX Runtime the states and scores that they reach here.</summary>
public sealed class RelaxationExportTests : IDisposable
{
    private const double Tolerance = 1e-5;
    private const int Count = 24, Width = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-relaxation-").FullName;
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string, LearningRule, string?, int[]> Settling => new()
    {
        { "as it is", new EquilibriumPropagation(), null, [6] },
        { "two hidden layers", new EquilibriumPropagation(), null, [6, 4] },
        { "no hidden layer", new EquilibriumPropagation(), null, [] },
        { "steps", new EquilibriumPropagation { FreeSteps = 7 }, null, [6] },
        { "energy", new EquilibriumPropagation { Dynamics = EquilibriumDynamics.Energy, StepSize = 0.3 }, null, [6, 4] },
        { "softmax", new EquilibriumPropagation(), "SoftmaxCrossEntropy", [6] },
        { "readout", new EquilibriumPropagation { OutputIsReadout = true }, null, [6, 4] },
        { "as it is", new ContrastiveHebbian(), null, [6, 4] },
        { "strong feedback", new ContrastiveHebbian { FeedbackStrength = 0.4, StepSize = 0.35, StepsPerPhase = 11 }, null, [6] },
        { "GeneRec", new ContrastiveHebbian { Product = ContrastiveRule.GeneRec }, null, [6] },
        { "as it is", new RecurrentBackpropagation(), null, [6, 4] },
        { "fast", new RecurrentBackpropagation { InferenceRate = 0.7, InferenceSteps = 4, FeedbackStrength = 0.5 }, null, [6] },
        { "no feedback", new RecurrentBackpropagation { FeedbackStrength = 0 }, null, [6] },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Settling))]
    public void Classes_are_scored_the_same(string what, LearningRule rule, string? head, int[] hidden)
    {
        Assert.NotNull(what);
        var trained = _ml.MulticlassClassification.Trainers.LearningRule(rule, Options("Kind", head, hidden)).Fit(Rows());
        trained.Model.SaveAsOnnx(PathOf("network.onnx"));
        Same(trained.Transform(Rows()), "Score", Run("network.onnx", NetworkExport.Score));
    }

    [Theory]
    [MemberData(nameof(Settling))]
    public void States_of_hidden_layers_are_the_same(string what, LearningRule rule, string? head, int[] hidden)
    {
        Assert.NotNull(what);
        var trained = _ml.MulticlassClassification.Trainers.LearningRule(rule, Options("Kind", head, hidden)).Fit(Rows());
        for (int layer = 1; layer <= hidden.Length + 1; layer++)
        {
            ITransformer read = _ml.Transforms.HiddenActivations("Hidden", trained.Model, layer, "Features").Fit(Rows());
            _ml.Model.SaveAsOnnx(read, Rows().Schema, PathOf("hidden.onnx"));
            Same(read.Transform(Rows()), "Hidden", Run("hidden.onnx", "Hidden"));
        }
    }

    [Fact]
    public void Yes_and_no_and_numbers_are_scored_the_same()
    {
        foreach (LearningRule rule in (LearningRule[])[new EquilibriumPropagation(), new ContrastiveHebbian(), new RecurrentBackpropagation()])
        {
            var binary = _ml.BinaryClassification.Trainers.LearningRule(rule, Options("IsLarge", null, [6])).Fit(Rows());
            _ml.Model.SaveAsOnnx(binary, Rows().Schema, PathOf("binary.onnx"));
            Same(binary.Transform(Rows()), "Score", Run("binary.onnx", "Score"));
            var regression = _ml.Regression.Trainers.LearningRule(rule, Options("Sum", null, [6])).Fit(Rows());
            _ml.Model.SaveAsOnnx(regression, Rows().Schema, PathOf("regression.onnx"));
            Same(regression.Transform(Rows()), "Score", Run("regression.onnx", "Score"));
        }
    }

    [Fact]
    public void Weights_are_in_the_file_once()
    {
        var few = _ml.MulticlassClassification.Trainers.LearningRule(new EquilibriumPropagation { FreeSteps = 2 }, Options("Kind", null, [400])).Fit(Rows());
        few.Model.SaveAsOnnx(PathOf("few.onnx"));
        var many = _ml.MulticlassClassification.Trainers.LearningRule(new EquilibriumPropagation { FreeSteps = 40 }, Options("Kind", null, [400])).Fit(Rows());
        many.Model.SaveAsOnnx(PathOf("many.onnx"));
        long weights = 4 * ((Width * 400) + (400 * 3) + 400 + 3);
        Assert.InRange(new FileInfo(PathOf("few.onnx")).Length, weights, 2 * weights);
        Assert.InRange(new FileInfo(PathOf("many.onnx")).Length - new FileInfo(PathOf("few.onnx")).Length, 1, 38 * 800);
    }

    private static NetworkOptions Options(string label, string? head, int[] hidden) => new()
    {
        LabelColumnName = label,
        HiddenUnits = hidden,
        Head = head is null ? null : OutputHead.Find(head),
        NumberOfEpochs = 3,
        BatchSize = 8,
        Seed = 3,
    };

    private static void Same(IDataView view, string column, float[] actual)
    {
        float[] expected = view.Schema[column].Type is VectorDataViewType ? [.. view.GetColumn<float[]>(column).SelectMany(row => row)] : [.. view.GetColumn<float>(column)];
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Max() - expected.Min() > 1e-4); // otherwise anything agrees
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Tolerance * Math.Max(1, Math.Abs(pair.First))));
    }

    private float[] Run(string file, string output)
    {
        float[][] features = [.. Rows().GetColumn<float[]>("Features")];
        using InferenceSession session = new(PathOf(file));
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(features.SelectMany(row => row).ToArray(), [features.Length, Width]);
        using RunOptions run = new();
        using var outputs = session.Run(run, new Dictionary<string, OrtValue> { ["Features"] = input }, [output]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private IDataView Rows()
    {
        float[] noise = new float[Count * Width];
        new RandomStream(seed: 5, "noise").FillNormal<float>(noise, 0, 1);
        IDataView rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, Count).Select(i => new Row { Features = noise[(i * Width)..((i + 1) * Width)], Kind = (uint)(i % 3), IsLarge = noise[i * Width] > 0, Sum = noise[i * Width] + (2 * noise[(i * Width) + 1]) + 3 }).ToArray());
        return rows;
    }

    private sealed class Row
    {
        [VectorType(Width)]
        public float[] Features { get; set; } = [];

        [KeyType(3)]
        public uint Kind { get; set; }

        public bool IsLarge { get; set; }

        public float Sum { get; set; }
    }
}
