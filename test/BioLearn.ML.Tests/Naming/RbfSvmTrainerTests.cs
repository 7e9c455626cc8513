using System.Globalization;
using BioLearn.ML.Hosting;
using BioLearn.ML.Naming;
using BioLearn.ML.Naming.Svm;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Naming;

public sealed class RbfSvmTrainerTests : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-svm-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Gamma_of_variance_is_one_over_features_times_variance_and_1_where_nothing_varies()
    {
        Assert.Equal(1 / (2 * 1.25), SupportVectorClassifier.GammaOfVariance([[0, 1], [2, 3]]), 12); // mean 1.5, squares 2.25, .25, .25, 2.25
        Assert.Equal(1, SupportVectorClassifier.GammaOfVariance([[4, 4], [4, 4]]));
    }

    [Fact]
    public void Pipeline_learns_rings_and_scores_the_same_in_a_fresh_process()
    {
        var data = Rings();
        var model = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Ring")
            .Append(_mlContext.MulticlassClassification.Trainers.RbfSvm(gamma: 1))
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"))
            .Fit(data);
        var scored = model.Transform(data);
        var metrics = _mlContext.MulticlassClassification.Evaluate(scored);
        string path = Path.Combine(_folder, "svm.zip");
        _mlContext.Model.Save(model, data.Schema, path);

        Assert.Equal(1, metrics.MicroAccuracy);
        Assert.Equal(Describe(scored), ChildProcess.Run("name-rings", path));
    }

    [Fact]
    public void Options_and_single_classes_are_refused()
    {
        var trainers = _mlContext.MulticlassClassification.Trainers;
        Assert.Equal("Cost", Assert.Throws<ArgumentOutOfRangeException>(() => trainers.RbfSvm(cost: 0)).ParamName);
        Assert.Equal("Gamma", Assert.Throws<ArgumentOutOfRangeException>(() => trainers.RbfSvm(gamma: double.NaN)).ParamName);
        Assert.Throws<ArgumentException>(() => trainers.RbfSvm(new RbfSvmOptions { ExampleWeightColumnName = "W" }));
        var one = _mlContext.Data.TakeRows(_mlContext.Transforms.Conversion.MapValueToKey("Label", "Ring").Fit(Rings()).Transform(Rings()), 1);
        Assert.Contains("at least two classes", Assert.Throws<InvalidOperationException>(() => trainers.RbfSvm().Fit(one)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Initial_model_is_refused_since_nothing_could_be_taken_from_it()
    {
        var trainer = _mlContext.MulticlassClassification.Trainers.RbfSvm();
        var rings = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Ring").Fit(Rings()).Transform(Rings());
        var error = Assert.Throws<InvalidOperationException>(() => trainer.Fit(rings, null, trainer.Fit(rings).Model));
        Assert.Contains("cannot go on from an initial model", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Runs in the child process.</summary>
    internal static void Name(string path)
    {
        var mlContext = new MLContext().UseBioLearn();
        Console.Write(Describe(mlContext.Model.Load(path, out _).Transform(new RbfSvmTrainerTests().Rings())));
    }

    private static string Describe(IDataView scored) => string.Join('\n', scored.GetColumn<float[]>("Score")
        .Zip(scored.GetColumn<string>("Answer"), (scores, answer) => $"{answer} {string.Join(' ', scores.Select(x => x.ToString("R", CultureInfo.InvariantCulture)))}"));

    private IDataView Rings() => _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Point
    {
        Features = [(1 + (i % 3)) * MathF.Cos(i), (1 + (i % 3)) * MathF.Sin(i)],
        Ring = (i % 3) switch { 0 => "inner", 1 => "middle", _ => "outer" },
    }));

    private sealed class Point
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public string Ring { get; set; } = "";
    }
}
