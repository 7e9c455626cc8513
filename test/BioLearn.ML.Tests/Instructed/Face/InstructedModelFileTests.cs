using System.Globalization;
using BioLearn.ML.Hosting;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using BioLearn.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Instructed.Face;

/// <summary>A saved instructed network is asked elsewhere as it was here, by the same names.</summary>
public sealed class InstructedModelFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-instructed-").FullName;
    private readonly MLContext _mlContext = new(seed: 7);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(InstructedDecoders.One, TopDownWeights.Shared)]
    [InlineData(InstructedDecoders.PerTask, TopDownWeights.Separate)]
    public void Pipeline_answers_the_same_in_a_fresh_process(InstructedDecoders decoders, TopDownWeights topDown)
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable(Questions.Make(90));
        var pipeline = Questions.Keys(_mlContext).Append(_mlContext.MulticlassClassification.Trainers.InstructedNetwork(Questions.Options(o => (o.Decoders, o.TopDown) = (decoders, topDown))))
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));
        ITransformer model = pipeline.Fit(rows);
        string path = Path.Combine(_folder, "model.zip");
        _mlContext.Model.Save(model, rows.Schema, path);
        Assert.Equal(Answers(_mlContext, model), ChildProcess.Run("ask-shapes", path));
    }

    [Fact]
    public void Columns_gates_and_names_survive_saving()
    {
        var model = Questions.Fit(_mlContext, o => (o.GatesColumnName, o.HiddenUnits) = ("Gates", [12, 8]));
        IDataView rows = Questions.Keyed(_mlContext, Questions.Make(40, seed: 3));
        using MemoryStream file = new();
        _mlContext.Model.Save(model, rows.Schema, file);
        var loaded = (PredictionTransformer<NetworkModelParameters>)BioLearnModel.Load(new MLContext(), file, out _);
        Assert.Equal("Instruction", loaded.InstructionColumnName);
        Assert.Equal(Questions.Sides, loaded.Model.InstructionNames);
        IDataView scored = loaded.Transform(rows);
        Assert.Equal(Questions.Scores(model.Transform(rows)), Questions.Scores(scored));
        foreach (string gates in (string[])["Gates.1", "Gates.2"])
            Assert.Equal(model.Transform(rows).GetColumn<float[]>(gates), scored.GetColumn<float[]>(gates));
        Assert.Equal(Questions.Scores(model.AskedBy("OtherInstruction").Transform(rows)), Questions.Scores(loaded.AskedBy("OtherInstruction").Transform(rows)));
    }

    [Fact]
    public void Network_of_a_loop_of_ones_own_goes_on_in_a_trainer()
    {
        NetworkSpec spec = InstructedNetworks.FullyConnected(new TensorShape(Questions.Width), [16], new Dense(3), OutputHead.SoftmaxCrossEntropy);
        CounterHebb rule = new() { InstructionWidth = 3 };
        Network<float> network = new(spec, rule, Initializer.UniformByFanIn, seed: 4);
        Question[] questions = Questions.Make(200);
        float[] features = [.. questions.SelectMany(q => q.Features)], vectors = [.. questions.SelectMany(q => q.Vector)];
        int[] classes = [.. questions.Select(q => Array.IndexOf(Questions.Shapes, q.Shape))];
        Samples<float> samples = Samples<float>.OfClasses(features, classes).With(Instructions<float>.OfVectors(vectors, 3));
        using (NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Adam(0.01), 16))
        {
            for (int epoch = 0; epoch < 40; epoch++)
                trainer.TrainEpoch(samples);
        }
        NetworkModelParameters model = new(network, rule);
        Assert.Equal(3, model.InstructionWidth);
        var further = _mlContext.MulticlassClassification.Trainers.InstructedNetwork(Questions.Options(o => (o.InstructionColumnName, o.NumberOfEpochs) = ("Vector", 1)))
            .Fit(Questions.Keyed(_mlContext, questions), null, model);
        Assert.True(_mlContext.MulticlassClassification.Evaluate(further.Transform(Questions.Keyed(_mlContext, Questions.Make(100, seed: 8)))).MicroAccuracy > 0.95);
    }

    /// <summary>Runs in the child process.</summary>
    internal static void Ask(string path)
    {
        var mlContext = new MLContext().UseBioLearn();
        Console.Write(Answers(mlContext, mlContext.Model.Load(path, out _)));
    }

    private static string Answers(MLContext mlContext, ITransformer model)
    {
        using var engine = mlContext.Model.CreatePredictionEngine<Question, Answer>(model);
        return string.Join('\n', Questions.Make(12, seed: 2).Select(engine.Predict).Select(a => $"{a.Predicted} {string.Join(' ', a.Score.Select(s => s.ToString("R", CultureInfo.InvariantCulture)))}"));
    }
}
